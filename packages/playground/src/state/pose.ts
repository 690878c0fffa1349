import type { LatentSpec } from '@infogan/contract';
import type { Noise, Row } from '../engine/protocol.ts';
import { slerp } from './sphere.ts';

/** What a visitor has chosen: everything the address holds. */
export interface Pose {
  /** Class numbers of categorical codes and values of continuous codes, by name. */
  readonly chosen: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Noise set by hand: per noise part, values by index. */
  readonly edits: Readonly<Record<string, Readonly<Record<number, number>>>>;
}

/** Where a visit starts: a class with a curve and a corner, upright and of middling weight. */
export function firstPose(spec: LatentSpec): Pose {
  const chosen: Record<string, number> = {};
  for (const part of spec) {
    if (part.kind === 'categorical') chosen[part.name] = Math.min(5, part.labels.length - 1);
    if (part.kind === 'uniform') chosen[part.name] = 0;
  }
  return { chosen, seed: 1, edits: {} };
}

/** The noise of a pose: the seed's, with the hand-set values over it. */
export function editNoise(noise: Noise, edits: Pose['edits']): Noise {
  const result: Record<string, Float32Array> = {};
  for (const [name, values] of Object.entries(noise)) {
    const changed = Object.entries(edits[name] ?? {});
    result[name] = changed.length === 0 ? values : Float32Array.from(values);
    for (const [index, value] of changed) result[name][Number(index)] = value;
  }
  return result;
}

/** What is on the screen at this moment, which may be on its way from one pose to another. */
export interface Look {
  readonly chosen: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Absent only until the seed's noise is known for the first time. */
  readonly noise?: Noise;
  /** The classes being left and how much of them is still seen, 1 to 0; null at rest. */
  readonly fade: { readonly from: Readonly<Record<string, number>>; readonly share: number } | null;
}

/**
 * A look between two: noise along the sphere, continuous codes straight, classes by a cross-fade (a class is a
 * choice, the network knows no half of one).
 */
export function mixLooks(
  spec: LatentSpec,
  from: Look,
  to: Look & { readonly noise: Noise },
  t: number,
): Look {
  const chosen: Record<string, number> = { ...to.chosen };
  const left: Record<string, number> = {};
  for (const part of spec) {
    const [a, b] = [from.chosen[part.name] ?? 0, to.chosen[part.name] ?? 0];
    if (part.kind === 'uniform') chosen[part.name] = a + t * (b - a);
    if (part.kind === 'categorical' && a !== b) left[part.name] = a;
  }
  const walked = Object.fromEntries(
    Object.entries(to.noise).map(([name, target]) => {
      const start = from.noise?.[name];
      return [name, start === undefined ? target : slerp(start, target, t)];
    }),
  );
  const fade = Object.keys(left).length === 0 ? null : { from: left, share: 1 - t };
  return { chosen, seed: to.seed, noise: walked, fade };
}

/** The rows from which a look is drawn: one, or two that are blended. */
export function lookRows(look: Look): Row[] {
  const { seed, noise, fade } = look;
  const row: Row = { chosen: look.chosen, seed, ...(noise === undefined ? {} : { noise }) };
  return fade === null ? [row] : [row, { ...row, chosen: { ...look.chosen, ...fade.from } }];
}

/** Blends the pictures of `lookRows` into one. */
export function blendLook(look: Look, images: Float32Array): Float32Array {
  if (look.fade === null) return images;
  const { share } = look.fade;
  const size = images.length / 2;
  return Float32Array.from({ length: size }, (_, i) => (1 - share) * images[i]! + share * images[size + i]!);
}
