import type { Graph, Node, Value } from './graph.ts';

/** The nodes that the outputs need, in the order in which they were recorded. */
export function liveNodes(graph: Graph): Node[] {
  const needed = new Set<Node>();
  const pending: Value[] = graph.outputs.map(({ value }) => value);
  for (let value = pending.pop(); value; value = pending.pop()) {
    const node = value.producer;
    if (!node || needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input) pending.push(input);
  }
  return graph.nodes.filter((node) => needed.has(node));
}
