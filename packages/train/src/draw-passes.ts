import type { LatentSpec, Random } from '@infogan/contract';
import type { Arrays, InputSpec } from './engine/engine.ts';
import { latentArrays } from './latent-arrays.ts';
import type { DrawnSpec } from './passes.ts';

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
      drawn[name] = drawMask(spec.shape, spec.draw.rate, stream(place));
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
function drawMask(shape: readonly number[], rate: number, random: Random): Float32Array {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length }, () => (random.uniform() < rate ? 0 : kept));
}
