import * as tf from '@tensorflow/tfjs';
import type { InputSpec } from './engine/engine.ts';
import type { Weights } from './network.ts';

/** A loss to descend. */
export interface Loss {
  readonly loss: tf.Tensor;
  /** Named parts to log, each a scalar. */
  readonly parts: Readonly<Record<string, tf.Tensor>>;
}

/** The inputs of a step by name; in a loss also `generated`, the pictures [N, H, W, C] that G made of its code. */
export type StepTensors = Readonly<Record<string, tf.Tensor>>;

/** What a GAN's two sides descend: all in which GAN, conditional GAN and InfoGAN differ. */
export interface Objective {
  /** Inputs of a step that only this objective asks for. */
  inputs(batchSize: number): Record<string, InputSpec>;
  /** Loss of the critics (discriminator with trunk, and Q head), by their weights. */
  critic(weights: Weights, x: StepTensors): Loss;
  /** Loss of the generator, whose pictures are `x.generated`, against the critics as they stand. */
  generator(critics: Weights, x: StepTensors): Loss;
}
