import { signal } from '@preact/signals';
import { Connection, EngineError } from './connection.ts';
import type { CallName, Calls, Device, Generated, ModelSource, Opened, Row } from './protocol.ts';
import { Scheduler } from './scheduler.ts';

/** From this many pictures on a run is a sheet of its own. */
const SHEET = 64;

/** Share of a new measurement in the shown milliseconds: steady enough to read. */
const SMOOTHING = 0.1;

/** Inference for the page: wasm always, WebGPU beside it when asked for and proved, back to wasm when it fails. */
export class Engine {
  readonly device = signal<Device>('wasm');
  /** What happened to a device, for people; null when there is nothing to say. */
  readonly notice = signal<string | null>(null);
  /** WebGPU is being loaded and proved. */
  readonly switching = signal(false);
  /** Inference time of the picture on the stage, or of the atlas, smoothed; 0 before the first. */
  readonly milliseconds = signal(0);
  readonly threads = signal(1);
  readonly scheduler = new Scheduler((rows) => this.#generate(rows));
  /** Called after the device changed: the same state gives the same picture, but from another place. */
  onSwitch: () => void = () => undefined;
  readonly #connect: (device: Device) => Connection;
  readonly #wasm: Connection;
  #gpu: Connection | null = null;
  /** Pictures in the run that `milliseconds` is about. */
  #timed = 0;
  /** What was opened last. */
  source: ModelSource | null = null;

  constructor(connect: (device: Device) => Connection = (device) => new Connection(device)) {
    this.#connect = connect;
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

  async #tryGpu(source: ModelSource): Promise<string | null> {
    if (!(await hasGpu())) return 'this browser gives no WebGPU adapter';
    const gpu = this.#connect('webgpu');
    this.#gpu = gpu;
    gpu.onLost = (sentence) => this.#leaveGpu(sentence);
    try {
      await gpu.ask('open', source);
      this.device.value = 'webgpu';
      return null;
    } catch (error) {
      return sentenceOf(error);
    }
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
    const generated = await this.#active.ask('generate', rows);
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

/** True when the browser really hands out a WebGPU adapter; `navigator.gpu` exists without one. */
export async function hasGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined;
}

function sentenceOf(error: unknown): string {
  return error instanceof EngineError ? error.message : String(error);
}
