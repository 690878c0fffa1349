// prom-client: the Prometheus client for Node; numbers from worker threads reach it through the pool's observer
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { PoolObserver, Refusal } from '../pool/pool.ts';
import type { Timing } from '../pool/protocol.ts';
import { Tally, type TallyChild } from './tally.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const FINE_SECONDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What is read at the moment of scraping. */
export interface Gauges {
  waiting(): number;
  running(): number;
  workers(): number;
  models(): readonly { readonly name: string; readonly version: string }[];
}

/** Everything at `/metrics`, labelled by route pattern, never by address. */
export class Metrics implements PoolObserver {
  readonly #registry = new Registry();
  readonly #requests: Tally;
  /** By route, method and code: found without making text of them. */
  readonly #byLabels = new Map<string, Map<string, Map<number, TallyChild>>>();
  readonly #rejected: Counter<'reason'>;
  readonly #batch: TallyChild;
  readonly #inference: TallyChild;
  readonly #encode: TallyChild;
  readonly #deaths: Counter;
  #pending = 0;

  constructor() {
    const registry = this.#registry;
    const registers = [registry];
    collectDefaultMetrics({ register: registry });
    this.#requests = new Tally({
      name: 'infogan_http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer',
      buckets: SECONDS,
      registry,
    });
    this.#rejected = new Counter({
      name: 'infogan_rejected_total',
      help: 'Requests or work refused though nothing was wrong with them',
      labelNames: ['reason'],
      registers,
    });
    const stage = (name: string, help: string, buckets: readonly number[]) =>
      new Tally({ name, help, buckets, registry }).labels();
    this.#batch = stage('infogan_batch_size', 'Pictures made together by a worker', SIZES);
    this.#inference = stage('infogan_inference_seconds', 'Time in the graph, for one batch', FINE_SECONDS);
    this.#encode = stage('infogan_encode_seconds', 'Time in the encoder, for one batch', FINE_SECONDS);
    this.#deaths = new Counter({
      name: 'infogan_worker_deaths_total',
      help: 'Worker threads that ended unasked and were replaced',
      registers,
    });
  }

  /** Registers what is read when Prometheus asks. */
  watch(gauges: Gauges): void {
    const registers = [this.#registry];
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('infogan_queue_length', 'Work waiting for a worker', () => gauges.waiting());
    gauge('infogan_running', 'Messages that workers have not answered yet', () => gauges.running());
    gauge('infogan_workers', 'Worker threads that are up with every model loaded', () => gauges.workers());
    gauge('infogan_pending_requests', 'Requests begun and not yet answered', () => this.#pending);
    const models = new Gauge({
      name: 'infogan_model_info',
      help: 'Models and their versions; always 1',
      labelNames: ['model', 'version'],
      registers: [],
      collect() {
        this.reset();
        for (const { name, version } of gauges.models()) this.set({ model: name, version }, 1);
      },
    });
    this.#registry.registerMetric(models);
  }

  requestBegan(): void {
    this.#pending++;
  }

  requestEnded(route: string, method: string, code: number, seconds: number): void {
    this.#pending--;
    const child = this.#byLabels.get(route)?.get(method)?.get(code) ?? this.#begin(route, method, code);
    child.observe(seconds);
  }

  #begin(route: string, method: string, code: number): TallyChild {
    const ofRoute = this.#byLabels.get(route) ?? new Map<string, Map<number, TallyChild>>();
    const ofMethod = ofRoute.get(method) ?? new Map<number, TallyChild>();
    const child = this.#requests.labels({ route, method, code });
    this.#byLabels.set(route, ofRoute);
    ofRoute.set(method, ofMethod);
    ofMethod.set(code, child);
    return child;
  }

  batch(size: number, timing: Timing): void {
    this.#batch.observe(size);
    if (timing.inference > 0) this.#inference.observe(timing.inference / 1000);
    if (timing.encode > 0) this.#encode.observe(timing.encode / 1000);
  }

  refused(reason: Refusal | 'rate-limit' | 'unauthorized'): void {
    this.#rejected.inc({ reason });
  }

  died(): void {
    this.#deaths.inc();
  }

  /** The text format and its content type. */
  async scrape(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }
}
