import { Command, Option } from 'commander'; // commander: the usual command line library, refuses unknown options
import { DEVICES, type DeviceName } from './engine/device.ts';
import { BACKENDS, ENGINES, type BackendName, type EngineName } from './engine/select.ts';
import { number, whole } from './option-values.ts';
import { presets } from './presets/index.ts';
import { MODELS, type Model } from './systems/index.ts';
import { addTutorialOptions, type TutorialFlags } from './tutorial-options.ts';

/** What `pnpm train` was asked for; undefined where the preset decides. */
export interface TrainOptions extends TutorialFlags {
  readonly preset: string;
  readonly model: Model;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed: number;
  readonly out?: string;
  readonly maxSteps?: number;
  readonly labels?: number;
  readonly sampleEvery?: number;
  readonly checkpointEvery: number;
  readonly data?: string;
  readonly engine: EngineName;
  readonly backend: BackendName;
  readonly device: DeviceName;
  readonly threads?: number;
  readonly resume: boolean;
}

export interface JudgeCommandOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly maxSteps?: number;
  readonly out: string;
  readonly data?: string;
}

export interface TrainActions {
  train(options: TrainOptions): Promise<void>;
  judge(options: JudgeCommandOptions): Promise<void>;
}

/** @param actions what to run: the default command trains a generator, `judge` the judge */
export function trainCommand(actions: TrainActions): Command {
  const command = new Command('train')
    .enablePositionalOptions()
    .description(
      'Train an InfoGAN, a conditional or a plain GAN on MNIST (or any folder of IDX files or pictures) into runs/<name>/.',
    )
    .addOption(
      new Option('--preset <name>', 'networks and recipe').choices(Object.keys(presets)).default('mnist'),
    )
    .addOption(
      new Option(
        '--model <name>',
        'infogan: codes found without labels; cgan: conditional, the labels given; gan: noise alone',
      )
        .choices(MODELS)
        .default('infogan'),
    )
    .option(
      '--epochs <n>',
      'passes over the training set (default: the preset’s)',
      number('epochs', 0.001, 10_000),
    )
    .option('--batch-size <n>', 'pictures per step (default: the preset’s)', whole('batch size', 2, 4096))
    .option('--seed <n>', 'seed of everything random', whole('seed', 0, 2 ** 31 - 1), 1)
    .option('--out <dir>', 'run directory (default: runs/<preset>[-<model>]-seed<seed>)')
    .option('--max-steps <n>', 'stop after this many steps', whole('max steps', 1, 10_000_000))
    .option(
      '--labels <n>',
      'semi-supervised: this many training pictures, as many of each class, may show their labels (default: none)',
      whole('labels', 1, 1_000_000),
    )
    .option(
      '--sample-every <n>',
      'steps between two sample sheets (default: 200, or the preset’s)',
      whole('sample every', 1, 10_000_000),
    )
    .option(
      '--data <dir>',
      'folder with the four IDX files of MNIST’s names, gzipped or not; or with pictures, in a folder for each class or all in one (default: MNIST)',
    )
    .addOption(
      new Option('--engine <name>', 'compiled: traced once, run by ONNX Runtime; eager: TensorFlow.js')
        .choices(ENGINES)
        .default('compiled'),
    )
    .addOption(
      new Option('--device <name>', 'device of the compiled engine').choices(DEVICES).default('auto'),
    )
    .option(
      '--threads <n>',
      'threads of the compiled engine on the CPU (default: one for each core; with --resume what the run had)',
      whole('threads', 1, 1024),
    )
    .addOption(
      new Option('--backend <name>', 'back end of the eager engine').choices(BACKENDS).default('auto'),
    )
    .option(
      '--checkpoint-every <n>',
      'steps between two checkpoints',
      whole('checkpoint every', 1, 10_000_000),
      200,
    )
    .option('--resume', 'go on from the checkpoint in --out', false)
    .allowExcessArguments(false)
    .showHelpAfterError('(pnpm train --help lists the options)')
    .action((options: TrainOptions) => actions.train(options));
  addTutorialOptions(command);
  command
    .command('judge')
    .description('Train the independent digit classifier that scores are taken by, from labels.')
    .option('--epochs <n>', 'passes over the training set', number('epochs', 0.001, 1000), 10)
    .option('--batch-size <n>', 'pictures per step', whole('batch size', 2, 4096), 128)
    .option('--seed <n>', 'seed of everything random', whole('seed', 0, 2 ** 31 - 1), 1)
    .option('--max-steps <n>', 'stop after this many steps', whole('max steps', 1, 10_000_000))
    .option('--out <dir>', 'directory to write', 'models/judge')
    .option('--data <dir>', 'folder with the four IDX files (default: MNIST)')
    .allowExcessArguments(false)
    .action((options: JudgeCommandOptions) => actions.judge(options));
  return command;
}
