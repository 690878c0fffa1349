/** A symmetric graph: the neighbours of each node, side by side. An edge that both ends named stands twice. */
export interface Graph {
  readonly count: number;
  /** Where the neighbours of node i begin; those of the last end at `starts[count]`. */
  readonly starts: Int32Array;
  readonly neighbours: Int32Array;
}

/** @param nearest [count, each]: whom each node names */
export function symmetricGraph(nearest: Int32Array, each: number): Graph {
  const count = nearest.length / each;
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < nearest.length; i++) starts[nearest[i]! + 1]! += 1;
  for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]! + each;
  const neighbours = new Int32Array(starts[count]!);
  const next = starts.slice(0, count);
  nearest.forEach((other, i) => {
    const node = Math.floor(i / each);
    neighbours[next[node]!++] = other;
    neighbours[next[other]!++] = node;
  });
  return { count, starts, neighbours };
}
