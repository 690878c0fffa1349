import * as tf from '@tensorflow/tfjs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { describeError } from '@infogan/contract';
import { exportRun } from './export.ts';

// TensorFlow.js otherwise greets, and checks every tensor's every number
tf.enableProdMode();

const command = new Command('export')
  .description(
    'Turn a finished run into a model directory: ONNX files with the calibration inside, manifest, card.',
  )
  .argument('<run>', 'run directory, as pnpm train wrote it')
  .option('--out <dir>', 'model directory (default: models/<name of the run>)')
  .option('--allow-partial', 'also when some label has no category of its own', false)
  .showHelpAfterError('(pnpm export --help lists the options)')
  .parse();
const { out, allowPartial } = command.opts<{ out?: string; allowPartial: boolean }>();
const run = command.args[0]!;
const target = out ?? `models/${basename(run)}`;

try {
  const { manifest, probe } = await exportRun(run, target, { allowPartial });
  for (const [path, { bytes }] of Object.entries(manifest.files)) {
    if (path.endsWith('.onnx')) console.log(`${target}/${path}  ${(bytes / 1000).toFixed(0)} kB`);
  }
  console.log(
    `ONNX Runtime agrees with the trained network within ${Math.max(probe.images, probe.readings).toExponential(1)}`,
  );
  console.log(`next: pnpm serve --model ${target}`);
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
