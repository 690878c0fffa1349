import type { LatentSpec } from '@infogan/contract';
import { firstPose, type Pose } from './pose.ts';

export const VIEWS = ['stage', 'atlas', 'draw', 'morph', 'how'] as const;
export type View = (typeof VIEWS)[number];

/** What an address names: `#/<model>/<view>?<codes>`. The model is a listed name or an encoded URL. */
export interface Address {
  /** null: the default model. */
  readonly model: string | null;
  readonly view: View;
  readonly query: URLSearchParams;
}

/** Reads `location.hash`. The hash, because any static host serves it and none is told what was shared. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [first = '', second = ''] = path.split('/');
  const views: readonly string[] = VIEWS;
  const view = [second, first].find((word) => views.includes(word)) ?? 'stage';
  const model = first === '' || (second === '' && views.includes(first)) ? null : decodeURIComponent(first);
  return { model, view: view as View, query: new URLSearchParams(query) };
}

/** The query of a pose: names and values are those that the server takes, `/digit/7?c1=0.8&c2=-0.3&seed=1`. */
export function formatPose(spec: LatentSpec, pose: Pose, prefix = ''): URLSearchParams {
  const query = new URLSearchParams();
  for (const part of spec) {
    const value = pose.chosen[part.name] ?? 0;
    if (part.kind === 'categorical') query.set(prefix + part.name, part.labels[value]!);
    if (part.kind === 'uniform') query.set(prefix + part.name, String(round(value)));
  }
  query.set(`${prefix}seed`, String(pose.seed));
  for (const [name, values] of Object.entries(pose.edits)) {
    for (const [index, value] of Object.entries(values)) {
      query.set(`${prefix}${name}.${index}`, String(round(value)));
    }
  }
  return query;
}

/**
 * The pose that a query names, and a sentence for each value that was not understood: a shared address should
 * show something and say what it changed.
 */
export function parsePose(
  spec: LatentSpec,
  query: URLSearchParams,
  prefix = '',
): { pose: Pose; remarks: string[] } {
  const start = firstPose(spec);
  const chosen = { ...start.chosen };
  const edits: Record<string, Record<number, number>> = {};
  const remarks: string[] = [];
  for (const part of spec) {
    const text = query.get(prefix + part.name);
    if (part.kind === 'normal') {
      const values = parseEdits(part.name, part.size, query, prefix);
      if (Object.keys(values).length > 0) edits[part.name] = values;
    } else if (text !== null && part.kind === 'categorical') {
      const index = part.labels.indexOf(text);
      if (index >= 0) chosen[part.name] = index;
      else remarks.push(`${part.name}=${text} is none of ${part.labels.join(', ')}`);
    } else if (text !== null && part.kind === 'uniform') {
      const value = Number(text);
      const allowed = Number.isFinite(value) && text.trim() !== '' && Math.abs(value) <= part.limit;
      if (allowed) chosen[part.name] = round(value);
      else remarks.push(`${part.name}=${text} is not a number in ±${part.limit}`);
    }
  }
  return {
    pose: { chosen, seed: parseSeed(query.get(`${prefix}seed`), start.seed, remarks), edits },
    remarks,
  };
}

function parseSeed(text: string | null, otherwise: number, remarks: string[]): number {
  if (text === null) return otherwise;
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  remarks.push(`seed=${text} is not a whole number below 2^32`);
  return otherwise;
}

function parseEdits(name: string, size: number, query: URLSearchParams, prefix: string) {
  const values: Record<number, number> = {};
  for (const [key, text] of query) {
    if (!key.startsWith(`${prefix}${name}.`)) continue;
    const index = Number(key.slice(prefix.length + name.length + 1));
    const value = Number(text);
    if (Number.isInteger(index) && index >= 0 && index < size && Math.abs(value) <= 10) values[index] = value;
  }
  return values;
}

/** Codes are set in steps of a hundredth: what is shown, shared and asked of the server is one number. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
