/**
 * Interpolates noise along the sphere: normal noise of n numbers lies near a sphere of radius √n, and a straight
 * line between two samples cuts through its middle, where the generator never was in training.
 * @param t 0 gives `a`, 1 gives `b`
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  let [dot, lengthA, lengthB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    lengthA += a[i]! ** 2;
    lengthB += b[i]! ** 2;
  }
  const cosine = dot / Math.sqrt(lengthA * lengthB);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  // parallel, opposite or empty vectors span no arc: a straight line is all there is
  if (!(Math.sin(angle) > 1e-4)) return a.map((value, i) => value + t * (b[i]! - value));
  const weightA = Math.sin((1 - t) * angle) / Math.sin(angle);
  const weightB = Math.sin(t * angle) / Math.sin(angle);
  return a.map((value, i) => weightA * value + weightB * b[i]!);
}

/** Slow at both ends. */
export function ease(t: number): number {
  return t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2;
}
