import { UserError, categoricals, type LatentSpec } from '@infogan/contract';
import type { Dataset } from '@infogan/data';
import { requireLabelled } from './choose-labelled.ts';
import type { Blueprint } from './gan.ts';
import type { TrainOptions } from './options.ts';
import { presets, tutorialPreset, type Preset } from './presets/index.ts';
import type { Recipe } from './recipe.ts';
import { RUN_FORMAT, RUN_VERSION, type Run } from './run-directory.ts';
import { systems, type SystemName } from './systems/index.ts';
import { oneOf, refuseTutorialFlags } from './tutorial-options.ts';

/** Steps between two sample sheets, where neither the command line nor the preset says. */
const SAMPLE_EVERY = 200;

/** How much the groups' weight grows where labels name them. */
const LABELLED_GROUPS = 3;

/** What the command line asks for before it is known on which data. @throws UserError when options do not go together */
export function presetRun(options: TrainOptions): Blueprint & Pick<Run, 'system' | 'recipe'> {
  const preset = choosePreset(options);
  const system = systemOf(options, preset);
  return { ...systems[system].adapt(preset), system, recipe: preset.recipe };
}

/** Whether a run's pictures may be of any size, to which the data are then brought. */
export function takesAnySize({ system }: Pick<Run, 'system'>): boolean {
  return system === 'tutorial';
}

/**
 * What the command line asks for, made a run that has not begun.
 * @throws UserError when options, preset and data do not go together
 */
export function newRun(options: TrainOptions, dataset: Dataset, engine: string): Run {
  const preset = choosePreset(options);
  const { image, networks, system, recipe, ...blueprint } = presetRun(options);
  const latent = nameClasses(blueprint.latent, dataset);
  const epochs = oneOf(['--epochs', '--n-epochs'], options.epochs, options.nEpochs) ?? recipe.epochs;
  const { batchSize = recipe.batchSize, labels = recipe.labels } = options;
  const { train, name, sha256 } = dataset;
  if (train.height !== image.height || train.width !== image.width || train.channels !== image.channels) {
    throw new UserError(
      `train: preset ${options.preset} is for pictures of ${image.width}x${image.height} in ${channelWords(image.channels)}, the data has ${train.width}x${train.height} in ${channelWords(train.channels)}; --preset tutorial takes any`,
    );
  }
  if (options.model === 'cgan' || labels > 0) requireLabels(latent, dataset);
  if (labels > 0) {
    refuseLabels(options, preset);
    // before the pictures are compared, which takes minutes
    requireLabelled(train, categoricals(latent)[0]!.labels.length, labels);
  }
  if (batchSize > train.count) {
    throw new UserError(
      `train: a batch of ${batchSize} needs as many pictures, the data has ${train.count}; pass a smaller --batch-size`,
    );
  }
  return {
    format: RUN_FORMAT,
    version: RUN_VERSION,
    status: 'training',
    system,
    latent,
    image,
    networks,
    recipe: { ...(labels > 0 ? withLabels(recipe, labels) : recipe), epochs, batchSize },
    maxSteps: options.maxSteps ?? null,
    sampleEvery:
      oneOf(['--sample-every', '--sample-interval'], options.sampleEvery, options.sampleInterval) ??
      preset.sampleEvery ??
      SAMPLE_EVERY,
    provenance: {
      tool: 'infogan-kit 0.1.0',
      preset: options.preset,
      seed: options.seed,
      steps: 0,
      batchSize,
      engine,
      dataset: { name, pictures: train.count, sha256 },
      seconds: 0,
    },
    weights: null,
    calibration: null,
    probe: null,
  };
}

/** With labels, groups are as right as what is learned beyond them (LOG.md): their weight grows instead of falling. */
function withLabels(recipe: Recipe, labels: number): Recipe {
  const { groups, ...weights } = recipe.weights;
  return {
    ...recipe,
    labels,
    weights: { ...weights, groups: { from: groups.from, to: LABELLED_GROUPS * groups.from } },
  };
}

/** Classes of the data give their names to a category that has as many. */
function nameClasses(latent: LatentSpec, { classes }: Dataset): LatentSpec {
  const first = categoricals(latent)[0];
  if (first === undefined || first.labels.length !== classes.length) return latent;
  return latent.map((part) => (part === first ? { ...first, labels: [...classes] } : part));
}

function choosePreset(options: TrainOptions): Preset {
  if (options.preset === 'tutorial') return tutorialPreset(options);
  refuseTutorialFlags(options, `with --preset ${options.preset}`);
  return presets[options.preset]!;
}

function systemOf({ model, preset: name }: TrainOptions, { system }: Preset): SystemName {
  if (system === undefined) return model;
  if (model === systems[system].model) return system;
  throw new UserError(
    `train: preset ${name} is an ${systems[system].model} with a step of its own; --model ${model} goes with the other presets`,
  );
}

const channelWords = (channels: number) => (channels === 1 ? 'grey' : 'colours');

/** The labels of the data are the categories of a conditional GAN, by number. */
function requireLabels(latent: LatentSpec, { name, classes: known, train }: Dataset): void {
  if (known.length === 0) {
    throw new UserError(
      `train: a training with labels needs classes, ${name} has none; put the pictures of each class into a folder of its own`,
    );
  }
  const classes = categoricals(latent)[0]!.labels.length;
  const highest = train.labels.reduce((most, label) => Math.max(most, label), 0);
  if (highest < classes) return;
  throw new UserError(
    `train: a training with labels and ${classes} categories needs them from 0 to ${classes - 1}, the data has ${highest}; take --model infogan or relabel the data`,
  );
}

function refuseLabels({ model, preset }: TrainOptions, { system }: Preset): void {
  if (system !== undefined) {
    throw new UserError(`train: preset ${preset} takes no label; --labels goes with --preset mnist or paper`);
  }
  if (model === 'infogan') return;
  throw new UserError(
    `train: --labels is for --model infogan, which has none; ${model} ${model === 'cgan' ? 'takes all labels' : 'takes no label'}`,
  );
}
