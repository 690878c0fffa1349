import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  IMAGE,
  MANIFEST_FILE,
  UserError,
  generatorInputs,
  hashBytes,
  openModel,
  recognizerOutputs,
  replayProbe,
  type Manifest,
} from '@infogan/contract';
import { JUDGE_FILE, JUDGE_PORTS, parseJudge, type Judge } from '@infogan/measure';
// onnxruntime-node: the runtime that serves the model, so the scores are those of what is served
import { InferenceSession } from 'onnxruntime-node';

/** A model directory whose bytes were checked and whose probe was replayed, ready to run. */
export interface OpenedModel {
  readonly directory: string;
  readonly manifest: Manifest;
  /** The manifest's text as it was read: whoever writes checks that it still stands. */
  readonly manifestText: string;
  /** The generator's ONNX file. */
  readonly generatorGraph: Uint8Array;
  readonly generator: InferenceSession;
  readonly recognizer: InferenceSession | null;
  close(): Promise<void>;
}

/**
 * Opens a model directory for scoring.
 * @throws UserError when it is incomplete, of another version, changed after the export, or when this runtime
 *   does not compute what the trainer computed
 */
export async function openDirectory(directory: string): Promise<OpenedModel> {
  const files = await openModel((path) => readFile(join(directory, path)), directory);
  const manifestText = await readFile(join(directory, MANIFEST_FILE), 'utf8');
  const generator = await createSession(files.generator, join(directory, files.manifest.graphs.generator));
  const recognizer =
    files.recognizer === null
      ? null
      : await createSession(files.recognizer, join(directory, files.manifest.graphs.recognizer!));
  checkPorts(generator, directory, files.manifest.graphs.generator, {
    inputs: generatorInputs(files.manifest.latent).map(({ name }) => name),
    outputs: [IMAGE],
  });
  if (recognizer !== null) {
    checkPorts(recognizer, directory, files.manifest.graphs.recognizer!, {
      inputs: [IMAGE],
      outputs: recognizerOutputs(files.manifest.latent).map(({ name }) => name),
    });
  }
  const model = {
    directory,
    manifest: files.manifest,
    manifestText,
    generatorGraph: files.generator,
    generator,
    recognizer,
    close: async () => {
      await generator.release();
      await recognizer?.release();
    },
  };
  try {
    await replayProbe(files.manifest, model, directory);
  } catch (error) {
    await model.close();
    throw error;
  }
  return model;
}

/** A graph that the manifest describes wrongly would fail with a sentence of the runtime's, deep in a run. */
function checkPorts(
  { inputNames, outputNames }: InferenceSession,
  directory: string,
  file: string,
  wanted: { inputs: string[]; outputs: string[] },
): void {
  const same = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();
  if (same(inputNames, wanted.inputs) && same(outputNames, wanted.outputs)) return;
  throw new UserError(
    `model: ${directory}/${file} has inputs ${inputNames.join(', ')} and outputs ${outputNames.join(', ')}; its latent code asks for ${wanted.inputs.join(', ')} and ${wanted.outputs.join(', ')}; export the model again`,
  );
}

/** The independent classifier, ready to run. */
export interface OpenedJudge {
  readonly judge: Judge;
  readonly session: InferenceSession;
}

/**
 * Opens the judge's directory.
 * @throws UserError when it is not there, incomplete, or another file than `judge.json` describes
 */
export async function openJudge(directory: string): Promise<OpenedJudge> {
  let text: string;
  try {
    text = await readFile(join(directory, JUDGE_FILE), 'utf8');
  } catch {
    throw new UserError(
      `judge: there is no ${JUDGE_FILE} in ${directory}; make the judge with pnpm train judge, or name another by --judge`,
    );
  }
  const judge = parseJudge(text, directory);
  const path = join(directory, judge.file);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    throw new UserError(
      `judge: ${JUDGE_FILE} names ${judge.file}, which is not in ${directory}; make the judge again`,
    );
  }
  if (bytes.length !== judge.bytes || hashBytes(bytes) !== judge.sha256) {
    throw new UserError(
      `judge: ${path} is not the file that ${JUDGE_FILE} describes (${bytes.length} bytes when expected ${judge.bytes}, or another sha256); make the judge again with pnpm train judge`,
    );
  }
  const session = await createSession(bytes, path);
  const wanted = [JUDGE_PORTS.digit, JUDGE_PORTS.features];
  if (session.inputNames.join() !== IMAGE || wanted.some((name) => !session.outputNames.includes(name))) {
    throw new UserError(
      `judge: ${path} has inputs ${session.inputNames.join(', ')} and outputs ${session.outputNames.join(', ')} when expected ${IMAGE} and ${wanted.join(', ')}`,
    );
  }
  return { judge, session };
}

async function createSession(bytes: Uint8Array, path: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes);
  } catch (error) {
    throw new UserError(`evaluate: ONNX Runtime refuses ${path}: ${(error as Error).message}`);
  }
}
