import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node'; // ONNX Runtime: trains on what the model is later served on
import { trace } from '@infogan/tracer';
import type { Provider } from './device.ts';
import type { Arrays, Engine, InputSpec, Program, TensorFunction } from './engine.ts';

/**
 * Traces functions once into a graph and runs it by ONNX Runtime.
 * @param note added to the description, such as why nothing better runs
 * @param threads that a run is spread over on the CPU
 */
export function compiledEngine(provider: Provider, note = '', threads = availableParallelism()): Engine {
  const options = sessionOptions(provider, threads);
  return {
    description: `compiled (onnxruntime-node, ${provider}${provider === 'cpu' ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : ''})${note}`,
    prepare: (fn, inputs, initial = {}) => {
      // a copy, since runs write into the memory of the state
      const state = Object.entries(initial).map(([name, values]) => [
        name,
        tensorOf(inputs[name]!, values.slice()),
      ]);
      return compiledProgram(fn, inputs, { now: Object.fromEntries(state), next: {} }, options);
    },
  };
}

/** How long a session's idle threads look out for work before they sleep, microseconds: longer than between two nodes. */
const SPIN_MICROSECONDS = 200;

/**
 * What a program's session is made with. Left to itself, ONNX Runtime keeps the threads of a session awake for
 * milliseconds after its last node. They then hold the cores that the next program wants, be it another turn of the
 * training, the thread that makes batches, or another training on this machine: a tutorial's batch of D took twice
 * as long on two cores (bench/tutorial).
 */
export function sessionOptions(provider: Provider, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { spin_duration_us: String(SPIN_MICROSECONDS) } } },
  };
}

/** The threads of a description, no more than this machine has; undefined where it names none. */
export function describedThreads(description: string): number | undefined {
  const threads = /, (\d+) threads?\)/.exec(description)?.[1];
  return threads === undefined ? undefined : Math.min(Number(threads), availableParallelism());
}

/**
 * The tensors that stay between runs; programs that share a state share this record. Each has its place twice: a run
 * reads one and writes the other. Outputs in memory of their own, 18 MB a step of the default preset, cost a page fault
 * for every 4 kB in some processes and none in others, as the allocator of the process happens to hand them out.
 */
interface State {
  readonly now: Record<string, Tensor>;
  readonly next: Record<string, Tensor>;
}

function tensorOf({ shape, dtype = 'float32' }: InputSpec, values: Arrays[string]): Tensor {
  return new Tensor(dtype, values, shape);
}

async function compiledProgram(
  fn: TensorFunction,
  specs: Readonly<Record<string, InputSpec>>,
  state: State,
  options: InferenceSession.SessionOptions,
): Promise<Program> {
  const inputs = Object.entries(specs).map(
    ([name, { shape, dtype = 'float32' }]) => [name, { shape: [...shape], dtype }] as const,
  );
  const { bytes } = trace(renameState(fn, state.now), Object.fromEntries(inputs), { name: 'program' });
  const session = await InferenceSession.create(bytes, options);
  const replaced = session.outputNames.map(stateName).filter((name) => name in state.now);
  for (const name of replaced) {
    const { size } = state.now[name]!;
    state.next[name] ??= tensorOf(specs[name]!, new Float32Array(size));
  }
  const stateSpecs = Object.fromEntries(Object.keys(state.now).map((name) => [name, specs[name]!]));
  return {
    async run(inputs) {
      const feeds = Object.entries(inputs).map(
        ([name, values]) => [name, tensorOf(specs[name]!, values)] as const,
      );
      const fetches = session.outputNames.map((name) => [name, state.next[stateName(name)] ?? null] as const);
      const outputs = await session.run(
        { ...state.now, ...Object.fromEntries(feeds) },
        Object.fromEntries(fetches),
      );
      const results: Arrays = {};
      for (const [name, output] of Object.entries(outputs)) {
        const kept = stateName(name);
        if (kept in state.next) [state.now[kept], state.next[kept]] = [state.next[kept]!, state.now[kept]!];
        else results[name] = output.data as Arrays[string];
      }
      return results;
    },
    readState: () =>
      Promise.resolve(
        Object.fromEntries(
          Object.entries(state.now).map(([name, { data }]) => [name, (data as Float32Array).slice()]),
        ),
      ),
    share: (fn, inputs) => compiledProgram(fn, { ...inputs, ...stateSpecs }, state, options),
    dispose: () => session.release(),
  };
}

/** A graph's names are unique: an output that replaces an input cannot bear its name. */
const NEXT = 'next/';

/** The state that an output replaces; '' where it is none. */
function stateName(output: string): string {
  return output.startsWith(NEXT) ? output.slice(NEXT.length) : '';
}

function renameState(fn: TensorFunction, state: State['now']): TensorFunction {
  return (inputs) => {
    const outputs = Object.entries(fn(inputs));
    return Object.fromEntries(outputs.map(([name, tensor]) => [name in state ? NEXT + name : name, tensor]));
  };
}
