import { dotProducts, visitSquaredDistances, type DotProducts, type Rows } from './features.ts';

export interface Nearest {
  /** Number of the nearest reference, one a query. */
  readonly index: Int32Array;
  /** Euclidean distance to it. */
  readonly distance: Float32Array;
}

/**
 * The nearest reference of each query. With pictures as rows: which training picture is a generated one closest
 * to, and is it closer than a test picture would be (then it was memorised)?
 */
export async function nearestRows(
  queries: Rows,
  references: Rows,
  multiply: DotProducts = dotProducts,
): Promise<Nearest> {
  const index = new Int32Array(queries.count);
  const distance = new Float32Array(queries.count);
  await visitSquaredDistances(queries, references, multiply, (i, squared) => {
    let best = 0;
    for (let j = 1; j < squared.length; j++) if (squared[j]! < squared[best]!) best = j;
    index[i] = best;
    distance[i] = exactDistance(queries, i, references, best);
  });
  return { index, distance };
}

/** Without the rounding that the dot products bring in. */
function exactDistance(a: Rows, i: number, b: Rows, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.width; k++) sum += (a.data[i * a.width + k]! - b.data[j * b.width + k]!) ** 2;
  return Math.sqrt(sum);
}
