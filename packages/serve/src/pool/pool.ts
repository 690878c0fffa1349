import { Member, MemberDied } from './member.ts';
import {
  chosenNames,
  packRows,
  type Device,
  type ModelPackage,
  type PackedFiles,
  type Row,
  type Timing,
  type Work,
  type WorkKind,
} from './protocol.ts';

export interface PoolOptions {
  /** Threads, 1 … */
  readonly workers: number;
  /** Most pictures in one run of the generator. */
  readonly maxBatch: number;
  /** Most pieces of work that wait; more are refused. */
  readonly maxQueue: number;
  /** Work that waited longer than this is dropped before it runs. */
  readonly deadlineMs: number;
  readonly device: Device;
}

/** Why work was not done though nothing was wrong with it. */
export type Refusal = 'queue-full' | 'deadline' | 'client-gone' | 'stopping' | 'worker-died';

export class WorkRefused extends Error {
  override name = 'WorkRefused';
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(`pool: ${reason}`);
    this.reason = reason;
  }
}

/** Told of everything that metrics and logs want to know. */
export interface PoolObserver {
  batch(size: number, timing: Timing): void;
  refused(reason: Refusal): void;
  died(reason: string): void;
}

/** Who waits for the result, such as an HTTP response; looked at just before the work would run. */
export interface Client {
  readonly destroyed: boolean;
}

interface Task {
  readonly key: number;
  readonly work: WorkKind;
  readonly ask: unknown;
  readonly deadline: number;
  readonly client: Client;
  readonly resolve: (give: never) => void;
  readonly reject: (error: Error) => void;
  retried: boolean;
}

/** Messages a worker: it never waits for the main thread's next turn, and batches still grow under load. */
const IN_FLIGHT = 3;
/** A worker that dies as soon as it starts is not restarted in a tight loop. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Worker threads behind one bounded queue. A free worker takes whatever waits, pictures of one model together
 * up to `maxBatch`: batching that adds no delay. A thread that dies is replaced, its work done once more.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #observer: PoolObserver;
  readonly #models = new Map<number, ModelPackage>();
  readonly #members = new Set<Member>();
  #queue: Task[] = [];
  #pumpPlanned = false;
  #stopping = false;
  #pause = FIRST_PAUSE_MS;

  constructor(options: PoolOptions, observer: PoolObserver) {
    this.#options = options;
    this.#observer = observer;
  }

  /** Work waiting for a worker. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Messages being worked on. */
  get running(): number {
    let running = 0;
    for (const { pending } of this.#members) running += pending;
    return running;
  }

  /** Threads that are up with every model loaded. */
  get alive(): number {
    return this.#members.size;
  }

  /** Starts the threads, with every model that was added so far. */
  async start(): Promise<void> {
    const { workers } = this.#options;
    await Promise.all(Array.from({ length: workers }, () => this.#startMember()));
  }

  /**
   * Loads a model into every worker, one after the other, so that the others go on serving.
   * @throws UserError when any worker refuses it; it is then loaded in none
   */
  async add(model: ModelPackage): Promise<void> {
    this.#models.set(model.key, model);
    try {
      for (const member of this.#members) {
        await member.ask({ kind: 'load', model, device: this.#options.device }).catch(ignoreDeath);
      }
    } catch (error) {
      await this.remove(model.key);
      throw error;
    }
  }

  /** Unloads a model; work that was queued for it before still runs. */
  async remove(key: number): Promise<void> {
    while (this.#queue.some((task) => task.key === key)) await new Promise((r) => setTimeout(r, 20));
    this.#models.delete(key);
    for (const member of this.#members) await member.ask({ kind: 'unload', key }).catch(ignoreDeath);
  }

  /** One picture as a small grey or RGB PNG: joins others in a batch. */
  picture(key: number, row: Row, client: Client): Promise<Uint8Array> {
    return this.#enqueue(key, 'pictures', row, client);
  }

  /** Any other work, alone. */
  run<K extends Exclude<WorkKind, 'pictures'>>(
    key: number,
    work: K,
    ask: Work[K]['ask'],
    client: Client,
  ): Promise<Work[K]['give']> {
    return this.#enqueue(key, work, ask, client);
  }

  /** Many pictures at once, as one batch of its own. */
  pictures(key: number, rows: readonly Row[], client: Client): Promise<Uint8Array[]> {
    return this.#enqueue(key, 'pictures', rows, client);
  }

  /** Finishes what was asked for, then ends the threads. */
  async stop(): Promise<void> {
    while (this.#queue.length > 0 && this.#members.size > 0) await new Promise((r) => setTimeout(r, 10));
    this.#stopping = true;
    for (const task of this.#queue.splice(0)) this.#refuse(task, 'stopping');
    await Promise.all([...this.#members].map((member) => member.stop()));
  }

  /** Makes one thread crash; for tests of what happens then. */
  async crashOne(): Promise<void> {
    const [member] = this.#members;
    await member?.crash();
  }

  #enqueue<T>(key: number, work: WorkKind, ask: unknown, client: Client): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.#options.deadlineMs;
      const task: Task = { key, work, ask, deadline, client, resolve, reject, retried: false };
      if (this.#stopping) return this.#refuse(task, 'stopping');
      if (this.#queue.length >= this.#options.maxQueue) return this.#refuse(task, 'queue-full');
      this.#queue.push(task);
      this.#planPump();
    });
  }

  #refuse(task: Task, reason: Refusal): void {
    this.#observer.refused(reason);
    task.reject(new WorkRefused(reason));
  }

  /** After the requests that arrived in this turn of the event loop were all read: they make one batch. */
  #planPump(): void {
    if (this.#pumpPlanned) return;
    this.#pumpPlanned = true;
    setImmediate(() => {
      this.#pumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const member = this.#leastBusy();
      if (member === undefined) return;
      const tasks = this.#takeBatch();
      if (tasks.length > 0) void this.#runOn(member, tasks);
    }
  }

  #leastBusy(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) {
      if (member.pending < IN_FLIGHT && (best === undefined || member.pending < best.pending)) best = member;
    }
    return best;
  }

  /** The work at the head of the queue, with the single pictures of the same model that follow it. */
  #takeBatch(): Task[] {
    const now = performance.now();
    const batch: Task[] = [];
    let taken = 0;
    for (const task of this.#queue) {
      const reason = task.client.destroyed ? 'client-gone' : task.deadline < now ? 'deadline' : null;
      if (reason === null) {
        const joins =
          batch.length < this.#options.maxBatch && isSinglePicture(task) && task.key === batch[0]?.key;
        if (batch.length > 0 && !joins) break;
        batch.push(task);
      } else this.#refuse(task, reason);
      taken++;
      if (!isSinglePicture(task) && reason === null) break;
    }
    this.#queue.splice(0, taken);
    return batch;
  }

  async #runOn(member: Member, tasks: readonly Task[]): Promise<void> {
    const [{ key, work, ask }] = tasks as [Task];
    try {
      if (work === 'pictures') await this.#runPictures(member, tasks);
      else {
        const { give, timing } = await member.ask({ kind: 'work', key, work, ask });
        this.#observer.batch(1, timing);
        tasks[0]!.resolve(give as never);
      }
    } catch (error) {
      if (error instanceof MemberDied) this.#again(tasks);
      else for (const task of tasks) task.reject(error as Error);
    }
    if (this.#queue.length > 0) this.#pump();
  }

  async #runPictures(member: Member, tasks: readonly Task[]): Promise<void> {
    const { key } = tasks[0]!;
    const names = chosenNames(this.#models.get(key)!.manifest.latent);
    const rows = tasks.flatMap((task) => task.ask as Row | readonly Row[]);
    const ask = { packed: packRows(names, rows) };
    const { give, timing } = await member.ask({ kind: 'work', key, work: 'pictures', ask });
    this.#observer.batch(rows.length, timing);
    const files = cutFiles(give as PackedFiles);
    if (isSinglePicture(tasks[0]!)) tasks.forEach((task, i) => task.resolve(files[i] as never));
    else tasks[0]!.resolve(files as never);
  }

  /** Work whose thread died goes to the head of the queue; the second time it is given up, it may be the cause. */
  #again(tasks: readonly Task[]): void {
    const first = tasks.filter((task) => !task.retried);
    for (const task of tasks) if (task.retried) this.#refuse(task, 'worker-died');
    for (const task of first) task.retried = true;
    this.#queue.unshift(...first);
    this.#planPump();
  }

  async #startMember(): Promise<void> {
    const member: Member = new Member((reason) => this.#replace(member, reason));
    try {
      const known = [...this.#models.values()];
      for (const model of known) await member.ask({ kind: 'load', model, device: this.#options.device });
      // models that came while this thread was loading
      for (const model of this.#models.values()) {
        if (!known.includes(model)) await member.ask({ kind: 'load', model, device: this.#options.device });
      }
      this.#members.add(member);
      this.#pause = FIRST_PAUSE_MS;
      this.#planPump();
    } catch (error) {
      await member.stop();
      throw error;
    }
  }

  #replace(member: Member, reason: string): void {
    this.#members.delete(member);
    if (this.#stopping) return;
    this.#observer.died(reason);
    const pause = this.#pause;
    this.#pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    setTimeout(() => {
      if (this.#stopping) return;
      this.#startMember().catch((error: unknown) => this.#observer.died(String(error)));
    }, pause).unref();
  }
}

function isSinglePicture(task: Task): boolean {
  return task.work === 'pictures' && !Array.isArray(task.ask);
}

function cutFiles({ bytes, ends }: PackedFiles): Uint8Array[] {
  let start = 0;
  return ends.map((end) => {
    const file = Buffer.from(bytes.buffer, start, end - start);
    start = end;
    return file;
  });
}

function ignoreDeath(error: unknown): void {
  // a thread that died is replaced by one that loads every model anyway
  if (!(error instanceof MemberDied)) throw error;
}
