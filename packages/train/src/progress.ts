import { Presets, SingleBar } from 'cli-progress'; // cli-progress: the most used progress bar, copes with resized terminals
import type { StepReport } from './train.ts';

/** Shows steps: a bar on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  show(report: StepReport): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;

export function createProgress(stream: NodeJS.WriteStream = process.stdout): Progress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): Progress {
  const display = new SingleBar(
    {
      stream,
      format: '{bar} {percentage}% | epoch {epoch} | {losses} | {rate} pictures/s | {left} left',
      barsize: 20,
      hideCursor: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    show(report) {
      if (!started) display.start(report.steps, report.step, describe(report));
      started = true;
      display.update(report.step, describe(report));
    },
    stop: () => display.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  let last = -Infinity;
  return {
    show(report) {
      const now = performance.now();
      if (now - last < LINE_EVERY_MS && report.step !== report.steps) return;
      last = now;
      const { epoch, losses, rate, left } = describe(report);
      stream.write(
        `step ${report.step}/${report.steps} epoch ${epoch} ${losses} ${rate} pictures/s ${left} left\n`,
      );
    },
    stop() {},
  };
}

function describe({ epoch, losses, picturesPerSecond, secondsLeft }: StepReport) {
  const shown = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return {
    epoch: epoch.toFixed(2),
    losses: shown.join(' '),
    rate: picturesPerSecond.toFixed(0),
    left: duration(secondsLeft),
  };
}

/** 95 s → `1m35s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}
