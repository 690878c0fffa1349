import { describeError } from '@infogan/contract';
// commander: flags, help and the refusal of unknown options
import { Command, InvalidArgumentError } from 'commander';
import { evaluate } from './evaluate.ts';
import { FACTS, formatFact } from './facts.ts';
import { terminalProgress } from './progress.ts';
import { updateReadme } from './readme.ts';
import { readLosses } from './report/losses.ts';
import { renderReport } from './report/page.ts';
import { scoreCells, terminalTable } from './table.ts';
import { REPORT_FILE, saveEvaluation } from './write.ts';

interface Options {
  readonly judge: string;
  readonly data?: string;
  readonly pictures: number;
  readonly seed: number;
  readonly baseline?: string;
  readonly run?: string;
  readonly readme?: string;
  readonly write: boolean;
}

const program = new Command('evaluate')
  .description(
    `Scores a model directory on its ONNX files, prints the scores, and writes them into manifest.json with ${REPORT_FILE} beside it.`,
  )
  .argument('<directory>', 'model directory, as pnpm export wrote it')
  .option('--judge <directory>', 'the independent classifier', 'models/judge')
  .option('--data <folder>', 'folder of IDX files in place of MNIST')
  .option('--pictures <n>', 'generated pictures', wholeNumber, 10_000)
  .option('--seed <n>', 'seed of the codes that are drawn', wholeNumber, 1)
  .option('--baseline <directory>', 'an evaluated model whose values stand beside')
  .option('--run <directory>', 'the run this model came from: adds its loss curves to the report')
  .option('--readme <file>', 'also renew the block <!-- scores --> of this file, and docs/plots beside it')
  .option('--no-write', 'only print; leave the model as it is')
  .action(async (directory: string, options: Options) => {
    const progress = terminalProgress();
    try {
      const series = options.run === undefined ? null : await readLosses(options.run);
      const evaluation = await evaluate(directory, { ...options, progress });
      progress.stage('report');
      const report = await renderReport(evaluation, series);
      if (options.write) await saveEvaluation(evaluation, report);
      if (options.readme !== undefined) await updateReadme(options.readme, evaluation);
      progress.stop();
      console.log(terminalTable(scoreCells(evaluation.metrics)));
      for (const fact of FACTS) {
        const value = formatFact(fact, evaluation.manifest, evaluation.metrics);
        if (value !== undefined) console.log(`${fact.label}: ${value}`);
      }
      for (const note of evaluation.notes) console.log(note);
      if (options.write) console.log(`Wrote ${directory}/manifest.json and ${directory}/${REPORT_FILE}`);
    } finally {
      progress.stop();
    }
  });

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('A whole number is needed.');
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
