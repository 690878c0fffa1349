import type { LatentSpec } from '@infogan/contract';
import type { TensorFunction, InputSpec } from '../engine/engine.ts';
import type { Blueprint, Gan } from '../gan.ts';
import type { Recipe } from '../recipe.ts';
import type { Sheet } from '../sample-sheet.ts';

/** What `--model` takes. */
export const MODELS = ['infogan', 'cgan', 'gan'] as const;
export type Model = (typeof MODELS)[number];

/** One way to train a generator: what it needs of a preset, and its training step. */
export interface System {
  readonly model: Model;
  /** Of a preset's latent code and networks, what this system uses. Layers of generator and trunk stay as they are. */
  adapt(blueprint: Blueprint): Blueprint;
  training(gan: Gan, recipe: Recipe): Training;
}

/** A training step ready for an engine. */
export interface Training {
  readonly gan: Gan;
  /** Inputs of one step besides the state. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** What a step reads and writes: parameter vectors, the optimizers' means, running averages. */
  readonly state: Readonly<Record<string, InputSpec>>;
  /** State and inputs to next state and losses. */
  readonly step: TensorFunction;
  /** Where not every batch is alike: batch 0, 1, 2 … takes these in turn. The first is the `step` above. */
  readonly turns?: readonly Turn[];
  /** The sample sheet during training, where it is not the usual one. */
  readonly sheet?: (latent: LatentSpec, seed: number) => Sheet;
}

/** What one batch does. */
export type Turn = Pick<Training, 'inputs' | 'step'>;
