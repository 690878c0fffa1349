import type { LoadResult } from './load.ts';

/** One round. */
export interface Measured {
  readonly ours: LoadResult;
  /** Ours at half of its own maximum. */
  readonly half: LoadResult;
  /** A server that does nothing, at the same rate. */
  readonly nothing: LoadResult;
  readonly plain: LoadResult;
  readonly peer: LoadResult | null;
  /** Pictures a second of all cores together, without HTTP. */
  readonly bound: number;
}

export interface Circumstances {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly model: string;
  readonly connections: number;
  readonly peerMissing: string;
  /** Load average when the bench began: other work distorts tails first. */
  readonly busy: number;
}

/** The rounds as Markdown: medians over rounds, ratios within rounds. */
export function report(rounds: readonly Measured[], where: Circumstances): string {
  const rates = (pick: (round: Measured) => number) => Math.round(median(rounds.map(pick))).toString();
  const ratio = (pick: (round: Measured) => number) => {
    const values = rounds.map(pick);
    return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} … ${Math.max(...values).toFixed(2)})`;
  };
  /** Less what the load generator takes of the cores. */
  const boundLeft = ({ bound, ours }: Measured) => bound * (1 - ours.cores / where.cores);
  const failures = rounds.reduce(
    (sum, { ours, half, plain, peer }) =>
      sum + ours.failures + half.failures + plain.failures + (peer?.failures ?? 0),
    0,
  );
  const withPeer = rounds.every(({ peer }) => peer !== null);
  return `# Serve: unique digits per second

\`pnpm --filter @infogan/bench serve\` wrote this: ${rounds.length} rounds, each measuring all in turn; medians over
rounds, ratios within rounds (smallest … largest). ${where.connections} connections on loopback, every picture another
one; the generator's first half second is not counted, in which it compiles itself; the load generator shares the ${where.cores} cores. Model ${where.model}, Node ${where.node}, ${where.cpu}.

| what                                         | pictures/s | median ms | p99 ms |
| -------------------------------------------- | ---------: | --------: | -----: |
| ours                                         | ${rates((r) => r.ours.perSecond)} | ${median(rounds.map((r) => r.ours.median)).toFixed(1)} | ${median(rounds.map((r) => r.ours.p99)).toFixed(1)} |
| ours at half of that rate                    | ${rates((r) => r.half.perSecond)} | ${median(rounds.map((r) => r.half.median)).toFixed(1)} | ${median(rounds.map((r) => r.half.p99)).toFixed(1)} |
| a server that does nothing, at half likewise | ${rates((r) => r.nothing.perSecond)} | ${median(rounds.map((r) => r.nothing.median)).toFixed(1)} | ${median(rounds.map((r) => r.nothing.p99)).toFixed(1)} |
| plain: express, session.run, sharp().png()   | ${rates((r) => r.plain.perSecond)} | ${median(rounds.map((r) => r.plain.median)).toFixed(1)} | ${median(rounds.map((r) => r.plain.p99)).toFixed(1)} |
${
  withPeer
    ? `| FastAPI, uvicorn, onnxruntime, Pillow        | ${rates((r) => r.peer!.perSecond)} | ${median(rounds.map((r) => r.peer!.median)).toFixed(1)} | ${median(rounds.map((r) => r.peer!.p99)).toFixed(1)} |`
    : `| FastAPI: skipped, ${where.peerMissing} | | | |`
}
| bound: latents, generator, encoder, no HTTP  | ${rates((r) => r.bound)} | | |
| bound less what the load generator takes     | ${rates(boundLeft)} | | |

| ratio                                    | measured | wanted |
| ---------------------------------------- | -------: | -----: |
| ours to plain                            | ${ratio((r) => r.ours.perSecond / r.plain.perSecond)} | ≥ 7 |
${withPeer ? `| ours to FastAPI                          | ${ratio((r) => r.ours.perSecond / r.peer!.perSecond)} | ≥ 3 |\n` : ''}| ours to the bound that is left           | ${ratio((r) => r.ours.perSecond / boundLeft(r))} | ≥ 0.5 |
| p99 to median at half load               | ${ratio((r) => r.half.p99 / r.half.median)} | ≤ 5 |

Requests that failed: ${failures}. The load generator took ${(median(rounds.map((r) => r.ours.cores)) * 100).toFixed(0)} % of one core. When the bench began, ${where.busy.toFixed(
    1,
  )} other processes wanted the ${where.cores} cores; with more than a few tenths the tails say little.
`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
