import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node'; // ONNX Runtime: what serves the model also proves it
import {
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  UserError,
  formatManifest,
  hashBytes,
  replayProbe,
  type Manifest,
  type ProbeResult,
} from '@infogan/contract';
import { storeAsHalf } from '@infogan/tracer';
import { RUN_FILES, readRun, readWeights, type Calibration, type Run } from '@infogan/train';
import { traceGraphs } from './graphs.ts';
import { modelCard } from './card.ts';

export interface ExportOptions {
  /** Also export a run in which some label has no category of its own. */
  readonly allowPartial?: boolean;
}

export interface ExportResult {
  readonly manifest: Manifest;
  /** Largest difference between the ONNX files and the trained network, over both optimisation levels. */
  readonly probe: ProbeResult;
}

/** Sample sheets of the training that go along, evenly picked. */
const SHEETS = 12;
const ONNX_FILES = { generator: 'generator.onnx', recognizer: 'recognizer.onnx' } as const;

/**
 * Run directory to model directory: trace, fold, prove parity, write. Nothing is written unless ONNX Runtime,
 * with its optimisations off and on, reproduces the trainer's probe; the directory appears whole or not at all.
 * @throws UserError when the run is unfinished, damaged or without calibration, or the graphs disagree with it
 */
export async function exportRun(
  runDirectory: string,
  out: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  const run = await readRun(runDirectory);
  const { tensors } = await readWeights(runDirectory, run);
  const calibration = requireCalibration(runDirectory, run, options.allowPartial ?? false);
  const traced = traceGraphs(run, calibration, tensors);
  const graphs = {
    generator: storeAsHalf(traced.generator.model),
    recognizer: traced.recognizer && storeAsHalf(traced.recognizer.model),
  };
  const files: Record<string, Uint8Array> = {
    [ONNX_FILES.generator]: graphs.generator,
    ...(graphs.recognizer && { [ONNX_FILES.recognizer]: graphs.recognizer }),
    ...(await sampleSheets(runDirectory)),
  };
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    name: basename(out),
    latent: run.latent,
    image: run.image,
    graphs: { ...ONNX_FILES, ...(graphs.recognizer === null && { recognizer: null }) },
    files: Object.fromEntries(
      Object.entries(files).map(([path, bytes]) => [path, { bytes: bytes.length, sha256: hashBytes(bytes) }]),
    ),
    controls: Object.fromEntries(
      calibration.codes.flatMap(({ name, control }) => (control === null ? [] : [[name, control]])),
    ),
    probe: run.probe!,
    metrics: calibration.accuracy === null ? {} : { recognizerAccuracy: calibration.accuracy },
    provenance: run.provenance,
  };
  const probe = await prove(manifest, graphs, runDirectory);
  await writeDirectory(out, {
    ...files,
    'README.md': text(modelCard(manifest)),
    [MANIFEST_FILE]: text(formatManifest(manifest)),
  });
  return { manifest, probe };
}

function requireCalibration(directory: string, { calibration }: Run, allowPartial: boolean): Calibration {
  if (calibration === null)
    throw new UserError(`export: ${directory} has no calibration; finish it with pnpm train --resume`);
  if (calibration.missing.length > 0 && !allowPartial) {
    throw new UserError(
      `export: ${directory} has no whole calibration (no category of its own: ${calibration.missing.join(', ')}); train longer or pass --allow-partial`,
    );
  }
  return calibration;
}

/** ONNX Runtime's own optimisations must change nothing; a wrong graph often works at one level only. */
async function prove(
  manifest: Manifest,
  graphs: { generator: Uint8Array; recognizer: Uint8Array | null },
  where: string,
): Promise<ProbeResult> {
  const results = [];
  for (const graphOptimizationLevel of ['disabled', 'all'] as const) {
    const open = (graph: Uint8Array) =>
      InferenceSession.create(graph, { graphOptimizationLevel, logSeverityLevel: 3 });
    const generator = await open(graphs.generator);
    const recognizer = graphs.recognizer && (await open(graphs.recognizer));
    results.push(await replayProbe(manifest, { generator, recognizer }, `the ONNX files of ${where}`));
    await Promise.all([generator.release(), recognizer?.release()]);
  }
  return {
    images: Math.max(...results.map(({ images }) => images)),
    readings: Math.max(...results.map(({ readings }) => readings)),
  };
}

/** The run's sample sheets by path in the model directory: the final one, and up to twelve along the training. */
async function sampleSheets(directory: string): Promise<Record<string, Uint8Array>> {
  const folder = join(directory, RUN_FILES.samples);
  const names = (await readdir(folder)).filter((name) => /^\d+\.png$/.test(name)).sort();
  const step = Math.max(1, (names.length - 1) / (SHEETS - 1));
  const picked = new Set(
    names.map((_, i) => names[Math.round(i * step)]).filter((name) => name !== undefined),
  );
  const sheets = await Promise.all(
    ['final.png', ...picked].map(
      async (name) => [`${RUN_FILES.samples}/${name}`, await readFile(join(folder, name))] as const,
    ),
  );
  return Object.fromEntries(sheets);
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** Writes beside the target and renames: a reader sees the old model or the new one. */
async function writeDirectory(out: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await refuseForeign(out);
  const [fresh, old] = [`${out}.tmp`, `${out}.old`];
  await rm(fresh, { recursive: true, force: true });
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(join(fresh, path, '..'), { recursive: true });
    await writeFile(join(fresh, path), bytes);
  }
  await rm(old, { recursive: true, force: true });
  await rename(out, old).catch(() => undefined);
  await rename(fresh, out);
  await rm(old, { recursive: true, force: true });
}

async function refuseForeign(out: string): Promise<void> {
  const names = await readdir(out).catch((): string[] => []);
  if (names.length > 0 && !names.includes(MANIFEST_FILE)) {
    throw new UserError(
      `export: ${out} exists and is no model directory (it has no ${MANIFEST_FILE}); choose another --out`,
    );
  }
}
