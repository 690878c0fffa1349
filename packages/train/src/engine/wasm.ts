import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm'; // the only TensorFlow.js back end in Node that needs no native library and is not plain JavaScript

/**
 * The wasm back end has no kernel for a convolution's filter gradient; this composes it from those it has. The
 * gradient of filter tap (i, j) is the correlation of x with dy at stride steps: a convolution of x with channels
 * as batch, dy as filter, dilated by the stride.
 */
export function registerWasmConvolutionGradient(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm') !== undefined) return;
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as {
        strides: [number, number];
        pad: 'same' | 'valid' | number;
        dimRoundingMode: 'floor' | 'round' | 'ceil';
        filterShape: [number, number, number, number];
      };
      const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
      return composeFilterGradient(asTensor(x), asTensor(dy), info);
    },
  });
}

/** A kernel gets plain tensor infos; ops want tensors. The new tensor shares the data, and gives up its share when disposed. */
function asTensor(info: tf.TensorInfo): tf.Tensor4D {
  tf.backend().incRef(info.dataId);
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor4D;
}

function composeFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor {
  return tf.tidy(() => {
    const { top, bottom, left, right } = info.padInfo;
    const padded = tf.pad(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const images = tf.transpose(padded, [3, 1, 2, 0]);
    const filters = tf.transpose<tf.Tensor4D>(dy, [1, 2, 0, 3]);
    const { strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
    const taps = tf.conv2d(images, filters, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
    // where the stride does not divide the picture, taps beyond the filter appear
    const cut = tf.slice(taps, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels]);
    return tf.transpose(cut, [1, 2, 0, 3]);
  });
}
