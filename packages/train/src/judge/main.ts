import { loadMnist } from '@infogan/data';
import { selectEngine } from '../engine/select.ts';
import { createProgress } from '../progress.ts';
import { trainJudge, type JudgeOptions } from './train-judge.ts';

/** `pnpm train judge`: trains the judge and says how good it is. */
export async function judgeMain(out: string, data: string | undefined, options: JudgeOptions): Promise<void> {
  const [dataset, engine] = await Promise.all([loadMnist(data), selectEngine('compiled', 'auto', 'auto')]);
  console.log(`engine: ${engine.description}`);
  const progress = createProgress();
  const judge = await trainJudge(out, dataset, engine, {
    ...options,
    onStep: (report) => progress.show(report),
  });
  progress.stop();
  console.log(
    `${out}: ${(judge.testAccuracy * 100).toFixed(2)} % of the test set, ${(judge.bytes / 1000).toFixed(0)} kB`,
  );
}
