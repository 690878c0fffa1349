import type { LatentSpec } from '@infogan/contract';
import type { InputSpec } from './engine/engine.ts';
import { latentInputs } from './latent-arrays.ts';
import { layerName, type BuiltNetwork } from './network.ts';
import type { StepTensors } from './objective.ts';

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
