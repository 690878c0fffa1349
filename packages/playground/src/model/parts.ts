import { categoricals, type LatentSpec } from '@infogan/contract';

/** What one picture shows: the name of the first categorical code, "digit". */
export function noun(spec: LatentSpec): string {
  return categoricals(spec)[0]?.name ?? 'picture';
}
