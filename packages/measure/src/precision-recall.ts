import { dotProducts, visitSquaredDistances, type DotProducts, type Rows } from './features.ts';
import { scoreShare, type Score } from './score.ts';

export interface PrecisionRecall {
  /** Share of generated pictures that lie where real ones do: realism. */
  readonly precision: Score;
  /** Share of real pictures that lie where generated ones do: variety. */
  readonly recall: Score;
}

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019): a set covers what lies within any of its members'
 * distance to its k-th nearest neighbour in the same set. Use as many generated as real rows.
 * The intervals redraw the pictures that are asked about, not the neighbourhoods.
 */
export async function precisionRecall(
  real: Rows,
  generated: Rows,
  { k = 3, multiply = dotProducts }: { k?: number; multiply?: DotProducts } = {},
): Promise<PrecisionRecall> {
  const realRadii = await neighbourRadii(real, k, multiply);
  const generatedRadii = await neighbourRadii(generated, k, multiply);
  const realistic = new Uint8Array(generated.count);
  const covered = new Uint8Array(real.count);
  await visitSquaredDistances(generated, real, multiply, (i, squared) => {
    const radius = generatedRadii[i]!;
    for (let j = 0; j < squared.length; j++) {
      if (squared[j]! <= realRadii[j]!) realistic[i] = 1;
      if (squared[j]! <= radius) covered[j] = 1;
    }
  });
  return { precision: scoreShare(realistic), recall: scoreShare(covered) };
}

/** Squared distance of each row to its k-th nearest other row; infinite where there are fewer. */
async function neighbourRadii(rows: Rows, k: number, multiply: DotProducts): Promise<Float32Array> {
  const radii = new Float32Array(rows.count);
  const nearest = new Float32Array(k);
  await visitSquaredDistances(rows, rows, multiply, (i, squared) => {
    nearest.fill(Infinity);
    squared[i] = Infinity;
    for (let j = 0; j < squared.length; j++) {
      const distance = squared[j]!;
      if (distance >= nearest[k - 1]!) continue;
      let place = k - 1;
      for (; place > 0 && nearest[place - 1]! > distance; place--) nearest[place] = nearest[place - 1]!;
      nearest[place] = distance;
    }
    radii[i] = nearest[k - 1]!;
  });
  return radii;
}
