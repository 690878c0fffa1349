import * as tf from '@tensorflow/tfjs';
import type { Arrays, Engine, InputSpec, Program, TensorFunction } from './engine.ts';

/** Runs functions op by op on the TF.js back end that is set. */
export function eagerEngine(description: string): Engine {
  return {
    description,
    prepare: (fn, inputs, state = {}) => Promise.resolve(eagerProgram(fn, inputs, state)),
  };
}

function eagerProgram(
  fn: TensorFunction,
  specs: Readonly<Record<string, InputSpec>>,
  initial: Readonly<Record<string, Float32Array>>,
): Program {
  const upload = (name: string, values: Float32Array | Int32Array) =>
    tf.tensor(values, [...specs[name]!.shape], specs[name]!.dtype ?? 'float32');
  const state: Record<string, tf.Tensor> = Object.fromEntries(
    Object.entries(initial).map(([name, values]) => [name, upload(name, values)]),
  );

  return {
    async run(inputs) {
      const outputs = tf.tidy(() => {
        const uploaded = Object.entries(inputs).map(
          ([name, values]) => [name, upload(name, values)] as const,
        );
        return fn({ ...state, ...Object.fromEntries(uploaded) });
      });
      const results: Arrays = {};
      for (const [name, tensor] of Object.entries(outputs)) {
        if (name in state) continue;
        results[name] = await tensor.data<'float32' | 'int32'>();
        tensor.dispose();
      }
      for (const name of Object.keys(state)) {
        const next = outputs[name];
        if (next === undefined) continue;
        state[name]!.dispose();
        state[name] = next;
      }
      return results;
    },
    async readState() {
      const read = async ([name, tensor]: [string, tf.Tensor]) =>
        [name, (await tensor.data<'float32'>()).slice()] as const;
      return Object.fromEntries(await Promise.all(Object.entries(state).map(read)));
    },
    dispose() {
      tf.dispose(state);
      return Promise.resolve();
    },
  };
}
