import type { LatentSpec } from '@infogan/contract';
import { formatPose } from '../state/address.ts';
import type { Pose } from '../state/pose.ts';

/** The server's address of the picture on the stage: `GET /digit/7?c1=0.8&c2=-0.3&seed=1`. */
export function pictureUrl(server: string, spec: LatentSpec, pose: Pose): string {
  const query = formatPose(spec, { ...pose, edits: {} });
  const main = spec.find((part) => part.kind === 'categorical');
  if (main === undefined) return new URL(`picture?${query}`, server).href;
  const label = query.get(main.name)!;
  query.delete(main.name);
  return new URL(`${main.name}/${encodeURIComponent(label)}?${query}`, server).href;
}

/** A name for a saved file: `digit-7-seed-1`. */
export function fileName(spec: LatentSpec, pose: Pose): string {
  const words = spec.flatMap((part) =>
    part.kind === 'categorical' ? [part.name, part.labels[pose.chosen[part.name] ?? 0]!] : [],
  );
  return [...words, 'seed', pose.seed].join('-').replace(/[^\w-]+/g, '_');
}

export function curlSnippet(server: string, spec: LatentSpec, pose: Pose): string {
  return `curl -s '${pictureUrl(server, spec, pose)}' -o ${fileName(spec, pose)}.png`;
}

export function fetchSnippet(server: string, spec: LatentSpec, pose: Pose): string {
  return [
    `const response = await fetch('${pictureUrl(server, spec, pose)}');`,
    'if (!response.ok) throw new Error(await response.text());',
    'const picture = await createImageBitmap(await response.blob());',
  ].join('\n');
}
