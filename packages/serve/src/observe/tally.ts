import type { Metric, Registry } from 'prom-client';

export interface TallyOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds of the buckets, ascending. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/** The observations under one set of labels: a count per bucket, the last of them for what is above all bounds. */
export class TallyChild {
  readonly counts: Float64Array;
  sum = 0;
  readonly #buckets: readonly number[];

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.counts = new Float64Array(buckets.length + 1);
  }

  observe(value: number): void {
    const buckets = this.#buckets;
    let i = 0;
    while (i < buckets.length && value > buckets[i]!) i++;
    this.counts[i]!++;
    this.sum += value;
  }
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * A Prometheus histogram that only counts; its lines are made when prom-client's registry is scraped. prom-client's
 * own checks and hashes the labels at every observation and keeps counts under the bounds as text, which was a
 * twentieth of what the main thread does for a picture.
 */
export class Tally {
  readonly #options: TallyOptions;
  readonly #children: { labels: Sample['labels']; child: TallyChild }[] = [];

  constructor(options: TallyOptions) {
    this.#options = options;
    const { name, help, registry } = options;
    const get = () => ({ name, help, type: 'histogram', aggregator: 'sum', values: this.#samples() });
    // a registry wants of a metric its name and `get` alone
    registry.registerMetric({ name, get, reset: () => this.#children.splice(0) } as unknown as Metric);
  }

  /** Begins to count under these labels; to be kept by the caller, who knows them apart. */
  labels(labels: Sample['labels'] = {}): TallyChild {
    const child = new TallyChild(this.#options.buckets);
    this.#children.push({ labels, child });
    return child;
  }

  #samples(): Sample[] {
    const { name, buckets } = this.#options;
    return this.#children.flatMap(({ labels, child }) => {
      let count = 0;
      const lines: Sample[] = [...child.counts].map((inBucket, i) => ({
        metricName: `${name}_bucket`,
        labels: { le: buckets[i] ?? '+Inf', ...labels },
        value: (count += inBucket),
      }));
      lines.push({ metricName: `${name}_sum`, labels, value: child.sum });
      lines.push({ metricName: `${name}_count`, labels, value: count });
      return lines;
    });
  }
}
