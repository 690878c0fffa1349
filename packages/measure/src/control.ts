import { bootstrapWithin, scoreShare, type Score } from './score.ts';
import { median, olsSlope, partialCorrelation, spearman } from './statistics.ts';

export interface ControlInput {
  /** What the ruler read, one value a picture. */
  readonly attribute: ArrayLike<number>;
  /** The code that should control it, and those that should not. Drawn independently of each other. */
  readonly code: ArrayLike<number>;
  readonly others: readonly ArrayLike<number>[];
  /** The class (digit) of each picture; scores are taken within a class, so that classes' habits do not count. */
  readonly classes: ArrayLike<number>;
}

export interface ControlScore {
  /** Median over classes of Spearman's correlation of attribute and code within the class; sign kept. */
  readonly spearman: Score;
  /** Median over classes of the correlation once the other codes' linear part is taken out. */
  readonly partial: Score;
  /** Median over classes of the least-squares slope: attribute per unit of code. */
  readonly slope: Score;
  /** Median over classes of the largest |Spearman| of the attribute with a code that should not matter. */
  readonly leakage: Score;
  /** Spearman by class. */
  readonly perClass: Record<string, number>;
}

/** Each resample ranks every class again; two hundred give the interval's ends to about a tenth of its width. */
const RESAMPLES = 200;

/**
 * How well a continuous code controls an attribute that the ruler measures (after Castro et al. 2019, who take
 * partial correlations; ranks make no assumption on the shape of the dependence).
 */
export function scoreControl({ attribute, code, others, classes }: ControlInput): ControlScore {
  const groups = groupByClass(classes);
  const score = (statistic: (group: Group) => number): Score =>
    bootstrapWithin(
      [...groups.values()],
      (drawn) => median(drawn.map((items) => statistic(pick(items, attribute, code, others)))),
      { resamples: RESAMPLES },
    );
  return {
    spearman: score(({ y, x }) => spearman(x, y)),
    partial: score(({ y, x, zs }) => partialCorrelation(x, y, zs)),
    slope: score(({ y, x }) => olsSlope(x, y)),
    leakage: score(({ y, zs }) => Math.max(0, ...zs.map((z) => Math.abs(spearman(z, y))))),
    perClass: Object.fromEntries(
      [...groups].map(([label, items]) => {
        const { x, y } = pick(items, attribute, code, []);
        return [String(label), spearman(x, y)];
      }),
    ),
  };
}

/**
 * Share of traversals along which a measured attribute only ever grows (or only ever falls, for `direction` -1).
 * @param traversals one row of readings a traversal, codes in growing order
 * @param tolerance a step may go the wrong way by this much: what the ruler cannot resolve
 */
export function monotoneShare(
  traversals: readonly ArrayLike<number>[],
  direction: 1 | -1,
  tolerance: number,
): Score {
  return scoreShare(
    traversals.map((values) => {
      for (let k = 1; k < values.length; k++) {
        if (direction * (values[k]! - values[k - 1]!) < -tolerance) return false;
      }
      return true;
    }),
  );
}

interface Group {
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly zs: readonly Float64Array[];
}

function pick(
  items: Int32Array,
  attribute: ArrayLike<number>,
  code: ArrayLike<number>,
  others: readonly ArrayLike<number>[],
): Group {
  const column = (values: ArrayLike<number>) => {
    // a loop: this runs millions of times, and Float64Array.from with a function is ten times slower
    const picked = new Float64Array(items.length);
    for (let i = 0; i < items.length; i++) picked[i] = values[items[i]!]!;
    return picked;
  };
  return { y: column(attribute), x: column(code), zs: others.map(column) };
}

function groupByClass(classes: ArrayLike<number>): Map<number, Int32Array> {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < classes.length; i++) {
    const items = groups.get(classes[i]!) ?? [];
    items.push(i);
    groups.set(classes[i]!, items);
  }
  const sorted = [...groups].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([label, items]) => [label, Int32Array.from(items)]));
}
