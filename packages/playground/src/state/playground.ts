import { batch, computed, effect, signal } from '@preact/signals';
import { Random, type Manifest } from '@infogan/contract';
import type { Engine } from '../engine/engine.ts';
import type { Device, ModelSource, Noise } from '../engine/protocol.ts';
import { formatPose, parseAddress, parsePose, round, type View } from './address.ts';
import { Motion } from './motion.ts';
import { editNoise, firstPose, lookRows, type Pose } from './pose.ts';
import { Settings } from './settings.ts';
import { Wander } from './wander.ts';

/** A model that the page can offer by name. */
export interface ListedModel {
  readonly name: string;
  readonly url: string;
}

/** An opened model with the name it goes by in the address. */
export interface CurrentModel {
  readonly name: string;
  readonly manifest: Manifest;
  readonly probe: number;
}

export type Status =
  | { readonly kind: 'loading'; readonly what: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Fresh seeds are short enough to be read out in a classroom. */
const SEEDS = 1_000_000;

/** Addresses are written this long after the last change: browsers limit how often a page may. */
const ADDRESS_DELAY = 250;

/** The whole state of the page and everything that changes it; views only read signals and call methods. */
export class Playground {
  readonly engine: Engine;
  readonly motion = new Motion();
  readonly settings = new Settings();
  readonly wander = new Wander(this);
  readonly view = signal<View>('stage');
  readonly models = signal<readonly ListedModel[]>([]);
  readonly model = signal<CurrentModel | null>(null);
  readonly status = signal<Status>({ kind: 'loading', what: 'the drawing network' });
  readonly pose = signal<Pose>({ chosen: {}, seed: 1, edits: {} });
  /** A short message for the visitor, read out politely; null when there is none. */
  readonly remark = signal<string | null>(null);
  readonly spec = computed(() => this.model.value?.manifest.latent ?? []);
  /** Further state that a view keeps in the address, by key. */
  readonly extras = signal<Readonly<Record<string, string>>>({});
  /** Counts `redraw`: what draws itself only on change draws again with it. */
  readonly redraws = signal(0);
  readonly #noises = new Map<number, Promise<Noise>>();
  readonly #seeds = new Random(Date.now() & 0x7fffffff);

  constructor(engine: Engine) {
    this.engine = engine;
    engine.onSwitch = () => this.redraw();
    this.settings.onInk = () => this.redraw();
    // a graphics process that crashes takes canvases with it; the event does not bubble, so it is captured
    document.addEventListener('contextrestored', () => this.redraw(), true);
  }

  /** Opens the model that the address or the list names, and keeps the address in step from then on. */
  async start(): Promise<void> {
    const address = parseAddress(location.hash);
    this.view.value = address.view;
    try {
      const list = await fetchModels();
      this.models.value = list.models;
      const name = address.model ?? list.default;
      const listed = list.models.find((model) => model.name === name);
      const url = listed?.url ?? name;
      if (url === null) throw new Error('models.json offers no model; drop a model directory on the page');
      await this.open({ kind: 'url', url: new URL(url, document.baseURI).href }, name!, address.query);
    } catch (error) {
      this.status.value = { kind: 'failed', sentence: sentence(error) };
    }
    this.#followAddress();
    if (this.settings.device.value === 'webgpu') void this.engine.use('webgpu');
  }

  /**
   * Opens a model. A refused one leaves the one before in use.
   * @throws with a sentence that says what is wrong with it
   */
  async open(source: ModelSource, name: string, query = new URLSearchParams()): Promise<void> {
    const opened = await this.engine.open(source);
    this.#noises.clear();
    const { pose, remarks } = parsePose(opened.manifest.latent, query);
    const { latent } = opened.manifest;
    batch(() => {
      this.model.value = { name, manifest: opened.manifest, probe: opened.probe };
      this.pose.value = pose;
      this.extras.value = Object.fromEntries([...query].filter(([key]) => /^(?:[ab]|mix|atlas)\./.test(key)));
      this.status.value = { kind: 'ready' };
      if (remarks.length > 0) this.remark.value = `The address says ${remarks.join('; ')}; ignored.`;
    });
    // the first picture needs no more than the seed; the noise in numbers follows
    if (Object.keys(pose.edits).length === 0) this.motion.jump(latent, pose, undefined);
    const noise = editNoise(await this.noiseOf(pose.seed), pose.edits);
    if (this.pose.value === pose) this.motion.jump(latent, pose, noise);
  }

  /** Sets codes under the hand: drawn at once. */
  setCodes(codes: Readonly<Record<string, number>>): void {
    const allowed: Record<string, number> = {};
    for (const part of this.spec.value) {
      const value = codes[part.name];
      if (part.kind !== 'uniform' || value === undefined) continue;
      allowed[part.name] = round(Math.min(part.limit, Math.max(-part.limit, value)));
    }
    // a pointer reports a place twice, as it happens and again with the frame: one picture is enough
    const { pose, motion } = this;
    const [seen, chosen] = [motion.look.peek().chosen, pose.peek().chosen];
    const told = Object.entries(allowed);
    if (told.every(([name, value]) => seen[name] === value && chosen[name] === value)) return;
    // the picture first: the worker draws while the page brings sliders and address up to date
    motion.hold(allowed);
    pose.value = { ...pose.peek(), chosen: { ...chosen, ...allowed } };
  }

  setClass(name: string, index: number): Promise<void> {
    const { pose } = this;
    return this.goTo({ ...pose.value, chosen: { ...pose.value.chosen, [name]: index } });
  }

  /** Another handwriting, with the same class and codes. */
  newHandwriting(): Promise<void> {
    return this.goTo({ ...this.pose.value, seed: this.#seeds.integer(SEEDS), edits: {} });
  }

  /** The same, chosen but not yet shown: whoever asks moves there at its own pace. */
  async nextHandwriting(): Promise<{ pose: Pose; noise: Noise }> {
    const seed = this.#seeds.integer(SEEDS);
    const noise = await this.noiseOf(seed);
    const pose = { ...this.pose.value, seed, edits: {} };
    this.pose.value = pose;
    return { pose, noise };
  }

  /** Sets one number of the noise by hand; null puts the seed's own back. */
  async editNoise(part: string, index: number, value: number | null): Promise<void> {
    const { edits } = this.pose.value;
    const values = { ...edits[part] };
    if (value === null) delete values[index];
    else values[index] = round(value);
    const pose = { ...this.pose.value, edits: { ...edits, [part]: values } };
    this.pose.value = pose;
    const noise = editNoise(await this.noiseOf(pose.seed), pose.edits);
    if (this.pose.value === pose) this.motion.jump(this.spec.value, pose, noise);
  }

  reset(): Promise<void> {
    return this.goTo({ ...firstPose(this.spec.value), seed: this.pose.value.seed });
  }

  /** Moves to a pose, through latent space unless movement is switched off. */
  async goTo(pose: Pose): Promise<void> {
    this.pose.value = pose;
    const noise = editNoise(await this.noiseOf(pose.seed), pose.edits);
    if (this.pose.value.seed !== pose.seed) return;
    if (this.settings.still.value) this.motion.jump(this.spec.value, this.pose.value, noise);
    else await this.motion.glide(this.pose.value, noise);
  }

  /** The noise of a seed, as the worker draws it; asked for once. */
  noiseOf(seed: number): Promise<Noise> {
    let noise = this.#noises.get(seed);
    if (noise === undefined) {
      noise = this.engine.ask('noise', seed);
      this.#noises.set(seed, noise);
    }
    return noise;
  }

  /** Draws everything again: the ink or the device changed, or the canvases were lost. */
  redraw(): void {
    this.redraws.value++;
    this.motion.look.value = { ...this.motion.look.value };
  }

  /** Moves inference to a device, and remembers that it was wanted. */
  use(device: Device): Promise<void> {
    this.settings.device.value = device;
    return this.engine.use(device);
  }

  /** Once, where nothing was chosen: WebGPU may take over, unless its 4 MB would be paid for by the byte. */
  async considerGpu(): Promise<void> {
    const { device } = this.settings;
    if (device.value !== null || isMetered()) return;
    const winner = await this.engine.consider(lookRows({ ...this.motion.look.peek(), fade: null }));
    if (winner !== null && device.value === null) device.value = winner;
    document.documentElement.dataset.gpu = winner ?? 'not tried';
  }

  say(remark: string): void {
    this.remark.value = remark;
  }

  /** The address of what is shown now. */
  address(view: View = this.view.value): string {
    const model = this.model.value;
    if (model === null) return `#/${view}`;
    const query = formatPose(model.manifest.latent, this.pose.value);
    for (const [key, value] of Object.entries(this.extras.value)) query.set(key, value);
    return `#/${encodeURIComponent(model.name)}/${view}?${query}`;
  }

  #followAddress(): void {
    let timer: ReturnType<typeof setTimeout>;
    effect(() => {
      const address = this.address();
      clearTimeout(timer);
      if (this.model.value === null) return;
      timer = setTimeout(() => history.replaceState(null, '', address), ADDRESS_DELAY);
    });
    addEventListener('hashchange', () => {
      const { view, model, query } = parseAddress(location.hash);
      this.view.value = view;
      const current = this.model.value;
      if (current === null || (model !== null && model !== current.name)) {
        location.reload();
      } else if (query.size > 0) {
        void this.goTo(parsePose(current.manifest.latent, query).pose);
      }
    });
  }
}

async function fetchModels(): Promise<{ default: string | null; models: ListedModel[] }> {
  const response = await fetch(new URL('models.json', document.baseURI));
  if (!response.ok) throw new Error(`models.json could not be read (HTTP ${response.status})`);
  return response.json();
}

/** True where the visitor asked browsers to save data. */
export function isMetered(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/** What went wrong, without a stack. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
