import { signal } from '@preact/signals';
import { Connection, EngineError } from './connection.ts';
import type { CallName, Calls, Device, Generated, ModelSource, Opened, Row } from './protocol.ts';
import { Scheduler } from './scheduler.ts';

/** From this many pictures on a run is a sheet of its own. */
const SHEET = 64;

/** Share of a new measurement in the shown milliseconds: steady enough to read. */
const SMOOTHING = 0.1;

/** Runs per device in the comparison of both; the fastest counts, as the page draws in between. */
const HEATS = 9;

/** Kinds of WebGPU adapter: none, one that computes on the CPU, or a graphics card. */
export type GpuKind = 'none' | 'software' | 'hardware';

/** Inference for the page: wasm always, WebGPU beside it once proved, back to wasm when it fails. */
export class Engine {
  readonly device = signal<Device>('wasm');
  /** What happened to a device, for people; null when there is nothing to say. */
  readonly notice = signal<string | null>(null);
  /** What the comparison of both devices found, for the menu; null when there was none. */
  readonly verdict = signal<string | null>(null);
  /** WebGPU is being loaded and proved. */
  readonly switching = signal(false);
  /** Inference time of the picture on the stage, or of the atlas, smoothed; 0 before the first. */
  readonly milliseconds = signal(0);
  readonly threads = signal(1);
  readonly scheduler = new Scheduler((rows) => this.#generate(rows));
  /** Called after the device changed: the same state gives the same picture, but from another place. */
  onSwitch: () => void = () => undefined;
  readonly #connect: (device: Device) => Connection;
  readonly #gpuKind: () => Promise<GpuKind>;
  readonly #wasm: Connection;
  #gpu: Connection | null = null;
  /** Pictures in the run that `milliseconds` is about. */
  #timed = 0;
  /** What was opened last. */
  source: ModelSource | null = null;

  constructor(
    connect: (device: Device) => Connection = (device) => new Connection(device),
    kind: () => Promise<GpuKind> = gpuKind,
  ) {
    this.#connect = connect;
    this.#gpuKind = kind;
    this.#wasm = connect('wasm');
    this.#wasm.onLost = (sentence) => {
      this.notice.value = `${sentence}. Without WebAssembly the page cannot draw; reload it or try another browser.`;
    };
  }

  /** Opens a model; the one before stays in use when this one is refused. */
  async open(source: ModelSource): Promise<Opened> {
    const opened = await this.#wasm.ask('open', source);
    this.source = source;
    this.threads.value = opened.threads;
    if (this.#gpu !== null) {
      try {
        await this.#gpu.ask('open', source);
      } catch (error) {
        this.#leaveGpu(sentenceOf(error));
      }
    }
    return opened;
  }

  ask<K extends CallName>(call: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    return this.#active.ask(call, ...args);
  }

  /** Moves inference to another device, if it has one and its probe agrees; says why not otherwise. */
  async use(device: Device): Promise<void> {
    this.notice.value = null;
    if (device === 'wasm') {
      this.device.value = 'wasm';
      this.#gpu?.close();
      this.#gpu = null;
    } else if (this.#gpu === null && this.source !== null) {
      this.switching.value = true;
      const refusal = await this.#tryGpu(this.source);
      this.switching.value = false;
      if (refusal !== null) this.#leaveGpu(refusal);
    }
    this.milliseconds.value = 0;
    this.onSwitch();
  }

  /**
   * Tries WebGPU by itself where there is a graphics card: it draws from then on if its probe agrees and a picture
   * comes back from it no later than from wasm. A small network is often faster without the way to the card and back.
   * @param rows one picture, as the stage asks for it
   * @returns the device that draws now; null when nothing was tried
   */
  async consider(rows: readonly Row[]): Promise<Device | null> {
    const { source } = this;
    if (source === null || this.#gpu !== null || (await this.#gpuKind()) !== 'hardware') return null;
    const gpu = this.#connect('webgpu');
    try {
      await gpu.ask('open', source);
      const [card, wasm] = [await fastest(gpu, rows), await fastest(this.#wasm, rows)];
      // meanwhile somebody may have chosen, or opened another model
      if (this.#gpu !== null || this.source !== source) return null;
      const times = `a picture takes ${card.toFixed(1)} ms there and back with WebGPU, ${wasm.toFixed(1)} ms with WebAssembly`;
      this.verdict.value = `Compared on this machine: ${times}.`;
      if (card > wasm) return 'wasm';
      this.#adopt(gpu);
      this.onSwitch();
      return 'webgpu';
    } catch (error) {
      this.verdict.value = `WebGPU was tried and is not used (${sentenceOf(error)}).`;
      return 'wasm';
    } finally {
      if (this.#gpu !== gpu) gpu.close();
    }
  }

  async #tryGpu(source: ModelSource): Promise<string | null> {
    if ((await this.#gpuKind()) === 'none') return 'this browser gives no WebGPU adapter';
    const gpu = this.#connect('webgpu');
    this.#gpu = gpu;
    gpu.onLost = (sentence) => this.#leaveGpu(sentence);
    try {
      await gpu.ask('open', source);
      this.#adopt(gpu);
      return null;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  #adopt(gpu: Connection): void {
    this.#gpu = gpu;
    gpu.onLost = (sentence) => this.#leaveGpu(sentence);
    this.device.value = 'webgpu';
    this.milliseconds.value = 0;
  }

  #leaveGpu(sentence: string): void {
    if (this.#gpu === null && this.notice.value !== null) return;
    this.#gpu?.close();
    this.#gpu = null;
    this.device.value = 'wasm';
    this.notice.value = `WebGPU is not used (${sentence}); WebAssembly draws instead.`;
    this.milliseconds.value = 0;
    this.onSwitch();
  }

  get #active(): Connection {
    return this.device.peek() === 'webgpu' && this.#gpu !== null ? this.#gpu : this.#wasm;
  }

  async #generate(rows: readonly Row[]): Promise<Generated> {
    const device = this.device.peek();
    const generated = await this.#active.ask('generate', rows);
    // on its way while the device changed: its time is of the other one
    if (device !== this.device.peek()) return generated;
    // strips and fields are by-work; a picture on the stage and a whole atlas are what one waits for
    if (rows.length === 1 || rows.length >= SHEET) {
      const before = rows.length === this.#timed ? this.milliseconds.value : 0;
      const now = generated.milliseconds;
      this.milliseconds.value = before === 0 ? now : before + SMOOTHING * (now - before);
      this.#timed = rows.length;
    }
    return generated;
  }
}

/** Milliseconds from question to answer, the best of several. */
async function fastest(connection: Connection, rows: readonly Row[]): Promise<number> {
  let best = Infinity;
  for (let heat = 0; heat < HEATS; heat++) {
    const start = performance.now();
    await connection.ask('generate', rows);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string };
}

/** What the browser really hands out: `navigator.gpu` exists without any adapter. */
export async function gpuKind(): Promise<GpuKind> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  const adapter = (await gpu?.requestAdapter().catch(() => null)) ?? null;
  if (adapter === null) return 'none';
  const { isFallbackAdapter, architecture } = adapter.info ?? {};
  return isFallbackAdapter === true || architecture === 'swiftshader' ? 'software' : 'hardware';
}

function sentenceOf(error: unknown): string {
  return error instanceof EngineError ? error.message : String(error);
}
