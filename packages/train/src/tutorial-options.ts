import { UserError } from '@infogan/contract';
import { Option, type Command } from 'commander';
import type { TutorialOptions } from './presets/index.ts';
import { number, whole } from './option-values.ts';

/** Options that only `--preset tutorial` takes, under the names that the tutorials give them. */
export interface TutorialFlags extends TutorialOptions {
  readonly nEpochs?: number;
  readonly sampleInterval?: number;
}

/** Each flag by the name that commander gives its value, with what the other presets have in its place. */
const FLAGS: Readonly<Record<keyof TutorialFlags, { flag: string; elsewhere?: string }>> = {
  nEpochs: { flag: '--n-epochs', elsewhere: '--epochs' },
  lr: { flag: '--lr' },
  beta1: { flag: '--beta-1' },
  beta2: { flag: '--beta-2' },
  imgSize: { flag: '--img-size' },
  channels: { flag: '--channels' },
  noiseDim: { flag: '--noise-dim' },
  codeDiscreteDim: { flag: '--code-discrete-dim' },
  codeContinuousDim: { flag: '--code-continuous-dim' },
  sampleInterval: { flag: '--sample-interval', elsewhere: '--sample-every' },
};

export function addTutorialOptions(command: Command): Command {
  return command
    .optionsGroup('Options of --preset tutorial alone (and what the tutorial has):')
    .option('--n-epochs <n>', 'passes over the training set (200)', number('n epochs', 0.001, 10_000))
    .option('--lr <rate>', 'learning rate of the three Adams (0.0002)', number('lr', 1e-7, 1))
    .option('--beta-1 <share>', 'decay of Adam’s mean gradient (0.5)', number('beta 1', 0, 0.9999))
    .option('--beta-2 <share>', 'decay of Adam’s mean square (0.999)', number('beta 2', 0, 0.999999))
    .option(
      '--img-size <px>',
      'width and height, a multiple of 4 from 16 to 64; pictures are resized (28)',
      whole('img size', 1, 4096),
    )
    .addOption(
      new Option('--channels <n>', '1 for grey, 3 for colours (1)').argParser(whole('channels', 1, 16)),
    )
    .option('--noise-dim <n>', 'numbers of noise (62)', whole('noise dim', 0, 4096))
    .option(
      '--code-discrete-dim <n>',
      'classes of the category, 0 for none (10)',
      whole('code discrete dim', 0, 1000),
    )
    .option('--code-continuous-dim <n>', 'continuous codes (2)', whole('code continuous dim', 0, 100))
    .option(
      '--sample-interval <n>',
      'steps between two sample sheets (50)',
      whole('sample interval', 1, 10_000_000),
    );
}

/** @throws UserError when any is given where it means nothing */
export function refuseTutorialFlags(flags: TutorialFlags, where: string): void {
  for (const [name, { flag, elsewhere }] of Object.entries(FLAGS)) {
    if (flags[name as keyof TutorialFlags] === undefined) continue;
    throw new UserError(
      `train: ${flag} is an option of --preset tutorial and means nothing ${where}; ${elsewhere === undefined ? 'leave it out' : `there it is ${elsewhere}`}`,
    );
  }
}

/** An option that has two names. @throws UserError when both are given */
export function oneOf<T>(
  names: readonly [string, string],
  a: T | undefined,
  b: T | undefined,
): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  throw new UserError(`train: ${names[0]} and ${names[1]} are the same number; pass one of them`);
}
