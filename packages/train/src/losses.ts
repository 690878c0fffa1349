import * as tf from '@tensorflow/tfjs';

/** Non-saturating adversarial loss (Goodfellow et al. 2014): `mean softplus(-D)` where D should say "real". */
export function realLoss(logits: tf.Tensor): tf.Scalar {
  return tf.mean(tf.softplus(tf.neg(logits)));
}

/** `mean softplus(D)` where D should say "generated". */
export function generatedLoss(logits: tf.Tensor): tf.Scalar {
  return tf.mean(tf.softplus(logits));
}

/** Mean over the batch of `-sum target * log p`. @param target [N, K] probabilities @param logProbabilities [N, K] */
export function crossEntropy(target: tf.Tensor, logProbabilities: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(target, logProbabilities), -1)));
}

export function meanSquaredError(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return tf.mean(tf.square(tf.sub(a, b)));
}

/** Entropy in nats of the mean of rows. @param probabilities [N, K] */
export function marginalEntropy(probabilities: tf.Tensor): tf.Scalar {
  const marginal = tf.mean(probabilities, 0);
  return tf.neg(tf.sum(tf.mul(marginal, tf.log(tf.add(marginal, 1e-8)))));
}

/** Classes [N] as rows of zeros and a one, float [N, classes]. The cast is explicit: wasm's kernel ignores the dtype asked for. */
export function oneHot(classes: tf.Tensor, depth: number): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.cast(classes, 'int32') as tf.Tensor1D, depth), 'float32') as tf.Tensor2D;
}

/** Least-squares adversarial loss (Mao et al. 2017): mean of `(D - target)^2`. */
export function leastSquares(validity: tf.Tensor, target: 0 | 1): tf.Scalar {
  return tf.mean(tf.square(target === 0 ? validity : tf.sub(validity, target)));
}

/**
 * Mean over batch and classes of `-(t log p + (1 - t) log(1 - p))`.
 * @param target [N, K] zeros and ones @param probabilities [N, K]; logarithms end where p does at 1e-12
 */
export function binaryCrossEntropy(target: tf.Tensor, probabilities: tf.Tensor): tf.Scalar {
  // of a pair that sums to one the target picks the half that it wants large
  const wanted = tf.add(tf.mul(target, probabilities), tf.mul(tf.sub(1, target), tf.sub(1, probabilities)));
  return tf.neg(tf.mean(tf.log(tf.maximum(wanted, 1e-12))));
}
