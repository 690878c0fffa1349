import type { Logger } from 'pino';
import type { Registry } from './models/registry.ts';
import type { Pool } from './pool/pool.ts';

/** Everything that routes need; made by `startServer`, one per process. */
export interface Service {
  readonly pool: Pool;
  readonly registry: Registry;
  readonly log: Logger;
  /** Where the built playground lies; it may not be there. */
  readonly playground: string;
  /** A seed for a request that brings none. */
  freshSeed(): number;
  /** May balancers send requests? False while loading, draining or without a live worker. */
  isReady(): boolean;
}
