import { describeError, UserError } from '@infogan/contract';
import type { EngineCore } from './core.ts';
import type { Answer, Ask } from './protocol.ts';

/** Answers the page's questions strictly one after the other: sessions of one page cannot run side by side. */
export function answerQuestions(core: EngineCore): void {
  let last: Promise<void> = Promise.resolve();
  self.addEventListener('message', ({ data }: MessageEvent<Ask>) => {
    last = last.then(() => answer(core, data));
  });
}

async function answer(core: EngineCore, { id, call, args }: Ask): Promise<void> {
  try {
    const result = await (core.calls[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
    const buffers = Object.values(result ?? {}).flatMap((value) =>
      value instanceof Float32Array ? [value.buffer] : [],
    );
    post({ id, result }, buffers);
  } catch (error) {
    const sentence =
      error instanceof UserError ? error.message : `engine: ${describeError(error).split('\n')[0]}`;
    post({ id, sentence });
  }
}

export function post(answer: Answer, transfer: ArrayBufferLike[] = []): void {
  (self as unknown as Worker).postMessage(answer, transfer as ArrayBuffer[]);
}
