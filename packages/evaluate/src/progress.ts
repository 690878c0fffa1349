// cli-progress: the progress bar most programs for the terminal use
import { SingleBar } from 'cli-progress';

/** Tells how far a long job is. */
export interface Progress {
  /** Says how many units there are to do, about. */
  readonly start: (units: number) => void;
  /** Announces what is done now. */
  readonly stage: (name: string) => void;
  readonly advance: (units: number) => void;
  readonly stop: () => void;
}

/** A bar on a terminal; one line per stage where the output goes to a file or a log. */
export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) {
    return { ...silentProgress, stage: (name) => void stream.write(`${name}\n`) };
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
  return {
    start: (units) => bar.start(units, 0, { stage: '' }),
    stage: (stage) => bar.update({ stage }),
    advance: (units) => bar.increment(units),
    stop: () => bar.stop(),
  };
}

export const silentProgress: Progress = {
  start: () => {},
  stage: () => {},
  advance: () => {},
  stop: () => {},
};
