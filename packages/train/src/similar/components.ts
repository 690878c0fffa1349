import { gaussian, rows, sliceRows, type Rows } from '@infogan/measure';
// ml-matrix: the kept linear algebra of mljs, as in measure
import { EigenvalueDecomposition } from 'ml-matrix';

/** Rows from which the components are taken; more change them little. */
const SAMPLE = 5000;

/**
 * The first principal components of rows, scaled back to length 1, so that a dot product of two rows is the cosine of
 * their angle.
 * @returns [N, width]
 */
export function principalComponents(features: Rows, width: number): Rows {
  const { count, width: full, data } = features;
  const { mean, covariance } = gaussian(sliceRows(features, 0, Math.min(count, SAMPLE)));
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const kept = Math.min(width, full);
  // eigenvalues ascend; column by column, so that the inner loop runs along memory
  const axes = Array.from({ length: kept }, (_, k) =>
    Float32Array.from(eigenvectorMatrix.getColumn(full - 1 - k)),
  );
  const projected = new Float32Array(count * kept);
  const centred = new Float32Array(full);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < full; j++) centred[j] = data[i * full + j]! - mean[j]!;
    let square = 0;
    for (let k = 0; k < kept; k++) {
      const axis = axes[k]!;
      let sum = 0;
      for (let j = 0; j < full; j++) sum += centred[j]! * axis[j]!;
      projected[i * kept + k] = sum;
      square += sum * sum;
    }
    const scale = 1 / Math.max(1e-12, Math.sqrt(square));
    for (let k = 0; k < kept; k++) projected[i * kept + k]! *= scale;
  }
  return rows(projected, kept);
}
