import type { Arrays, Engine, Program } from './engine/engine.ts';
import type { State } from './state.ts';
import type { Training } from './systems/system.ts';

/** A training made ready: the programs of its turns, on one state. */
export interface TrainingProgram extends Pick<Program, 'readState' | 'dispose'> {
  /** Runs batch number `step`; of the inputs that the training knows, its turn takes its own. @returns losses */
  run(inputs: Arrays, step: number): Promise<Arrays>;
}

/** Makes a training ready on an engine, from a state. */
export async function prepareTraining(
  engine: Engine,
  training: Training,
  state: Readonly<State>,
): Promise<TrainingProgram> {
  const [first, ...others] = training.turns ?? [training];
  const program = await engine.prepare(first!.step, { ...first!.inputs, ...training.state }, state);
  const programs = [{ program, inputs: first!.inputs }];
  for (const { step, inputs } of others) {
    programs.push({ program: await program.share(step, inputs), inputs });
  }
  return {
    run(inputs, step) {
      const turn = programs[step % programs.length]!;
      const own = Object.entries(inputs).filter(([name]) => name in turn.inputs);
      return turn.program.run(Object.fromEntries(own));
    },
    readState: () => program.readState(),
    async dispose() {
      for (const { program } of programs.toReversed()) await program.dispose();
    },
  };
}
