import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, generateImages, samplePrior, type LatentSpec } from '@infogan/contract';
import { InferenceSession } from 'onnxruntime-node';

type Shape = readonly number[];

/** A node as ONNX Runtime's profile tells of it; every shape is the only value beside its type's name. */
interface ProfiledNode {
  readonly cat: string;
  readonly name: string;
  readonly args: {
    readonly op_name: string;
    readonly input_type_shape: readonly Readonly<Record<string, Shape>>[];
    readonly output_type_shape: readonly Readonly<Record<string, Shape>>[];
  };
}

/** How often a product multiplies, by the shapes of its factors and its result. */
const MULTIPLICATIONS: Readonly<Record<string, (a: Shape, b: Shape, result: Shape) => number>> = {
  MatMul: (a, _, result) => size(result) * a.at(-1)!,
  // by size, since the first factor may lie transposed
  Gemm: (a, _, result) => size(a) * result.at(-1)!,
  Conv: (_, kernel, result) => size(result) * size(kernel.slice(1)),
  ConvTranspose: (images, kernel) => size(images) * size(kernel.slice(1)),
};

/**
 * Floating-point operations of one generated picture: a multiplication and an addition for each weight wherever
 * dense layers and convolutions use it. What goes by elements (biases, activations) is left out, as is usual.
 * Counted on the nodes that ONNX Runtime ran, by the shapes it ran them with.
 */
export async function generatorFlops(graph: Uint8Array, latent: LatentSpec): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'infogan-flops-'));
  try {
    const session = await InferenceSession.create(graph, {
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
      // nodes as they were exported, each with all its inputs
      graphOptimizationLevel: 'disabled',
      extra: { session: { disable_prepacking: '1' } },
    });
    await generateImages(session, latent, samplePrior(latent, 1, new Random(1)));
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    return countFlops(JSON.parse(await readFile(join(folder, file!), 'utf8')) as ProfiledNode[]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function countFlops(events: readonly ProfiledNode[]): number {
  const nodes = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('kernel_time'));
  const multiplications = nodes.map(({ args }) => {
    const [a, b] = args.input_type_shape.flatMap((entry) => Object.values(entry));
    const [result] = args.output_type_shape.flatMap((entry) => Object.values(entry));
    return MULTIPLICATIONS[args.op_name]?.(a!, b!, result!) ?? 0;
  });
  return 2 * multiplications.reduce((sum, value) => sum + value, 0);
}

function size(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}
