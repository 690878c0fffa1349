import { UserError, categorical, normal, uniform, type LatentSpec } from '@infogan/contract';
import type { Layer } from '../network.ts';
import { constant, withoutRealPictures, type Preset } from './preset.ts';

/** What may be chosen of the tutorial's InfoGAN; what is left out is as the tutorial has it. */
export interface TutorialOptions {
  /** Adam's rate, of all three optimizers. */
  readonly lr?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  /** Width and height, pixels: a multiple of 4 from 16 to 64. */
  readonly imgSize?: number;
  readonly channels?: number;
  /** Numbers of noise; 0 for none. */
  readonly noiseDim?: number;
  /** Classes of the categorical code; 0 for no such code. */
  readonly codeDiscreteDim?: number;
  readonly codeContinuousDim?: number;
}

const leaky = { type: 'leakyRelu', slope: 0.2 } as const;
/** PyTorch's BatchNorm2d(n, 0.8): its second argument is epsilon, whatever those who wrote it meant. */
const wideNorm = { type: 'batchNorm', epsilon: 0.8 } as const;
const dropout = { type: 'channelDropout', rate: 0.25 } as const;

/**
 * InfoGAN as the best-known PyTorch tutorials have it: upsampling and convolutions, least squares, dropout, and an
 * optimizer of its own for the information (`systems/tutorial.ts`). What `pnpm bench tutorial` compares with PyTorch.
 */
export function tutorialPreset(options: TutorialOptions = {}): Preset {
  const { imgSize = 28, lr = 2e-4, beta1 = 0.5, beta2 = 0.999 } = options;
  const channels = channelsOf(options);
  if (!Number.isInteger(imgSize / 4) || imgSize < 16 || imgSize > 64) {
    throw new UserError(
      `train: the tutorial’s generator doubles its picture twice, so --img-size is a multiple of 4 from 16 to 64; got ${imgSize}`,
    );
  }
  const { codeDiscreteDim = 10, codeContinuousDim = 2 } = options;
  return {
    latent: latentOf(options),
    image: { width: imgSize, height: imgSize, channels },
    networks: {
      generator: generator(imgSize / 4, channels),
      trunk: [...block(16, false), ...block(32), ...block(64), ...block(128), { type: 'flatten' }],
      discriminator: [{ type: 'dense', units: 1, bias: true }],
      // the heads of category and codes side by side
      recognizer: [{ type: 'dense', units: codeDiscreteDim + codeContinuousDim, bias: true }],
    },
    system: 'tutorial',
    sampleEvery: 50,
    recipe: {
      ...withoutRealPictures,
      epochs: 200,
      batchSize: 32,
      rates: { generator: lr, discriminator: lr, recognizer: lr },
      decayFrom: 1,
      beta1,
      beta2,
      averaging: 0,
      weights: { ...withoutRealPictures.weights, category: constant(1), codes: constant(0.2) },
    },
  };
}

export const tutorial = tutorialPreset();

function generator(start: number, channels: number): Layer[] {
  return [
    { type: 'dense', units: 128 * start * start, bias: true },
    { type: 'reshape', channels: 128, height: start, width: start },
    { type: 'batchNorm', epsilon: 1e-5 },
    { type: 'upsampleConv', filters: 128, bias: true },
    wideNorm,
    leaky,
    { type: 'upsampleConv', filters: 64, bias: true },
    wideNorm,
    leaky,
    { type: 'conv', filters: channels, kernel: 3, stride: 1, bias: true, padding: 1 },
    { type: 'tanh' },
  ];
}

/** A block of the discriminator, which halves the picture, rounding up. */
function block(filters: number, normalized = true): Layer[] {
  return [
    { type: 'conv', filters, kernel: 3, stride: 2, bias: true, padding: 1 },
    leaky,
    dropout,
    ...(normalized ? [wideNorm] : []),
  ];
}

function channelsOf({ channels = 1 }: TutorialOptions): 1 | 3 {
  if (channels === 1 || channels === 3) return channels;
  throw new UserError(
    `train: pictures have 1 channel (grey) or 3 (red, green, blue); got --channels ${channels}`,
  );
}

function latentOf({
  noiseDim = 62,
  codeDiscreteDim = 10,
  codeContinuousDim = 2,
}: TutorialOptions): LatentSpec {
  if (codeDiscreteDim === 1) {
    throw new UserError(
      'train: a category needs two classes to tell apart; pass --code-discrete-dim 0 for none, or at least 2',
    );
  }
  // ten classes on MNIST are its digits; any other number is not
  const name = codeDiscreteDim === 10 ? 'digit' : 'category';
  return [
    ...(noiseDim > 0 ? [normal('z', noiseDim)] : []),
    ...(codeDiscreteDim > 0 ? [categorical(name, codeDiscreteDim)] : []),
    ...Array.from({ length: codeContinuousDim }, (_, k) => uniform(`c${k + 1}`)),
  ];
}
