import * as tf from '@tensorflow/tfjs';
import { Random } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import {
  batchSource,
  buildTraining,
  initialState,
  schedule,
  selectEngine,
  type BackendName,
  type EngineName,
} from '@infogan/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { firstPictures, similarInTurn, tiny } from './testing.ts';

const STEPS = 3;
const training = buildTraining({ ...tiny, system: 'infogan' });
const batch = await loadMnist().then((mnist) => {
  const { train } = firstPictures(mnist, 64);
  const similar = similarInTurn(train);
  const source = batchSource(train, tiny.latent, tiny.recipe, 1, training.inputs, similar);
  return (step: number) => ({ ...source.batch(step, 100), ...schedule(training, tiny.recipe, step, 100) });
});

/** Three steps on an engine: the losses of each and the state after the last. */
async function threeSteps(engineName: EngineName, backend?: BackendName) {
  const engine = await selectEngine(engineName, backend);
  const inputs = { ...training.inputs, ...training.state };
  const program = await engine.prepare(training.step, inputs, initialState(training, 1));
  const losses = [];
  const tensors = [];
  for (let step = 0; step < STEPS; step++) {
    losses.push(await program.run(batch(step)));
    tensors.push(tf.memory().numTensors);
  }
  const state = await program.readState();
  await program.dispose();
  return { losses, state, tensors };
}

describe('the training step', () => {
  let eager: Awaited<ReturnType<typeof threeSteps>>;
  let compiled: Awaited<ReturnType<typeof threeSteps>>;
  beforeAll(async () => {
    eager = await threeSteps('eager', 'cpu');
    compiled = await threeSteps('compiled');
  }, 60_000);

  // engine/parity.test.ts holds every other engine to the same
  test('gives the same losses on both engines, three steps long', () => {
    for (let step = 0; step < STEPS; step++) {
      for (const [name, [value]] of Object.entries(eager.losses[step]!)) {
        expect(compiled.losses[step]![name]![0], `${name} of step ${step}`).toBeCloseTo(value!, 4);
      }
    }
  });

  test('gives the same weights on both engines, three steps long', () => {
    expect(Object.keys(compiled.state).sort()).toEqual(Object.keys(eager.state).sort());
    for (const [name, expected] of Object.entries(eager.state)) {
      // Adam divides by the gradient's size: where a gradient is nearly zero, rounding decides its direction
      expect(shareWithin(compiled.state[name]!, expected, 2e-4), name).toBeGreaterThan(0.995);
    }
  });

  test('leaks no tensor', () => {
    expect(new Set(eager.tensors).size).toBe(1);
  });

  test('moves every network, and the average by a small share', () => {
    const before = initialState(training, 1);
    for (const name of ['generator', 'discriminator', 'recognizer', 'generator/average']) {
      expect(compiled.state[name], name).not.toEqual(before[name]);
      expect(compiled.state[name]!.every(Number.isFinite), name).toBe(true);
    }
  });

  test('with zero learning rates leaves the weights exactly as they were', async () => {
    const start = initialState(training, 1);
    const zero = new Float32Array([0]);
    const state = await afterOneStep({
      generatorRate: new Float32Array([1e-3]),
      discriminatorRate: zero,
      recognizerRate: zero,
    });
    expect(state['discriminator']).toEqual(start['discriminator']);
    expect(state['recognizer']).toEqual(start['recognizer']);
    expect(state['generator']).not.toEqual(start['generator']);
  });

  test('weighs the category in Q’s loss apart from G’s', async () => {
    const none = new Float32Array([0]);
    const both = await afterOneStep({});
    const forG = await afterOneStep({ recognizerCategoryWeight: none });
    const forQ = await afterOneStep({ categoryWeight: none });
    // the critics step first: without its share Q learns something else, without G's it does not
    expect(forG['recognizer']).not.toEqual(both['recognizer']);
    expect(forQ['recognizer']).toEqual(both['recognizer']);
    expect(forQ['generator']).not.toEqual(both['generator']);
  });
});

/** The state after the first step on the compiled engine, with some inputs changed. */
async function afterOneStep(changed: Readonly<Record<string, Float32Array>>) {
  const engine = await selectEngine('compiled');
  const inputs = { ...training.inputs, ...training.state };
  const program = await engine.prepare(training.step, inputs, initialState(training, 1));
  await program.run({ ...batch(0), ...changed });
  const state = await program.readState();
  await program.dispose();
  return state;
}

function shareWithin(a: Float32Array, b: Float32Array, tolerance: number): number {
  return a.filter((value, i) => Math.abs(value - b[i]!) <= tolerance).length / a.length;
}

test.each([
  { size: 7, filter: 3, stride: 1 },
  { size: 8, filter: 4, stride: 2 },
  { size: 9, filter: 4, stride: 3 },
])(
  'wasm: the composed filter gradient is the cpu back end’s, $size px, filter $filter, stride $stride',
  async ({ size, filter, stride }) => {
    const random = new Random(size);
    const normals = (n: number) => Float32Array.from({ length: n }, () => random.normal());
    const [x, w] = [normals(2 * size * size * 3), normals(filter * filter * 3 * 4)];
    const gradient = async (backend: BackendName) => {
      await selectEngine('eager', backend);
      return tf.tidy(() => {
        const images = tf.tensor4d(x, [2, size, size, 3]);
        const loss = (kernel: tf.Tensor) =>
          tf.sum(tf.square(tf.conv2d(images, kernel as tf.Tensor4D, stride, 'same')));
        return tf
          .grad(loss)(tf.tensor4d(w, [filter, filter, 3, 4]))
          .dataSync()
          .slice();
      });
    };
    const [cpu, wasm] = [await gradient('cpu'), await gradient('wasm')];
    cpu.forEach((value, i) => expect(Math.abs(wasm[i]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value))));
  },
);

test('a batch is a pure function of seed and step', () => {
  expect(batch(7)).toEqual(batch(7));
  expect(batch(7)['z']).not.toEqual(batch(8)['z']);
  expect(new Random(1).uniform()).toBe(new Random(1).uniform());
});
