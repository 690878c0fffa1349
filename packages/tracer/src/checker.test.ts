/** The official ONNX checker, where Debian's python3-onnx is installed. */
import * as tf from '@tensorflow/tfjs';
import { traceModel, trace } from '@infogan/tracer';
import { expect, test } from 'vitest';
import { checkOnnx, missing } from './onnx-checker.ts';
import { numbers } from './parity.ts';

const title = missing === undefined ? '' : ` (skipped: ${missing})`;

test.skipIf(missing !== undefined)(
  `the ONNX checker accepts a layers model with a symbolic batch${title}`,
  () => {
    void tf.setBackend('cpu');
    const { layers } = tf;
    const model = tf.sequential({
      layers: [
        layers.conv2d({ inputShape: [16, 16, 2], kernelSize: 3, filters: 4, strides: 2, padding: 'same' }),
        layers.batchNormalization(),
        layers.leakyReLU({ alpha: 0.1 }),
        layers.upSampling2d({}),
        layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: 'heNormal' }),
        layers.averagePooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 6, activation: 'softmax' }),
      ],
    });
    const { bytes, model: proto } = traceModel(model);
    expect(checkOnnx(bytes)).toBe(proto.graph!.node.length);
    model.dispose();
  },
);

test.skipIf(missing !== undefined)(`the ONNX checker accepts a training step${title}`, () => {
  const kernel = Array.from(numbers([4, 4, 4, 8]).data);
  const { bytes, model } = trace(
    ({ x, w, i }) => {
      const loss = (v: tf.Tensor): tf.Scalar => {
        const h = tf.maxPool(tf.conv2d<tf.Tensor4D>(x as tf.Tensor4D, tf.mul(v, tf.tensor4d(kernel, [4, 4, 4, 8])), 2, 'same'), 2, 2, 'same'); // prettier-ignore
        const logits = tf.reshape(h, [x!.shape[0], -1]);
        const target = tf.oneHot(i!, logits.shape[1]!);
        return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1)));
      };
      const { value, grad } = tf.valueAndGrad(loss)(w!);
      return { loss: value, next: tf.sub(w!, grad) };
    },
    { x: { shape: [9, 8, 8, 4] }, w: { shape: [4, 4, 4, 8] }, i: { shape: [9], dtype: 'int64' } },
  );
  expect(checkOnnx(bytes)).toBe(model.graph!.node.length);
});
