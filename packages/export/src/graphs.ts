import * as tf from '@tensorflow/tfjs';
import {
  generatorInputs,
  recognizerOutputs,
  categoricals,
  uniforms,
  type LatentSpec,
  type PortSpec,
} from '@infogan/contract';
import {
  buildGan,
  calibrateReading,
  generatorCode,
  generatorFunction,
  recognizerFunction,
  uploadWeights,
  type Calibration,
  type Run,
  type StoredTensor,
} from '@infogan/train';
import { trace, type InputSpec, type Traced } from '@infogan/tracer';

export interface Graphs {
  readonly generator: Traced;
  /** Null where no code is read back. */
  readonly recognizer: Traced | null;
}

/**
 * Traces a finished run's networks, weights and calibration included, into two ONNX graphs with a free batch
 * size N. Any ONNX consumer then gets a 7 for digit 7, whatever category training happened to give it.
 */
export function traceGraphs(
  run: Run,
  calibration: Calibration,
  stored: Readonly<Record<string, StoredTensor>>,
): Graphs {
  const gan = buildGan(run);
  const weights = uploadWeights(stored);
  const { channels, height, width } = run.image;
  const picture = { shape: ['N', channels, height, width], doc: 'pictures in [0, 1], 1 = ink' };
  const docs = describePorts(run.latent, calibration);
  const metadata = metadataOf(run);
  try {
    const generator = trace(
      generatorFunction(gan, weights, generatorCode(run.latent, calibration)),
      Object.fromEntries(generatorInputs(run.latent).map((port) => [port.name, traceInput(port, docs)])),
      {
        name: 'generator',
        doc: 'Generator: latent code to picture. Calibrated: categories are the labels, codes what they were measured to control.',
        outputDocs: { image: picture.doc },
        metadata,
        constants: namesOf(weights, 'generator/'),
      },
    );
    if (gan.recognizer === null) return { generator, recognizer: null };
    const recognizer = trace(
      (inputs) => {
        const reading = calibrateReading(run.latent, calibration, recognizerFunction(gan, weights)(inputs));
        return Object.fromEntries(recognizerOutputs(run.latent).map(({ name }) => [name, reading[name]!]));
      },
      { image: picture },
      {
        name: 'recognizer',
        doc: 'Recognizer (Q head on the shared trunk) of an InfoGAN: picture to latent code, calibrated like the generator.',
        outputDocs: Object.fromEntries(
          recognizerOutputs(run.latent).map(({ name }) => [
            name,
            `${docs[name]}${name === 'c' ? '' : ': probabilities'}`,
          ]),
        ),
        metadata,
        constants: { ...namesOf(weights, 'trunk/'), ...namesOf(weights, 'recognizer/') },
      },
    );
    return { generator, recognizer };
  } finally {
    tf.dispose(weights);
  }
}

function traceInput({ name, dtype, shape }: PortSpec, docs: Readonly<Record<string, string>>): InputSpec {
  return { shape: ['N', ...shape], dtype, doc: docs[name] ?? 'noise, standard normal' };
}

function describePorts(latent: LatentSpec, { codes }: Calibration): Record<string, string> {
  const meaning = codes.map(({ name, control }) =>
    control === null ? name : `${name} = ${control.attribute}`,
  );
  return {
    ...Object.fromEntries(
      categoricals(latent).map(({ name, labels }) => [name, `${name}, one of ${labels.join(', ')}`]),
    ),
    ...(uniforms(latent).length > 0
      ? { c: `continuous codes, trained in [-1, 1]: ${meaning.join(', ')}` }
      : {}),
  };
}

function namesOf(weights: Readonly<Record<string, tf.Tensor>>, prefix: string): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith(prefix)));
}

/** metadata_props under the names that the ONNX specification gives (Metadata section). */
function metadataOf({ provenance }: Run): Record<string, string> {
  return {
    model_author: 'infogan-kit',
    model_license: 'MIT',
    preset: provenance.preset,
    seed: String(provenance.seed),
    steps: String(provenance.steps),
    dataset: provenance.dataset.name,
  };
}
