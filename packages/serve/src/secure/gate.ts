import type { IncomingMessage } from 'node:http';
import { Problem } from '../http/problem.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { ApiKeys } from './api-keys.ts';
import { RateLimit, clientOf } from './rate-limit.ts';

export interface GateOptions {
  readonly apiKeys: ApiKeys | null;
  /** Requests a second and client; null = unlimited. */
  readonly rateLimit: number | null;
  /** Trusted proxies in front: a number of hops, never "all". */
  readonly trustProxy: number;
}

/** Probes must work without a key, and must never be limited. */
const OPEN = /^\/(?:healthz|readyz|v2\/health\/(?:live|ready))(?:\?|$)/;

/** Who may pass, before anything else is looked at. */
export class Gate {
  readonly #options: GateOptions;
  readonly #metrics: Metrics;
  readonly #limit: RateLimit | null;

  constructor(options: GateOptions, metrics: Metrics) {
    this.#options = options;
    this.#metrics = metrics;
    this.#limit = options.rateLimit === null ? null : new RateLimit(options.rateLimit);
  }

  /** @throws Problem 401 or 429 */
  check(request: IncomingMessage): void {
    const { apiKeys, trustProxy } = this.#options;
    if ((apiKeys === null && this.#limit === null) || OPEN.test(request.url ?? '')) return;
    if (this.#limit !== null) {
      const wait = this.#limit.take(clientOf(request, trustProxy));
      if (wait > 0) {
        this.#metrics.refused('rate-limit');
        throw new Problem(
          'too-many-requests',
          `more than ${this.#options.rateLimit} requests a second; wait ${wait} s`,
          {
            headers: { 'Retry-After': String(wait) },
          },
        );
      }
    }
    // reload has a token of its own
    if (apiKeys === null || request.url === '/admin/reload' || apiKeys.admit(request)) return;
    this.#metrics.refused('unauthorized');
    throw new Problem('unauthorized', 'an API key must be sent as Authorization: Bearer … or X-Api-Key', {
      headers: { 'WWW-Authenticate': 'Bearer realm="infogan-kit"' },
    });
  }
}
