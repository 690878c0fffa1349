import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node'; // ONNX Runtime: trains on what the model is later served on
import { trace } from '@infogan/tracer';
import type { Provider } from './device.ts';
import type { Arrays, Engine, InputSpec, Program, TensorFunction } from './engine.ts';

/**
 * Traces functions once into a graph and runs it by ONNX Runtime.
 * @param note added to the description, such as why nothing better runs
 */
export function compiledEngine(provider: Provider, note = '', threads = availableParallelism()): Engine {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  return {
    description: `compiled (onnxruntime-node, ${provider}${provider === 'cpu' ? `, ${threads} threads` : ''})${note}`,
    prepare: (fn, inputs, state = {}) => compiledProgram(fn, inputs, state, options),
  };
}

async function compiledProgram(
  fn: TensorFunction,
  specs: Readonly<Record<string, InputSpec>>,
  initial: Readonly<Record<string, Float32Array>>,
  options: InferenceSession.SessionOptions,
): Promise<Program> {
  const inputs = Object.entries(specs).map(
    ([name, { shape, dtype = 'float32' }]) => [name, { shape: [...shape], dtype }] as const,
  );
  const { bytes } = trace(renameState(fn, initial), Object.fromEntries(inputs), { name: 'program' });
  const session = await InferenceSession.create(bytes, options);
  const tensor = (name: string, values: Float32Array | Int32Array) => {
    const { shape, dtype = 'float32' } = specs[name]!;
    return new Tensor(dtype, values, shape);
  };
  const state: Record<string, Tensor> = Object.fromEntries(
    Object.entries(initial).map(([name, values]) => [name, tensor(name, values)]),
  );
  return {
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, values]) => [name, tensor(name, values)] as const);
      const outputs = await session.run({ ...state, ...Object.fromEntries(feeds) });
      const results: Arrays = {};
      for (const [name, output] of Object.entries(outputs)) {
        if (name.startsWith(NEXT)) state[name.slice(NEXT.length)] = output;
        else results[name] = output.data as Float32Array | Int32Array;
      }
      return results;
    },
    readState: () =>
      Promise.resolve(
        Object.fromEntries(
          Object.entries(state).map(([name, { data }]) => [name, (data as Float32Array).slice()]),
        ),
      ),
    dispose: () => session.release(),
  };
}

/** A graph's names are unique: an output that replaces an input cannot bear its name. */
const NEXT = 'next/';

function renameState(fn: TensorFunction, state: Readonly<Record<string, Float32Array>>): TensorFunction {
  return (inputs) => {
    const outputs = Object.entries(fn(inputs));
    return Object.fromEntries(outputs.map(([name, tensor]) => [name in state ? NEXT + name : name, tensor]));
  };
}
