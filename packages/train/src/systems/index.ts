import { buildGan, type Blueprint } from '../gan.ts';
import type { Recipe } from '../recipe.ts';
import { cgan } from './cgan.ts';
import { gan } from './gan.ts';
import { infogan } from './infogan.ts';
import { tutorial } from './tutorial.ts';
import type { System, Training } from './system.ts';

export { MODELS, type Model, type System, type Training, type Turn } from './system.ts';

/** Systems by the name that run.json records. */
export const SYSTEMS = ['infogan', 'tutorial', 'cgan', 'gan'] as const;
export type SystemName = (typeof SYSTEMS)[number];
export const systems: Readonly<Record<SystemName, System>> = { infogan, tutorial, cgan, gan };

/** Networks and training step of a run. @throws when the layers do not fit each other, the latent code or the picture */
export function buildTraining(
  run: Blueprint & { readonly system: SystemName; readonly recipe: Recipe },
): Training {
  return systems[run.system].training(buildGan(run), run.recipe);
}
