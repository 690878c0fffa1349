import { connect, type Socket } from 'node:net';

/*
 * A load generator that leaves the cores to the server: raw keep-alive sockets and as little parsing as HTTP/1.1
 * allows. Every request asks for another picture, so nothing can come from a cache. Runs as a process of its own:
 *   tsx load.ts '{"port":3000,"connections":64,"seconds":4}'
 * prints one line of JSON. With "rate" it sends on a fixed timetable and counts from the time that a request
 * was due, so that a server that stalls cannot hide it (coordinated omission). What is due in one millisecond is sent
 * together. How late this process is itself shows in a run against `null.ts`.
 */

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second on a timetable; absent = as fast as answers come. */
  readonly rate?: number;
  /** Query added to every request, e.g. `&format=webp`; several are taken in turn. */
  readonly extras?: readonly string[];
  /** Instead of `seconds`: stop after so many answers. */
  readonly requests?: number;
}

export interface LoadResult {
  readonly answers: number;
  readonly failures: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  /** Share of one core that this process took. */
  readonly cores: number;
}

/** Only this machine is ever loaded. */
const HOST = '127.0.0.1';
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: (\d+)/i;
/** Not counted: this process is compiling its own code then, and its sockets are new. */
const WARM_UP_MS = 500;
const MOST_COUNTED = 2_000_000;

class Client {
  busy = false;
  #due = 0;
  #left = 0;
  #head: Buffer | null = null;
  #ok = false;
  readonly connected: Promise<unknown>;
  readonly #socket: Socket;
  readonly #onAnswer: (due: number, ok: boolean, client: Client) => void;

  constructor(port: number, onAnswer: (due: number, ok: boolean, client: Client) => void) {
    this.#onAnswer = onAnswer;
    this.#socket = connect({ host: HOST, port, noDelay: true });
    this.connected = new Promise((resolve) => this.#socket.once('connect', resolve));
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.#finish(false));
    this.#socket.on('close', () => this.#finish(false));
  }

  send(path: string, due: number): void {
    this.busy = true;
    this.#due = due;
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 'latin1');
  }

  end(): void {
    this.busy = false;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#left > 0) this.#left -= chunk.length;
    else if (!this.#readHead(chunk)) return;
    if (this.#left > 0) return;
    this.#left = 0;
    this.#finish(this.#ok);
  }

  /** @returns whether the head is complete */
  #readHead(chunk: Buffer): boolean {
    const all = this.#head === null ? chunk : Buffer.concat([this.#head, chunk]);
    const end = all.indexOf(END_OF_HEAD);
    this.#head = end < 0 ? all : null;
    if (end < 0) return false;
    const head = all.toString('latin1', 0, end);
    const length = LENGTH.exec(head);
    this.#ok = length !== null && head.startsWith('HTTP/1.1 200');
    this.#left = Number(length?.[1] ?? 0) - (all.length - end - END_OF_HEAD.length);
    return true;
  }

  #finish(ok: boolean): void {
    if (!this.busy) return;
    this.busy = false;
    this.#onAnswer(this.#due, ok, this);
  }
}

/** Addresses without their seed, made beforehand: 1,000 codes, each format of `extras` in turn. */
function paths(extras: readonly string[]): string[] {
  return Array.from({ length: 1000 * extras.length }, (_, n) => {
    const [c1, c2] = [((n * 0.618) % 4) - 2, ((n * 0.414) % 4) - 2];
    const codes = `c1=${c1.toFixed(3)}&c2=${c2.toFixed(3)}`;
    return `/digit/${n % 10}?${codes}${extras[n % extras.length]}&seed=`;
  });
}

/** Puts load on a server of this machine. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { port, connections, seconds, rate, extras = [''], requests = Infinity } = options;
  const latencies = new Float64Array(MOST_COUNTED);
  const backlog: number[] = [];
  const addresses = paths(extras);
  const first = Math.floor(Math.random() * 2 ** 31);
  let [answers, failures, sent, counted, stopped] = [0, 0, 0, 0, false];
  let countFrom = Infinity;

  const nextPath = () => addresses[sent % addresses.length]! + String(first + sent++);
  const onAnswer = (due: number, ok: boolean, client: Client) => {
    const now = performance.now();
    if (!ok) failures++;
    else {
      answers++;
      if (due >= countFrom && counted < MOST_COUNTED) latencies[counted++] = now - due;
    }
    if (stopped || sent >= requests) return;
    if (rate === undefined) client.send(nextPath(), now);
    else if (backlog.length > 0) client.send(nextPath(), backlog.shift()!);
  };
  const clients = Array.from({ length: connections }, () => new Client(port, onAnswer));
  await Promise.all(clients.map(({ connected }) => connected));

  const start = performance.now();
  countFrom = requests === Infinity ? start + WARM_UP_MS : start;
  const end = countFrom + seconds * 1000;
  let timer: NodeJS.Timeout | undefined;
  if (rate === undefined) for (const client of clients) client.send(nextPath(), performance.now());
  else {
    let planned = 0;
    timer = setInterval(() => {
      for (const due = () => start + (planned * 1000) / rate; due() < performance.now(); planned++) {
        const free = clients.find(({ busy }) => !busy);
        if (free === undefined) backlog.push(due());
        else free.send(nextPath(), due());
      }
    }, 1);
  }
  const isThrough = () => answers + failures >= requests;
  const until = async (time: number) => {
    while (performance.now() < time && !isThrough()) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(20, time - performance.now())));
    }
  };
  await until(countFrom);
  const [cpu, before, from] = [process.cpuUsage(), answers, performance.now()];
  await until(end);
  const wall = (performance.now() - from) / 1000;
  const used = process.cpuUsage(cpu);
  stopped = true;
  clearInterval(timer);
  for (const client of clients) client.end();
  const sorted = latencies.subarray(0, counted).sort();
  return {
    answers,
    failures,
    perSecond: (answers - before) / wall,
    median: sorted[Math.floor(counted / 2)] ?? Number.NaN,
    p99: sorted[Math.floor(counted * 0.99)] ?? Number.NaN,
    cores: (used.user + used.system) / 1e6 / wall,
  };
}

if (process.argv[1]?.endsWith('load.ts')) {
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2]!) as LoadOptions)));
  process.exit(0);
}
