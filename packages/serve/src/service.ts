import type { Logger } from 'pino';
import type { Registry, ReloadResult } from './models/registry.ts';
import type { Gate } from './secure/gate.ts';
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
  readonly gate: Gate;
  /** What `POST /admin/reload` asks for; null = there is no such address. */
  readonly adminToken: string | null;
  /** Where the built playground lies; it may not be there. */
  readonly playground: string;
  /** A seed for a request that brings none. */
  freshSeed(): number;
  /** Looks at every model directory again; logs what became of each. */
  reload(): Promise<ReloadResult[]>;
  /** Is the server about to end? Answers then close their connections. */
  isDraining(): boolean;
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
