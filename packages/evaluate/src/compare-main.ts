import { writeFile, rename } from 'node:fs/promises';
import { styleText } from 'node:util';
import { describeError } from '@infogan/contract';
// commander: flags, help and the refusal of unknown options
import { Command } from 'commander';
import { compareModels } from './compare.ts';
import { markdownTable, terminalTable } from './table.ts';

const program = new Command('compare')
  .description('Puts the scores of several models, each scored by pnpm evaluate, side by side.')
  .argument('<directories...>', 'model directories')
  .option('--markdown', 'print a Markdown table')
  .option('--out <file>', 'also write the Markdown table to a file')
  .action(async (directories: string[], options: { markdown?: boolean; out?: string }) => {
    const markdown = markdownTable(await compareModels(directories, (cell) => `**${cell}**`));
    if (options.markdown) {
      console.log(markdown);
    } else {
      console.log(terminalTable(await compareModels(directories, (cell) => styleText('bold', cell))));
    }
    if (options.out !== undefined) {
      await writeFile(`${options.out}.tmp`, `${markdown}\n`);
      await rename(`${options.out}.tmp`, options.out);
    }
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
