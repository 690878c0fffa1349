// cli-progress: the progress bar most programs for the terminal use
import { SingleBar } from 'cli-progress';

/** Tells how far a long job is. */
export interface Progress {
  /** Announces what is done now. */
  readonly stage: (name: string) => void;
  readonly advance: (units: number) => void;
  readonly stop: () => void;
}

/** A bar on a terminal; one line per stage where the output goes to a file or a log. */
export function terminalProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) {
    return { stage: (name) => void stream.write(`${name}\n`), advance: () => {}, stop: () => {} };
  }
  const bar = new SingleBar({
    stream,
    format: '{bar} {percentage} %  {stage}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    forceRedraw: true,
  });
  bar.start(total, 0, { stage: '' });
  return {
    stage: (stage) => bar.update({ stage }),
    advance: (units) => bar.increment(units),
    stop: () => bar.stop(),
  };
}

export const silentProgress: Progress = { stage: () => {}, advance: () => {}, stop: () => {} };
