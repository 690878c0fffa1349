import { mnist } from './mnist.ts';
import { paper } from './paper.ts';
import { tutorial } from './tutorial.ts';
import type { Preset } from './preset.ts';

export { tutorialPreset, type TutorialOptions } from './tutorial.ts';
export type { Networks, Preset } from './preset.ts';

/** Networks and recipes by name: what `--preset` takes. */
export const presets: Readonly<Record<string, Preset>> = { mnist, paper, tutorial };
