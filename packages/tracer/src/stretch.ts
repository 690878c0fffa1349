import type { Graph } from './graph.ts';
import { type View, full } from './view.ts';

/** The same view with one logical axis really there, for consumers that cannot take it stretched. */
export function stretchAxis(g: Graph, view: View, axis: number): View {
  const place = view.order.indexOf(axis);
  if (view.value.shape[place] === view.shape[axis]) return view;
  const narrow = view.shape.map((size, i) => (i === axis ? size : view.value.shape[view.order.indexOf(i)]!));
  return { ...full(g, { ...view, shape: narrow }), shape: view.shape };
}
