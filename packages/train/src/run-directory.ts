import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod'; // zod: what stages hand to each other through files is checked on reading
import {
  Control,
  ImageGeometry,
  LatentSpec,
  Probe,
  Provenance,
  UserError,
  hashBytes,
} from '@infogan/contract';
import { Layer } from './network.ts';
import { Recipe } from './recipe.ts';
import { SYSTEMS } from './systems/index.ts';
import { decodeTensors, writeAtomically, type TensorFile } from './safetensors.ts';

export const RUN_FORMAT = 'infogan-kit/run';
export const RUN_VERSION = 1;

export const RUN_FILES = {
  run: 'run.json',
  weights: 'weights.safetensors',
  checkpoint: 'checkpoint.safetensors',
  metrics: 'metrics.jsonl',
  samples: 'samples',
} as const;

/** What the latent code turned out to mean, found after training; export bakes it into the graphs. */
export const Calibration = z.strictObject({
  /** Per categorical code: which category of the network shows label 0, 1, 2 … */
  categories: z.record(z.string(), z.array(z.int().min(0))),
  /** Labels that no category shows on its own. */
  missing: z.array(z.string()),
  /** In the order of the spec: which code of the network it is, and whether it is turned round. */
  codes: z.array(
    z.strictObject({
      name: z.string(),
      source: z.int().min(0),
      sign: z.union([z.literal(1), z.literal(-1)]),
      control: z.nullable(Control),
    }),
  ),
  /** Share of training and test pictures whose label the recognizer reads; null without a recognizer of classes. */
  accuracy: z.strictObject({ train: z.number(), test: z.number() }).nullable(),
});
export type Calibration = z.infer<typeof Calibration>;

const Networks = z.strictObject({
  generator: z.array(Layer),
  trunk: z.array(Layer),
  discriminator: z.array(Layer),
  recognizer: z.array(Layer).nullable(),
});

/** `run.json`: from it and the weights alone the networks are rebuilt. */
export const Run = z.strictObject({
  format: z.literal(RUN_FORMAT),
  version: z.literal(RUN_VERSION),
  status: z.enum(['training', 'interrupted', 'finished']),
  /** How it is trained; runs from before there was a choice are InfoGANs. */
  system: z.enum(SYSTEMS).default('infogan'),
  latent: LatentSpec,
  image: ImageGeometry,
  networks: Networks,
  recipe: Recipe,
  maxSteps: z.int().min(1).nullable(),
  sampleEvery: z.int().min(1),
  provenance: Provenance,
  /** These three exist when the run is finished. */
  weights: z.strictObject({ bytes: z.int(), sha256: z.string() }).nullable(),
  calibration: Calibration.nullable(),
  probe: z.nullable(Probe),
});
export type Run = z.infer<typeof Run>;

/** @throws UserError when the directory holds no readable run.json of this version */
export async function readRun(directory: string): Promise<Run> {
  const path = join(directory, RUN_FILES.run);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UserError(
      `run: cannot read ${path} (${(error as Error).message}); point to a directory that pnpm train wrote`,
    );
  }
  const head = z.looseObject({ format: z.string(), version: z.number() }).safeParse(json);
  if (!head.success || head.data.format !== RUN_FORMAT)
    throw new UserError(`run: ${path} is no ${RUN_FORMAT} file`);
  if (head.data.version !== RUN_VERSION) {
    throw new UserError(
      `run: got version ${head.data.version} in ${path} when expected ${RUN_VERSION}; train again`,
    );
  }
  const run = Run.safeParse(json);
  if (run.success) return run.data;
  const issue = run.error.issues[0]!;
  throw new UserError(
    `run: ${path} breaks the format: ${issue.path.join('.')}: ${issue.message}; train again`,
  );
}

export async function writeRun(directory: string, run: Run): Promise<void> {
  await mkdir(join(directory, RUN_FILES.samples), { recursive: true });
  await writeAtomically(join(directory, RUN_FILES.run), `${JSON.stringify(Run.parse(run), null, 2)}\n`);
}

/** The weights of a finished run, checked against run.json. @throws UserError when unfinished, cut off or changed */
export async function readWeights(directory: string, run: Run): Promise<TensorFile> {
  const path = join(directory, RUN_FILES.weights);
  if (run.weights === null) {
    throw new UserError(
      `run: ${directory} is not finished (${run.status}); go on with pnpm train --resume --out ${directory}`,
    );
  }
  const file = await readFile(path).catch(() => {
    throw new UserError(`run: ${directory} has no ${RUN_FILES.weights}; train again`);
  });
  if (file.length !== run.weights.bytes || hashBytes(file) !== run.weights.sha256) {
    throw new UserError(
      `run: ${path} has ${file.length} bytes and another sha256 than run.json recorded (${run.weights.bytes} bytes); it was cut off or changed, train again`,
    );
  }
  return decodeTensors(file, path);
}

/** Whether a directory is free for a new run. */
export async function isFree(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((): string[] => []);
  return names.length === 0;
}
