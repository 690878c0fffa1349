import { createServer, type Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { randomInt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Random } from '@infogan/contract';
import { pino, type Logger } from 'pino'; // pino: JSON lines, written off the hot path
import { createApp } from './app.ts';
import { Registry, type ModelSource } from './models/registry.ts';
import { Pool, type PoolOptions } from './pool/pool.ts';
import { Exchanges } from './observe/exchange.ts';
import { Metrics } from './observe/metrics.ts';
import type { Service } from './service.ts';

export interface ServerOptions extends Partial<PoolOptions> {
  /** The first is the default model. */
  readonly models: readonly ModelSource[];
  /** 0 = any free one. */
  readonly port?: number;
  readonly host?: string;
  readonly playground?: string;
  readonly log?: Logger;
}

export interface RunningServer {
  readonly url: string;
  readonly service: Service;
  readonly http: Server;
  /** Stops listening, finishes what was asked for, ends the workers. */
  close(): Promise<void>;
}

const PLAYGROUND = fileURLToPath(new URL('../../playground/dist', import.meta.url));

/** Loads the models, proves them, listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log = options.log ?? pino({ level: 'silent' });
  const metrics = new Metrics();
  const pool = new Pool(
    {
      workers: options.workers ?? Math.max(1, availableParallelism() - 1),
      maxBatch: options.maxBatch ?? 32,
      maxQueue: options.maxQueue ?? 1024,
      deadlineMs: options.deadlineMs ?? 5_000,
      device: options.device ?? 'cpu',
    },
    {
      batch: (size, timing) => metrics.batch(size, timing),
      refused: (reason) => metrics.refused(reason),
      died: (reason) => {
        metrics.died();
        log.error({ reason }, 'a worker ended unasked; another takes its place');
      },
    },
  );
  const registry = new Registry(pool);
  const seeds = new Random(randomInt(2 ** 31));
  let ready = false;
  const service: Service = {
    metrics,
    exchanges: new Exchanges(metrics, log),
    limits: { maxBody: 8 * 1024 * 1024, maxPixels: 16_000_000 },
    pool,
    registry,
    log,
    playground: options.playground ?? PLAYGROUND,
    freshSeed: () => seeds.integer(2 ** 32),
    isReady: () => ready && pool.alive > 0,
  };
  metrics.watch({
    waiting: () => pool.waiting,
    running: () => pool.running,
    workers: () => pool.alive,
    models: () => registry.list(),
  });
  const http = createServer(createApp(service));
  try {
    await pool.start();
    await registry.open(options.models);
    await listen(http, options.port ?? 3000, options.host ?? '127.0.0.1');
  } catch (error) {
    await pool.stop();
    throw error;
  }
  ready = true;
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    service,
    http,
    async close() {
      ready = false;
      await new Promise((resolve) => {
        http.close(resolve);
        http.closeIdleConnections();
      });
      await pool.stop();
    },
  };
}

function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
}
