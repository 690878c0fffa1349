import * as tf from '@tensorflow/tfjs';
import type { Arrays, Engine, InputSpec, Program, TensorFunction } from './engine.ts';

/** Runs functions op by op on the TF.js back end that is set. */
export function eagerEngine(description: string): Engine {
  return {
    description,
    prepare: (fn, inputs, initial = {}) => {
      const state = Object.entries(initial).map(([name, values]) => [name, upload(inputs[name]!, values)]);
      const shared = Object.fromEntries(state) as State;
      const program = eagerProgram(fn, inputs, shared);
      const dispose = () => Promise.resolve(tf.dispose(shared));
      return Promise.resolve({ ...program, dispose });
    },
  };
}

/** The tensors that stay between runs; programs that share a state share this record. */
type State = Record<string, tf.Tensor>;

function upload({ shape, dtype = 'float32' }: InputSpec, values: Float32Array | Int32Array): tf.Tensor {
  return tf.tensor(values, [...shape], dtype);
}

function eagerProgram(fn: TensorFunction, specs: Readonly<Record<string, InputSpec>>, state: State): Program {
  return {
    async run(inputs) {
      const outputs = tf.tidy(() => {
        const uploaded = Object.entries(inputs).map(
          ([name, values]) => [name, upload(specs[name]!, values)] as const,
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
    share: (other, inputs) => Promise.resolve(eagerProgram(other, { ...specs, ...inputs }, state)),
    dispose: () => Promise.resolve(),
  };
}
