/** What a kernel gets and gives; every file in kernels/ exports kernels named exactly as TF.js names them. */
import type { Graph } from './graph.ts';
import type { View } from './view.ts';

export interface Call<Attrs> {
  readonly g: Graph;
  readonly kernel: string;
  readonly attrs: Attrs;
  /** The input of that name; throws where it is absent. */
  readonly input: (name: string) => View;
  /** The input of that name, or undefined. */
  readonly optional: (name: string) => View | undefined;
  /** All inputs, in order: for kernels that take a list. */
  readonly list: readonly View[];
}

export type Kernel<Attrs> = (call: Call<Attrs>) => View | View[];

/** A kernel whose attributes are known only to itself. */
export type AnyKernel = Kernel<never>;
