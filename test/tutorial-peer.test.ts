import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { start } from '../bench/engines/contestant.ts';
import { writeProblem } from '../bench/tutorial/problem.ts';

const python = process.env['PYTORCH_PYTHON'];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The bench's PyTorch program shares no code with ours but reads the same weights, batches and dropout masks. */
test.skipIf(python === undefined)(
  'the tutorial’s batches have the losses that PyTorch computes (needs PYTORCH_PYTHON)',
  { timeout: 180_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'peer-'));
    await writeProblem(folder);
    const started = [
      await start('ours', process.execPath, ['--import', 'tsx', here('../bench/tutorial/step.ts')]),
      await start('pytorch', python!, [here('../bench/peers/pytorch/tutorial.py'), folder, '1']),
    ];
    const losses = [];
    for (const contestant of started) {
      if ('missing' in contestant) throw new Error(`${contestant.name}: ${contestant.missing}`);
      losses.push(await contestant.losses(4));
      contestant.stop();
    }
    await rm(folder, { recursive: true });
    const [ours, theirs] = losses;
    ours!.forEach((parts, batch) => {
      expect(Object.keys(parts).sort()).toEqual(batch % 2 === 0 ? ['D', 'G', 'info'] : ['D']);
      for (const [name, value] of Object.entries(parts)) {
        expect(Math.abs(value - theirs![batch]![name]!), `${name} of batch ${batch}`).toBeLessThan(1e-3);
      }
    });
  },
);
