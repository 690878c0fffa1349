// munkres: typed, without dependencies, rectangular matrices too; O(n²m)
import { munkres } from 'munkres';

/**
 * The one-to-one assignment of rows to columns with the largest total (Kuhn's Hungarian method).
 * @param gains [rows][columns], for instance how often category i met label j
 * @returns for each row its column, or -1 where there are fewer columns than rows and the row goes without
 */
export function hungarian(gains: readonly ArrayLike<number>[]): number[] {
  const columns = gains.map(() => -1);
  if (gains.length === 0) return columns;
  const costs = gains.map((row) => Array.from(row, (gain) => -gain));
  for (const [row, column] of munkres(costs)) columns[row] = column;
  return columns;
}
