/**
 * `pnpm bench [names]`: side-by-side measurements, one after the other, each written to bench/results/<name>.md with
 * machine and ratios. Without names, all that need no long training. What a bench lacks here it says and leaves out.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { Argument, program } from 'commander';
import { writeResult } from './write.ts';

interface Bench {
  readonly what: string;
  readonly args: readonly string[];
  /** It prints and leaves writing to us. */
  readonly title?: string;
  readonly long?: true;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  step: {
    what: 'the traced training step beside the matrix product (a minute)',
    args: ['bench/tracer-step.ts', '--steps', '40'],
    title: 'The traced training step',
  },
  engines: {
    what: 'the default training step on every engine and in PyTorch (a minute)',
    args: ['bench/engines/main.ts'],
  },
  tutorial: {
    what: 'the tutorial’s InfoGAN here and in PyTorch (a minute)',
    args: ['bench/tutorial/main.ts'],
  },
  serve: {
    what: 'pictures over HTTP, beside a plain server and FastAPI (minutes)',
    args: ['bench/serve/main.ts'],
  },
  playground: {
    what: 'the page in Chromium (a minute)',
    args: ['bench/playground/main.ts'],
  },
  memory: {
    what: 'resident set over 2,000 training steps (three minutes)',
    args: ['bench/engines/memory.ts'],
    long: true,
  },
  'serve-memory': {
    what: 'resident set of serve over 200,000 requests',
    args: ['bench/serve/memory.ts'],
    long: true,
  },
};

const all = Object.entries(BENCHES);
program
  .name('pnpm bench')
  .description('Measures side by side and writes bench/results/*.md')
  .addArgument(
    new Argument('[names...]', 'which; without names all but the long ones').choices(Object.keys(BENCHES)),
  )
  .addHelpText(
    'after',
    `\nBenches:\n${all.map(([name, { what, long }]) => `  ${name.padEnd(13)} ${what}${long ? ', long' : ''}`).join('\n')}`,
  )
  .parse();
const asked =
  program.args.length > 0 ? program.args : all.flatMap(([name, { long }]) => (long ? [] : [name]));

for (const name of asked) {
  const { args, title } = BENCHES[name]!;
  console.log(`bench: ${name}`);
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    stdio: ['ignore', title === undefined ? 'inherit' : 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) {
    console.error(`bench: ${name} ended with ${String(code)}; the others go on`);
    process.exitCode = 1;
  } else if (title !== undefined) {
    const when = `on ${new Date().toISOString().slice(0, 10)}, ${cpus()[0]!.model.trim()}, ${availableParallelism()} threads, Node ${process.version}`;
    writeResult(
      name,
      `# ${title}\n\n\`pnpm exec tsx ${args.join(' ')}\` printed this ${when}:\n\n\`\`\`\n${output.trim()}\n\`\`\`\n`,
    );
  }
}
