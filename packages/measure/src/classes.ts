import { hungarian } from './hungarian.ts';
import { scoreMean, scoreShare, type Score } from './score.ts';

/** Number of the largest value in each row of [n, width]. */
export function argmaxRows(rows: Float32Array, width: number): Int32Array {
  return Int32Array.from({ length: rows.length / width }, (_, i) => {
    let best = 0;
    for (let k = 1; k < width; k++) if (rows[i * width + k]! > rows[i * width + best]!) best = k;
    return best;
  });
}

/** How often each row class met each column class: [rowClasses][columnClasses]. */
export function countPairs(
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  rowClasses: number,
  columnClasses: number,
): number[][] {
  const counts = Array.from({ length: rowClasses }, () => Array.from({ length: columnClasses }, () => 0));
  for (let i = 0; i < rows.length; i++) counts[rows[i]!]![columns[i]!]!++;
  return counts;
}

export interface Labelling {
  /** What the recognizer read, one category a picture. */
  readonly categories: ArrayLike<number>;
  /** The true class of each picture. */
  readonly labels: ArrayLike<number>;
}

export interface UnsupervisedAccuracy {
  readonly accuracy: Score;
  /** For each category its label, or -1 for a category that goes without. */
  readonly map: number[];
  /** [true label][label read], counts on the scored pictures; readings of a category without label are left out. */
  readonly confusion: number[][];
}

/**
 * Accuracy of a clustering (Xie et al. 2016, as used for InfoGAN-like models): categories are named by the
 * one-to-one map that fits best on `mapping` (training pictures; labels serve for the map only), then scored on
 * `scoring` (test pictures). A category without label is always wrong.
 */
export function unsupervisedAccuracy(
  mapping: Labelling,
  scoring: Labelling,
  categories: number,
  labels: number,
): UnsupervisedAccuracy {
  const map = hungarian(countPairs(mapping.categories, mapping.labels, categories, labels));
  const read = Int32Array.from(scoring.categories, (category) => map[category]!);
  const named = Array.from(read.keys()).filter((i) => read[i] !== -1);
  return {
    accuracy: scoreShare(Array.from(read, (label, i) => label === scoring.labels[i])),
    map,
    confusion: countPairs(
      named.map((i) => scoring.labels[i]!),
      named.map((i) => read[i]!),
      labels,
      labels,
    ),
  };
}

export interface Fidelity {
  /** Share of pictures that the judge reads as the class asked for. */
  readonly share: Score;
  readonly perClass: Record<string, Score>;
  /** [class asked for][class read], counts. */
  readonly confusion: number[][];
  /** Mean probability that the judge gives to what it reads. */
  readonly confidence: Score;
  /** Mean probability that the judge gives to the class asked for, per picture. */
  readonly asked: Float32Array;
}

/**
 * Class fidelity: does an independent judge read the class that was asked for (Odena et al. 2017's
 * "discriminability", here of the digit)?
 * @param asked class of each picture
 * @param probabilities the judge's, [n, classes]
 */
export function classFidelity(
  asked: ArrayLike<number>,
  probabilities: Float32Array,
  classes: number,
): Fidelity {
  const read = argmaxRows(probabilities, classes);
  const right = Array.from(read, (label, i) => label === asked[i]);
  const present = [...new Set(Array.from(asked))].sort((a, b) => a - b);
  return {
    share: scoreShare(right),
    perClass: Object.fromEntries(
      present.map((label) => [label, scoreShare(right.filter((_, i) => asked[i] === label))]),
    ),
    confusion: countPairs(asked, read, classes, classes),
    confidence: confidence(probabilities, read, classes),
    asked: Float32Array.from(asked, (label, i) => probabilities[i * classes + label]!),
  };
}

function confidence(probabilities: Float32Array, read: Int32Array, classes: number): Score {
  const values = Float32Array.from(read, (label, i) => probabilities[i * classes + label]!);
  return scoreMean(values);
}
