import { categorical, normal, uniform } from '@infogan/contract';
import { withoutRealPictures, type Preset } from './preset.ts';

const batchNorm = { type: 'batchNorm', epsilon: 1e-5 } as const;
const leaky = { type: 'leakyRelu', slope: 0.1 } as const;

/**
 * InfoGAN as published (Chen et al. 2016, appendix C.1, and its public code): no term on real pictures, so category
 * and digit are tied only loosely and the codes mean what they happen to mean. The baseline that `mnist` is held
 * against.
 */
export const paper: Preset = {
  latent: [normal('z', 62), categorical('digit', 10), uniform('c1'), uniform('c2')],
  image: { width: 28, height: 28, channels: 1 },
  networks: {
    generator: [
      { type: 'dense', units: 1024, bias: false },
      batchNorm,
      { type: 'relu' },
      { type: 'dense', units: 128 * 7 * 7, bias: false },
      batchNorm,
      { type: 'relu' },
      { type: 'reshape', channels: 128, height: 7, width: 7 },
      { type: 'convTranspose', filters: 64, kernel: 4, stride: 2, bias: false },
      batchNorm,
      { type: 'relu' },
      { type: 'convTranspose', filters: 1, kernel: 4, stride: 2, bias: true },
      { type: 'tanh' },
    ],
    trunk: [
      { type: 'conv', filters: 64, kernel: 4, stride: 2, bias: true },
      leaky,
      { type: 'conv', filters: 128, kernel: 4, stride: 2, bias: false },
      batchNorm,
      leaky,
      { type: 'flatten' },
      { type: 'dense', units: 1024, bias: false },
      batchNorm,
      leaky,
    ],
    discriminator: [{ type: 'dense', units: 1, bias: true }],
    recognizer: [
      { type: 'dense', units: 128, bias: false },
      batchNorm,
      leaky,
      { type: 'dense', units: 12, bias: true },
    ],
  },
  recipe: {
    // 5,000 updates of 128 pictures
    epochs: 5000 / 468,
    batchSize: 128,
    rates: { generator: 1e-3, discriminator: 2e-4, recognizer: 2e-4 },
    decayFrom: 1,
    beta1: 0.5,
    beta2: 0.999,
    averaging: 0,
    // a Gaussian likelihood with sigma 1 is half the squared error summed over both codes: the mean of two, times one
    ...withoutRealPictures,
  },
};
