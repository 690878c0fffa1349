import type { Logger } from 'pino';
import type { Registry } from './models/registry.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Exchanges } from './observe/exchange.ts';
import type { Pool } from './pool/pool.ts';

/** Everything that routes need; made by `startServer`, one per server. */
export interface Service {
  readonly pool: Pool;
  readonly registry: Registry;
  readonly metrics: Metrics;
  readonly exchanges: Exchanges;
  readonly log: Logger;
  readonly limits: Limits;
  /** Where the built playground lies; it may not be there. */
  readonly playground: string;
  /** A seed for a request that brings none. */
  freshSeed(): number;
  /** May balancers send requests? False while loading, draining or without a live worker. */
  isReady(): boolean;
}

/** What uploads may be. */
export interface Limits {
  /** Bytes of a body. */
  readonly maxBody: number;
  /** Pixels of an uploaded picture, decoded. */
  readonly maxPixels: number;
}
