/** Models that this project did not write: rebuilt layer by layer from the TF.js examples. */
import * as tf from '@tensorflow/tfjs';
import { traceModel } from '@infogan/tracer';
import { describe, expect, test } from 'vitest';
import { checkOnnx, missing } from './onnx-checker.ts';
import { type Numbers, count, expectClose, numbers, runOrt } from './parity.ts';

const { layers } = tf;

/** tfjs-examples/mnist: the convnet. */
function mnistConvnet(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [28, 28, 1], kernelSize: 3, filters: 16, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2, strides: 2 }),
      layers.conv2d({ kernelSize: 3, filters: 32, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2, strides: 2 }),
      layers.conv2d({ kernelSize: 3, filters: 32, activation: 'relu' }),
      layers.flatten({}),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
}

/** tfjs-examples/mnist-acgan: generator, narrowed. */
function acganGenerator(): tf.LayersModel {
  const latent = 20;
  const cnn = tf.sequential();
  cnn.add(layers.dense({ units: 3 * 3 * 48, inputShape: [latent], activation: 'relu' }));
  cnn.add(layers.reshape({ targetShape: [3, 3, 48] }));
  cnn.add(layers.conv2dTranspose({ filters: 24, kernelSize: 5, strides: 1, padding: 'valid', activation: 'relu', kernelInitializer: 'glorotNormal' })); // prettier-ignore
  cnn.add(layers.batchNormalization());
  cnn.add(layers.conv2dTranspose({ filters: 12, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu', kernelInitializer: 'glorotNormal' })); // prettier-ignore
  cnn.add(layers.batchNormalization());
  cnn.add(layers.conv2dTranspose({ filters: 1, kernelSize: 5, strides: 2, padding: 'same', activation: 'tanh', kernelInitializer: 'glorotNormal' })); // prettier-ignore
  const z = tf.input({ shape: [latent] });
  const imageClass = tf.input({ shape: [1] });
  const embedding = layers.embedding({
    inputDim: 10,
    outputDim: latent,
    embeddingsInitializer: 'glorotNormal',
  });
  const flat = layers.flatten().apply(embedding.apply(imageClass)) as tf.SymbolicTensor;
  const h = layers.multiply().apply([z, flat]) as tf.SymbolicTensor;
  return tf.model({ inputs: [z, imageClass], outputs: cnn.apply(h) as tf.SymbolicTensor });
}

/** tfjs-examples/mnist-acgan: discriminator, narrowed. */
function acganDiscriminator(): tf.LayersModel {
  const cnn = tf.sequential();
  cnn.add(layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', strides: 2, inputShape: [28, 28, 1] }));
  cnn.add(layers.leakyReLU({ alpha: 0.2 }));
  cnn.add(layers.dropout({ rate: 0.3 }));
  cnn.add(layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', strides: 1 }));
  cnn.add(layers.leakyReLU({ alpha: 0.2 }));
  cnn.add(layers.dropout({ rate: 0.3 }));
  cnn.add(layers.conv2d({ filters: 24, kernelSize: 3, padding: 'same', strides: 2 }));
  cnn.add(layers.leakyReLU({ alpha: 0.2 }));
  cnn.add(layers.flatten());
  const image = tf.input({ shape: [28, 28, 1] });
  const features = cnn.apply(image) as tf.SymbolicTensor;
  const realness = layers.dense({ units: 1, activation: 'sigmoid' }).apply(features) as tf.SymbolicTensor;
  const aux = layers.dense({ units: 10, activation: 'softmax' }).apply(features) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: [realness, aux] });
}

/** A small MobileNet: depthwise separable blocks with batch norm and ReLU6, global average pooling. */
function mobileNet(): tf.LayersModel {
  const block = (filters: number, strides: number): tf.layers.Layer[] => [
    layers.depthwiseConv2d({
      kernelSize: 3,
      strides,
      padding: 'same',
      useBias: false,
      depthwiseInitializer: 'heNormal',
    }),
    layers.batchNormalization(),
    layers.reLU({ maxValue: 6 }),
    layers.conv2d({ kernelSize: 1, filters, padding: 'same', useBias: false }),
    layers.batchNormalization(),
    layers.reLU({ maxValue: 6 }),
  ];
  return tf.sequential({
    layers: [
      layers.conv2d({
        inputShape: [32, 32, 3],
        kernelSize: 3,
        filters: 8,
        strides: 2,
        padding: 'same',
        useBias: false,
      }),
      layers.batchNormalization(),
      layers.reLU({ maxValue: 6 }),
      ...block(16, 1),
      ...block(24, 2),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 7, activation: 'softmax' }),
    ],
  });
}

/** A convolutional autoencoder with up-sampling. */
function autoencoder(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.conv2d({
        inputShape: [28, 28, 1],
        kernelSize: 3,
        filters: 8,
        padding: 'same',
        activation: 'elu',
      }),
      layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      layers.conv2d({ kernelSize: 3, filters: 4, padding: 'same', activation: 'elu' }),
      layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.conv2d({ kernelSize: 3, filters: 8, padding: 'same', activation: 'elu' }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.conv2d({ kernelSize: 3, filters: 1, padding: 'same', activation: 'sigmoid' }),
    ],
  });
}

/** A residual block net: additions and a strided shortcut. */
function residualNet(): tf.LayersModel {
  const input = tf.input({ shape: [16, 16, 3] });
  const conv = (x: tf.SymbolicTensor, filters: number, strides: number, kernelSize = 3): tf.SymbolicTensor =>
    layers.conv2d({ kernelSize, filters, strides, padding: 'same' }).apply(x) as tf.SymbolicTensor;
  const norm = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
    layers.batchNormalization().apply(x) as tf.SymbolicTensor;
  const relu = (x: tf.SymbolicTensor): tf.SymbolicTensor => layers.activation({ activation: 'relu' }).apply(x) as tf.SymbolicTensor; // prettier-ignore
  const block = (x: tf.SymbolicTensor, filters: number, strides: number): tf.SymbolicTensor => {
    const main = norm(conv(relu(norm(conv(x, filters, strides))), filters, 1));
    const shortcut = strides === 1 ? x : norm(conv(x, filters, strides, 1));
    return relu(layers.add().apply([main, shortcut]) as tf.SymbolicTensor);
  };
  const body = block(block(relu(norm(conv(input, 8, 1))), 8, 1), 16, 2);
  const pooled = layers.globalAveragePooling2d({}).apply(body) as tf.SymbolicTensor;
  const logits = layers.dense({ units: 5 }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: logits });
}

/** tfjs-examples/sentiment: the CNN variant, with global max pooling in place of an LSTM. */
function textCnn(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.embedding({ inputDim: 50, outputDim: 12, inputLength: 20 }),
      layers.dropout({ rate: 0.5 }),
      layers.conv1d({ filters: 16, kernelSize: 5, strides: 1, padding: 'valid', activation: 'relu' }),
      layers.globalMaxPool1d({}),
      layers.dense({ units: 8, activation: 'relu' }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
}

interface Case {
  build: () => tf.LayersModel;
  transposes: number;
  integers?: number;
}
const cases: Record<string, Case> = {
  'MNIST convnet': { build: mnistConvnet, transposes: 0 },
  'ACGAN generator': { build: acganGenerator, transposes: 1, integers: 10 },
  'ACGAN discriminator': { build: acganDiscriminator, transposes: 1 },
  'small MobileNet': { build: mobileNet, transposes: 1 },
  autoencoder: { build: autoencoder, transposes: 0 },
  'residual net': { build: residualNet, transposes: 1 },
  'text CNN': { build: textCnn, transposes: 1, integers: 50 },
};

/** Batch norm's moving statistics are zeros and ones in a new model: give all weights something to say. */
function randomize(model: tf.LayersModel): void {
  tf.tidy(() => {
    model.setWeights(
      model.getWeights().map((weight, i) => {
        const { data } = numbers(weight.shape, i + 1, -0.3, 0.3);
        const variance = model.weights[i]!.originalName.includes('variance');
        return tf.tensor(
          Float32Array.from(data as number[], (x) => (variance ? 0.5 + Math.abs(x) : x)),
          weight.shape,
        );
      }),
    );
  });
}

describe('traceModel', () => {
  test.each(Object.entries(cases))('%s', async (_, { build, transposes, integers }) => {
    void tf.setBackend('cpu');
    const model = build();
    randomize(model);
    const traced = traceModel(model);
    expect(count(traced, 'Transpose')).toBeLessThanOrEqual(transposes);
    expect(Buffer.from(traceModel(model).bytes).equals(Buffer.from(traced.bytes)), 'same bytes again').toBe(
      true,
    );
    if (missing === undefined) expect(checkOnnx(traced.bytes)).toBe(traced.model.graph!.node.length);
    for (const n of [1, 3, 64]) {
      const feeds: Record<string, Numbers> = {};
      const tensors = model.inputs.map(({ shape }, i) => {
        const sizes = shape.map((size) => size ?? n);
        const whole = integers !== undefined && i === model.inputs.length - 1;
        const given = numbers(sizes, 10 * n + i, 0, whole ? integers : 1);
        if (whole) given.data = Array.from(given.data, Math.floor);
        feeds[model.inputNames[i]!] = given;
        return tf.tensor(Float32Array.from(given.data), sizes);
      });
      const result = model.predict(tensors.length === 1 ? tensors[0]! : tensors);
      const outputs = Array.isArray(result) ? result : [result];
      const expected = Object.fromEntries(
        outputs.map((tensor, i) => [
          traced.outputs[i]!.name,
          { shape: tensor.shape, data: tensor.dataSync() },
        ]),
      );
      expectClose(await runOrt(traced, feeds), expected, 1e-4);
      tf.dispose([...tensors, ...outputs]);
    }
    model.dispose();
  });
});
