import { connect, type Socket } from 'node:net';

/*
 * A load generator that leaves the cores to the server: raw keep-alive sockets and as little parsing as HTTP/1.1
 * allows. Every request asks for another picture, so nothing can come from a cache. Runs as a process of its own:
 *   tsx load.ts '{"port":3000,"connections":64,"seconds":4}'
 * prints one line of JSON. With "rate" it sends on a fixed timetable and counts from the time that a request
 * was due, so that a server that stalls cannot hide it (coordinated omission).
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

class Client {
  busy = false;
  #due = 0;
  #left = 0;
  #head: Buffer = Buffer.alloc(0);
  readonly #socket: Socket;
  readonly #onAnswer: (milliseconds: number, ok: boolean, client: Client) => void;
  #ok = false;

  constructor(port: number, onAnswer: Client['onAnswer']) {
    this.#onAnswer = onAnswer;
    this.#socket = connect({ host: HOST, port, noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.#finish(false));
    this.#socket.on('close', () => this.busy && this.#finish(false));
  }

  declare readonly onAnswer: (milliseconds: number, ok: boolean, client: Client) => void;

  send(path: string, due: number): void {
    this.busy = true;
    this.#due = due;
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  }

  end(): void {
    this.busy = false;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#left === 0) {
      const all = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
      const end = all.indexOf(END_OF_HEAD);
      if (end < 0) {
        this.#head = all;
        return;
      }
      this.#head = Buffer.alloc(0);
      const head = all.toString('latin1', 0, end);
      const at = head.search(/content-length: /i);
      this.#ok = head.startsWith('HTTP/1.1 200') && at > 0;
      this.#left = (at > 0 ? Number.parseInt(head.slice(at + 16), 10) : 0) - (all.length - end - 4);
    } else this.#left -= chunk.length;
    if (this.#left <= 0) {
      this.#left = 0;
      this.#finish(this.#ok);
    }
  }

  #finish(ok: boolean): void {
    if (!this.busy) return;
    this.busy = false;
    this.#onAnswer(performance.now() - this.#due, ok, this);
  }
}

/** Puts load on a server of this machine. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { port, connections, seconds, rate, extras = [''], requests = Infinity } = options;
  const latencies: number[] = [];
  const backlog: number[] = [];
  let [failures, sent, stopped] = [0, 0, false];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const first = Math.floor(Math.random() * 2 ** 31);

  const nextPath = (): string => {
    const n = sent++;
    const c1 = ((n * 0.618) % 4) - 2;
    const c2 = ((n * 0.414) % 4) - 2;
    return `/digit/${n % 10}?c1=${c1.toFixed(3)}&c2=${c2.toFixed(3)}&seed=${first + n}${extras[n % extras.length]}`;
  };
  const clients = await new Promise<Client[]>((resolve) => {
    const made = Array.from(
      { length: connections },
      () =>
        new Client(port, (milliseconds, ok, client) => {
          if (ok) latencies.push(milliseconds);
          else failures++;
          if (stopped || sent >= requests) return;
          if (rate === undefined) client.send(nextPath(), performance.now());
          else if (backlog.length > 0) client.send(nextPath(), backlog.shift()!);
        }),
    );
    resolve(made);
  });
  if (rate === undefined) for (const client of clients) client.send(nextPath(), performance.now());
  else {
    let planned = 0;
    const timer = setInterval(() => {
      for (; planned < ((performance.now() - start) * rate) / 1000; planned++) {
        const due = start + (planned * 1000) / rate;
        const free = clients.find(({ busy }) => !busy);
        if (free === undefined) backlog.push(due);
        else free.send(nextPath(), due);
      }
    }, 1);
    setTimeout(() => clearInterval(timer), seconds * 1000);
  }
  while (performance.now() - start < seconds * 1000 && latencies.length + failures < requests) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  stopped = true;
  const wall = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  for (const client of clients) client.end();
  latencies.sort((a, b) => a - b);
  return {
    answers: latencies.length,
    failures,
    perSecond: latencies.length / wall,
    median: latencies[Math.floor(latencies.length / 2)] ?? Number.NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    cores: (used.user + used.system) / 1e6 / wall,
  };
}

if (process.argv[1]?.endsWith('load.ts')) {
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2]!) as LoadOptions)));
  process.exit(0);
}
