import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runProgram } from './program.ts';
import type { FinishedSeed } from './seed.ts';
import { seedTable } from './table.ts';

/** Scores of a model trained for few steps stand beside the shipped one's. */
const BASELINE_STEPS = 500;

/**
 * Makes the chosen seed's run the shipped model: export, evaluation beside a baseline of 500 steps, README's scores,
 * and the table over all seeds into the model's card.
 */
export async function ship(
  chosen: FinishedSeed,
  finished: readonly FinishedSeed[],
  model: string,
  stop: AbortSignal,
): Promise<void> {
  const program = (...line: [string, ...string[]]) => runProgram({ prefix: '', stop }, ...line);
  const baseline = `steps${BASELINE_STEPS}`;
  if (!existsSync(join(ROOT, 'models', baseline))) {
    const run = `runs/${baseline}`;
    if (!existsSync(join(ROOT, run))) {
      await program('train', '--max-steps', String(BASELINE_STEPS), '--out', run);
    }
    await program('export', run, '--out', `models/${baseline}`, '--allow-partial');
    await program('evaluate', `models/${baseline}`, '--run', run);
  }
  await program('export', chosen.run, '--out', model);
  await program(
    'evaluate',
    model,
    '--run',
    chosen.run,
    '--baseline',
    `models/${baseline}`,
    '--readme',
    'README.md',
  );
  const section = [
    '',
    '## Over seeds',
    '',
    `Scores by an independent classifier and a ruler (\`pnpm evaluate\`), ${finished.length} seeds of this recipe. This model is seed ${chosen.seed}, chosen without labels: its recognizer is the surest of changed copies of training pictures at the end of the training.`,
    '',
    seedTable(finished, null),
    '',
  ];
  await appendFile(join(ROOT, model, 'README.md'), section.join('\n'));
}
