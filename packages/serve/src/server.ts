import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Random, UserError } from '@infogan/contract';
import { pino, type Logger } from 'pino'; // pino: JSON lines, written off the hot path
import { createApp } from './app.ts';
import { Registry, type ModelSource, type ReloadResult } from './models/registry.ts';
import { Exchanges } from './observe/exchange.ts';
import { Metrics } from './observe/metrics.ts';
import { Pool, type PoolOptions } from './pool/pool.ts';
import { ApiKeys } from './secure/api-keys.ts';
import { Gate } from './secure/gate.ts';
import type { Tracing } from './observe/trace.ts';
import type { Limits, Service } from './service.ts';

export interface ServerOptions extends Partial<PoolOptions>, Partial<Limits> {
  /** The first is the default model. */
  readonly models: readonly ModelSource[];
  /** 0 = any free one. */
  readonly port?: number;
  readonly host?: string;
  /** The built playground. */
  readonly playground?: string;
  readonly log?: Logger;
  readonly tracing?: Tracing | null;
  /** File of the keys that may ask; null = everybody may. */
  readonly apiKeys?: string | null;
  /** Requests a second and client; null = unlimited. */
  readonly rateLimit?: number | null;
  /** Trusted proxies in front. */
  readonly trustProxy?: number;
  readonly adminToken?: string | null;
  readonly timeouts?: Partial<Timeouts>;
}

/** How long slow clients are waited for, in milliseconds. */
export interface Timeouts {
  /** For the whole head of a request. */
  readonly head: number;
  /** For the whole request, body included. */
  readonly request: number;
  /** Without a byte in either direction, such as a client that does not read its answer. */
  readonly silence: number;
  /** Between two looks at the first two. */
  readonly check: number;
}

export interface RunningServer {
  readonly url: string;
  readonly service: Service;
  readonly http: Server;
  /**
   * Readiness falls at once; after `drainMs`, in which balancers take notice, nothing new is accepted; what was
   * begun is finished; the workers end.
   */
  close(drainMs?: number): Promise<void>;
}

const PLAYGROUND = fileURLToPath(new URL('../../playground/dist', import.meta.url));

const TIMEOUTS: Timeouts = { head: 10_000, request: 30_000, silence: 60_000, check: 5_000 };
/** Longer than balancers keep idle connections, or they send into one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

/** A GPU runs one session at a time, and likes large batches. */
export function poolDefaults(device: PoolOptions['device']): PoolOptions {
  const onGpu = device !== 'cpu';
  return {
    device,
    workers: onGpu ? 1 : Math.max(1, availableParallelism() - 1),
    maxBatch: onGpu ? 256 : 16,
    maxQueue: 1024,
    deadlineMs: 5_000,
  };
}

/** Loads the models, proves them by their probes, then listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = options.log ?? pino({ level: 'silent' });
  const metrics = new Metrics();
  const pool = new Pool(poolOptions(options), {
    batch: (size, timing) => metrics.batch(size, timing),
    refused: (reason) => metrics.refused(reason),
    died: (reason) => {
      metrics.died();
      log.error({ reason }, 'a worker ended unasked; another takes its place');
    },
  });
  const registry = new Registry(pool);
  const seeds = new Random(randomInt(2 ** 31));
  const { rateLimit = null, trustProxy = 0 } = options;
  const apiKeys = typeof options.apiKeys === 'string' ? ApiKeys.fromFile(options.apiKeys) : null;
  let state: 'loading' | 'serving' | 'draining' = 'loading';
  const service: Service = {
    pool,
    registry,
    metrics,
    log,
    exchanges: new Exchanges(metrics, log, options.tracing ?? null),
    gate: new Gate({ apiKeys, rateLimit, trustProxy }, metrics),
    limits: { maxBody: options.maxBody ?? 8 * 2 ** 20, maxPixels: options.maxPixels ?? 25_000_000 },
    adminToken: options.adminToken ?? null,
    playground: options.playground ?? PLAYGROUND,
    freshSeed: () => seeds.integer(2 ** 32),
    isReady: () => state === 'serving' && pool.alive > 0,
    isDraining: () => state === 'draining',
    async reload() {
      const results = await registry.reload();
      for (const result of results) logReload(log, result);
      return results;
    },
  };
  metrics.watch({
    waiting: () => pool.waiting,
    running: () => pool.running,
    workers: () => pool.alive,
    models: () => registry.list(),
  });
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const http = createServer(
    {
      headersTimeout: timeouts.head,
      requestTimeout: timeouts.request,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: timeouts.check,
    },
    createApp(service),
  );
  http.timeout = timeouts.silence;
  try {
    await pool.start();
    await registry.open(options.models);
    await listen(http, options.port ?? 3000, options.host ?? '127.0.0.1');
  } catch (error) {
    await pool.stop();
    throw error;
  }
  state = 'serving';
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    service,
    http,
    async close(drainMs = 0) {
      state = 'draining';
      await new Promise((resolve) => setTimeout(resolve, drainMs));
      // connections whose last answer was begun before the draining turn idle one by one
      const sweep = setInterval(() => http.closeIdleConnections(), 50);
      await new Promise((resolve) => http.close(resolve));
      clearInterval(sweep);
      await pool.stop();
    },
  };
}

function poolOptions(options: ServerOptions): PoolOptions {
  const defaults = poolDefaults(options.device ?? 'cpu');
  return {
    device: defaults.device,
    workers: options.workers ?? defaults.workers,
    maxBatch: options.maxBatch ?? defaults.maxBatch,
    maxQueue: options.maxQueue ?? defaults.maxQueue,
    deadlineMs: options.deadlineMs ?? defaults.deadlineMs,
  };
}

function logReload(log: Logger, result: ReloadResult): void {
  if (result.outcome === 'refused') log.error(result, 'a new version was refused; the old one serves on');
  else log.info(result, 'model looked at again');
}

function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new UserError(`serve: port ${port} of ${host} is taken; choose another with --port`)
          : error,
      ),
    );
    http.listen(port, host, resolve);
  });
}
