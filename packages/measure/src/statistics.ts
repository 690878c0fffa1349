type Numbers = ArrayLike<number>;

/** Arithmetic mean; 0 of nothing. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length === 0 ? 0 : sum / values.length;
}

/** The value below which a share `q` lies, linear between neighbours (numpy's default); 0 of nothing. */
export function quantile(values: Numbers, q: number): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

export function median(values: Numbers): number {
  return quantile(values, 0.5);
}

/** Pearson's correlation in [-1, 1]; 0 where either side does not vary. */
export function pearson(x: Numbers, y: Numbers): number {
  const { xy, xx, yy } = centred(x, y);
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** Spearman's rank correlation in [-1, 1], ties sharing their mean rank; 0 where either side does not vary. */
export function spearman(x: Numbers, y: Numbers): number {
  return pearson(ranks(x), ranks(y));
}

/** Slope of the least-squares line y = a + slope * x; 0 where x does not vary. */
export function olsSlope(x: Numbers, y: Numbers): number {
  const { xy, xx } = centred(x, y);
  return xx > 0 ? xy / xx : 0;
}

/**
 * Correlation of x and y once what a linear fit on the others explains is taken out of both; in [-1, 1], and 0
 * where nothing is left of one of them.
 */
export function partialCorrelation(x: Numbers, y: Numbers, others: readonly Numbers[]): number {
  const [z, ...rest] = others;
  if (z === undefined) return pearson(x, y);
  const xy = partialCorrelation(x, y, rest);
  const xz = partialCorrelation(x, z, rest);
  const yz = partialCorrelation(y, z, rest);
  const left = (1 - xz * xz) * (1 - yz * yz);
  return left > 1e-12 ? clamp((xy - xz * yz) / Math.sqrt(left)) : 0;
}

/** Share of the variance of `truth` that `estimate` explains, as it is (no refit): 1 - SSE / SST. */
export function rSquared(truth: Numbers, estimate: Numbers): number {
  const middle = mean(truth);
  let [error, total] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    error += (truth[i]! - estimate[i]!) ** 2;
    total += (truth[i]! - middle) ** 2;
  }
  return total > 0 ? 1 - error / total : 0;
}

/** Ranks from 1, ties sharing their mean rank. */
export function ranks(values: Numbers): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => values[a]! - values[b]!,
  );
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let k = start; k < end; k++) result[order[k]!] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}

function centred(x: Numbers, y: Numbers): { xy: number; xx: number; yy: number } {
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return { xy, xx, yy };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
