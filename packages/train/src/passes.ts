import type { LatentSpec, Random } from '@infogan/contract';
import { latentArrays } from './latent-arrays.ts';
import type { Arrays, InputSpec } from './engine/engine.ts';
import { latentInputs } from './inference.ts';
import { layerName, type BuiltNetwork } from './network.ts';
import type { StepTensors } from './objective.ts';
import { sizeOf } from './vector.ts';

/**
 * A step may run a network several times, each time on random numbers of its own. The inputs of such a pass bear its
 * name, `generator/z`, and so do the masks of its dropout layers, `real/trunk/channelDropout1`; how the host draws
 * them is said in the spec.
 */
export interface DrawnSpec extends InputSpec {
  readonly draw:
    | { readonly kind: 'latent'; readonly pass: string; readonly part: string }
    | { readonly kind: 'dropout'; readonly rate: number };
}

/** Latent codes of a pass through the generator. */
export function latentPass(pass: string, latent: LatentSpec, batch: number): Record<string, DrawnSpec> {
  const parts = Object.entries(latentInputs(latent, batch));
  return Object.fromEntries(
    parts.map(([part, spec]) => [`${pass}/${part}`, { ...spec, draw: { kind: 'latent', pass, part } }]),
  );
}

/** Masks of a pass through a network with dropout layers, [N, channels] each. */
export function dropoutPass(
  pass: string,
  { name, layers, shapes }: BuiltNetwork,
  batch: number,
): Record<string, DrawnSpec> {
  const masks: Record<string, DrawnSpec> = {};
  layers.forEach((layer, index) => {
    if (layer.type !== 'channelDropout') return;
    const shape = shapes[index]!;
    const channels = 'features' in shape ? shape.features : shape.channels;
    const draw = { kind: 'dropout', rate: layer.rate } as const;
    masks[`${pass}/${layerName(name, layers, index)}`] = { shape: [batch, channels], draw };
  });
  return masks;
}

/** The tensors of a pass under the names that they have without it: parts of a latent code, masks by layer. */
export function passTensors(pass: string, x: StepTensors): Record<string, StepTensors[string]> {
  const own = Object.entries(x).filter(([name]) => name.startsWith(`${pass}/`));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(pass.length + 1), tensor]));
}

/** Draws the inputs of all passes. @param stream random numbers by the place of the input for which they are */
export function drawPasses(
  latent: LatentSpec,
  inputs: Readonly<Record<string, InputSpec>>,
  stream: (place: number) => Random,
): Arrays {
  const drawn: Arrays = {};
  let codes: { pass: string; arrays: Arrays } | null = null;
  Object.entries(inputs).forEach(([name, spec], place) => {
    if (!isDrawn(spec)) return;
    if (spec.draw.kind === 'dropout') {
      drawn[name] = drawMask(sizeOf(spec.shape), spec.draw.rate, stream(place));
      return;
    }
    const { pass, part } = spec.draw;
    if (codes?.pass !== pass) codes = { pass, arrays: latentArrays(latent, spec.shape[0]!, stream(place)) };
    drawn[name] = codes.arrays[part]!;
  });
  return drawn;
}

function isDrawn(spec: InputSpec): spec is DrawnSpec {
  return 'draw' in spec;
}

/** What channels are multiplied by: 0 with a chance of `rate`, else what makes up for it. */
function drawMask(length: number, rate: number, random: Random): Float32Array {
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length }, () => (random.uniform() < rate ? 0 : kept));
}
