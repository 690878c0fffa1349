import * as tf from '@tensorflow/tfjs';

export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** A vector with its running means of gradient and squared gradient. */
export interface AdamState {
  readonly vector: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/**
 * One step of Adam on a flat vector (Kingma & Ba 2015, the efficient order of section 2:
 * `theta -= rate * m / (sqrt(v) + epsilon)` with the bias correction already in `rate`).
 * @param rate scalar, `correctedRate` of the step; an input of the graph, since TensorFlow.js would freeze a counter
 */
export function adam(
  state: AdamState,
  gradient: tf.Tensor,
  rate: tf.Tensor,
  settings: AdamSettings,
): AdamState {
  const { beta1, beta2, epsilon } = settings;
  const m = tf.add(tf.mul(state.m, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(state.v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const vector = tf.sub(state.vector, tf.mul(rate, tf.div(m, tf.add(tf.sqrt(v), epsilon))));
  return { vector, m, v };
}

/** The learning rate of step t = 1, 2, … with Adam's bias correction, computed on the host. */
export function correctedRate(
  rate: number,
  t: number,
  { beta1, beta2 }: Pick<AdamSettings, 'beta1' | 'beta2'>,
): number {
  return (rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
}
