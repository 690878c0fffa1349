import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CONTINUOUS_INPUT,
  IMAGE,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  Random,
  categorical,
  categoricals,
  encodeFloats,
  encodeLatents,
  formatManifest,
  generateImages,
  hashBytes,
  normal,
  normals,
  recognizeImages,
  recognizerOutputs,
  samplePrior,
  uniform,
  uniforms,
  type ImageGeometry,
  type LatentSpec,
  type Manifest,
} from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import {
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import { InferenceSession } from 'onnxruntime-node';

/** What the fixture should look like; the default is the shape of `models/mnist`. */
export interface FixtureOptions {
  readonly latent?: LatentSpec;
  readonly image?: ImageGeometry;
  readonly seed?: number;
}

const FLOAT = 1;
const INT64 = 7;
const MNIST_LATENT: LatentSpec = [normal('z', 62), categorical('digit', 10), uniform('c1'), uniform('c2')];

/**
 * Writes a complete, valid model directory in milliseconds, without training:
 * `image = sigmoid(template[category] + c W + z V)`, and a linear recognizer. With the default latent code the
 * templates are MNIST's mean digits, c1 shears them and c2 thickens them. Any latent spec and image size works.
 */
export async function writeFixtureModel(directory: string, options: FixtureOptions = {}): Promise<Manifest> {
  const latent = options.latent ?? MNIST_LATENT;
  const image = options.image ?? { width: 28, height: 28, channels: 1 };
  const random = new Random(options.seed ?? 1);
  const templates = await Promise.all(
    categoricals(latent).map(({ labels }) => categoryTemplates(labels.length, image, random)),
  );
  const generator = generatorFile(latent, image, templates, random);
  // a code of noise alone leaves nothing to recognize
  const recognizer =
    recognizerOutputs(latent).length === 0 ? null : recognizerFile(latent, image, templates, random);
  const sessions = {
    generator: await InferenceSession.create(generator),
    recognizer: recognizer === null ? null : await InferenceSession.create(recognizer),
  };
  const latents = samplePrior(latent, 8, random);
  const images = await generateImages(sessions.generator, latent, latents);
  const readings =
    sessions.recognizer === null ? null : await recognizeImages(sessions.recognizer, image, images);
  const files = {
    'generator.onnx': generator,
    ...(recognizer === null ? {} : { 'recognizer.onnx': recognizer }),
  };
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    name: 'fixture',
    latent,
    image,
    graphs: { generator: 'generator.onnx', recognizer: recognizer === null ? null : 'recognizer.onnx' },
    files: Object.fromEntries(
      Object.entries(files).map(([path, bytes]) => [path, { bytes: bytes.length, sha256: hashBytes(bytes) }]),
    ),
    controls: {},
    probe: {
      count: latents.count,
      tolerance: 1e-4,
      latents: encodeLatents(latents),
      images: encodeFloats(images),
      readings:
        readings === null
          ? null
          : Object.fromEntries(Object.entries(readings).map(([name, rows]) => [name, encodeFloats(rows)])),
    },
    metrics: {},
    provenance: {
      tool: 'infogan-kit fixture',
      preset: 'fixture',
      seed: options.seed ?? 1,
      steps: 0,
      batchSize: 1,
      engine: 'none',
      dataset: { name: 'mnist', pictures: 60_000, sha256: '' },
      seconds: 0,
    },
  };
  await mkdir(directory, { recursive: true });
  await Promise.all(Object.entries(files).map(([path, bytes]) => writeFile(join(directory, path), bytes)));
  await writeFile(join(directory, MANIFEST_FILE), formatManifest(manifest));
  return manifest;
}

/** Logits [classes, channels * height * width]: MNIST's mean digits where they fit, else smooth blobs. */
async function categoryTemplates(
  classes: number,
  image: ImageGeometry,
  random: Random,
): Promise<Float32Array> {
  const size = image.channels * image.height * image.width;
  const logits = new Float32Array(classes * size);
  if (size === 784 && classes === 10) {
    const { train } = await loadMnist();
    const counts = new Float32Array(classes);
    const means = new Float32Array(logits.length);
    for (let i = 0; i < 10_000; i++) {
      const label = train.labels[i]!;
      counts[label]!++;
      for (let p = 0; p < size; p++) means[label * size + p]! += train.pixels[i * size + p]! / 255;
    }
    means.forEach((sum, i) => (logits[i] = 14 * (sum / counts[Math.floor(i / size)]! - 0.4)));
    return logits;
  }
  for (let k = 0; k < classes; k++) {
    const [x0, y0] = [random.between(0.25, 0.75) * image.width, random.between(0.25, 0.75) * image.height];
    for (let p = 0; p < size; p++) {
      const x = p % image.width;
      const y = Math.floor(p / image.width) % image.height;
      logits[k * size + p] = 5 - (Math.hypot(x - x0, y - y0) / image.width) * 20;
    }
  }
  return logits;
}

/** One direction per continuous code: the first shears, the second thickens, others are random. */
function codeDirections(count: number, image: ImageGeometry, random: Random): Float32Array {
  const size = image.channels * image.height * image.width;
  const directions = new Float32Array(count * size);
  for (let k = 0; k < count; k++) {
    for (let p = 0; p < size; p++) {
      const x = (p % image.width) / image.width - 0.5;
      const y = (Math.floor(p / image.width) % image.height) / image.height - 0.5;
      directions[k * size + p] = k === 0 ? -20 * x * y : k === 1 ? 1.5 : random.between(-2, 2);
    }
  }
  return directions;
}

type Node = MessageInitShape<typeof NodeProtoSchema>;
type Initializer = MessageInitShape<typeof TensorProtoSchema>;
type ValueInfo = MessageInitShape<typeof ValueInfoProtoSchema>;

function generatorFile(latent: LatentSpec, image: ImageGeometry, templates: Float32Array[], random: Random) {
  const size = image.channels * image.height * image.width;
  const nodes: Node[] = [];
  const initializers: Initializer[] = [];
  const inputs: ValueInfo[] = [];
  const terms: string[] = [];
  categoricals(latent).forEach(({ name, labels }, k) => {
    initializers.push(floats(`${name}/templates`, [labels.length, size], templates[k]!));
    nodes.push(node('Gather', [`${name}/templates`, name], `${name}/term`));
    inputs.push(valueInfo(name, INT64, ['N']));
    terms.push(`${name}/term`);
  });
  const continuous = uniforms(latent).length;
  if (continuous > 0) {
    initializers.push(floats('c/directions', [continuous, size], codeDirections(continuous, image, random)));
    nodes.push(node('MatMul', [CONTINUOUS_INPUT, 'c/directions'], 'c/term'));
    inputs.push(valueInfo(CONTINUOUS_INPUT, FLOAT, ['N', continuous]));
    terms.push('c/term');
  }
  for (const part of normals(latent)) {
    const weights = Float32Array.from({ length: part.size * size }, () => 0.15 * random.normal());
    initializers.push(floats(`${part.name}/weights`, [part.size, size], weights));
    nodes.push(node('MatMul', [part.name, `${part.name}/weights`], `${part.name}/term`));
    inputs.push(valueInfo(part.name, FLOAT, ['N', part.size]));
    terms.push(`${part.name}/term`);
  }
  initializers.push(ints('shape', [-1, image.channels, image.height, image.width]));
  nodes.push(
    node('Sum', terms, 'logits'),
    node('Sigmoid', ['logits'], 'ink'),
    node('Reshape', ['ink', 'shape'], IMAGE),
  );
  return modelFile('generator', nodes, initializers, inputs, [imageInfo(image)]);
}

function recognizerFile(latent: LatentSpec, image: ImageGeometry, templates: Float32Array[], random: Random) {
  const size = image.channels * image.height * image.width;
  const nodes: Node[] = [node('Reshape', [IMAGE, 'shape'], 'pixels')];
  const initializers: Initializer[] = [ints('shape', [-1, size])];
  const outputs: ValueInfo[] = [];
  categoricals(latent).forEach(({ name, labels }, k) => {
    const classes = labels.length;
    const weights = new Float32Array(size * classes);
    const bias = new Float32Array(classes);
    for (let c = 0; c < classes; c++) {
      for (let p = 0; p < size; p++) {
        const mean = 1 / (1 + Math.exp(-templates[k]![c * size + p]!));
        weights[p * classes + c] = mean;
        bias[c]! -= mean ** 2 / 2;
      }
    }
    initializers.push(
      floats(`${name}/weights`, [size, classes], weights),
      floats(`${name}/bias`, [classes], bias),
    );
    nodes.push(
      node('Gemm', ['pixels', `${name}/weights`, `${name}/bias`], `${name}/logits`),
      node('Softmax', [`${name}/logits`], name),
    );
    outputs.push(valueInfo(name, FLOAT, ['N', classes]));
  });
  const continuous = uniforms(latent).length;
  if (continuous > 0) {
    const weights = Float32Array.from({ length: size * continuous }, () => random.normal() / 28);
    initializers.push(floats('c/weights', [size, continuous], weights));
    nodes.push(node('MatMul', ['pixels', 'c/weights'], CONTINUOUS_INPUT));
    outputs.push(valueInfo(CONTINUOUS_INPUT, FLOAT, ['N', continuous]));
  }
  return modelFile('recognizer', nodes, initializers, [imageInfo(image)], outputs);
}

function imageInfo({ channels, height, width }: ImageGeometry): ValueInfo {
  return valueInfo(IMAGE, FLOAT, ['N', channels, height, width]);
}

function node(opType: string, input: string[], output: string): Node {
  return { opType, input, output: [output], name: output };
}

function floats(name: string, dims: number[], values: Float32Array): Initializer {
  const rawData = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dims: dims.map(BigInt), dataType: FLOAT, rawData };
}

function ints(name: string, values: number[]): Initializer {
  return { name, dims: [BigInt(values.length)], dataType: INT64, int64Data: values.map(BigInt) };
}

function valueInfo(name: string, elemType: number, shape: (string | number)[]): ValueInfo {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}

function modelFile(
  name: string,
  nodes: Node[],
  initializers: Initializer[],
  inputs: ValueInfo[],
  outputs: ValueInfo[],
): Uint8Array<ArrayBuffer> {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    producerName: 'infogan-kit fixture',
    graph: { name, node: nodes, initializer: initializers, input: inputs, output: outputs },
  });
  return new Uint8Array(toBinary(ModelProtoSchema, model));
}

// `tsx test/fixture-model.ts models/fixture` writes one to try a stage by hand.
if (process.argv[1]?.endsWith('fixture-model.ts')) {
  const directory = process.argv[2] ?? join(dirname(process.argv[1]), '..', 'models', 'fixture');
  await writeFixtureModel(directory);
  console.log(`wrote ${directory}`);
}
