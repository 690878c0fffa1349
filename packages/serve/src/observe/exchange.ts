import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import type { Tracing } from './trace.ts';

/** What is known of one request and its answer, for metrics, logs and error answers. */
export interface Exchange {
  /** From X-Request-Id, or made here; sent back and logged. */
  readonly id: string;
  /** The route's pattern, such as `/digit/{digit}`; set by the route. */
  route: string;
  /** `performance.now()` when its head had been read. */
  readonly start: number;
}

const EXCHANGE = Symbol('exchange');
type Marked = ServerResponse & { [EXCHANGE]?: Exchange };

/** The exchange that `Exchanges.begin` attached to a response. */
export function exchangeOf(response: ServerResponse): Exchange {
  return (response as Marked)[EXCHANGE] ?? { id: '-', route: 'unknown', start: 0 };
}

const GOOD_ID = /^[\w.:-]{1,64}$/;
/** Addresses that nothing serves share one label: a scanner must not fill Prometheus. */
export const NO_ROUTE = 'none';
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/** Begins and ends exchanges: counts, times and logs them. One per server. */
export class Exchanges {
  readonly #metrics: Metrics;
  readonly #log: Logger;
  readonly #tracing: Tracing | null;
  readonly #prefix = randomBytes(6).toString('hex');
  readonly #onClose: (this: ServerResponse) => void;
  #count = 0;

  constructor(metrics: Metrics, log: Logger, tracing: Tracing | null) {
    this.#tracing = tracing;
    this.#metrics = metrics;
    this.#log = log;
    const end = this.#end.bind(this);
    // one function for all: a closure for each request is garbage for each request
    this.#onClose = function (this: ServerResponse) {
      end(this);
    };
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    const given = request.headers['x-request-id'];
    const id =
      typeof given === 'string' && GOOD_ID.test(given)
        ? given
        : `${this.#prefix}-${(this.#count++).toString(36)}`;
    (response as Marked)[EXCHANGE] = { id, route: NO_ROUTE, start: performance.now() };
    this.#metrics.requestBegan();
    response.on('close', this.#onClose);
  }

  #end(response: ServerResponse): void {
    const { id, route, start: began } = exchangeOf(response);
    const took = performance.now() - began;
    const request = response.req;
    const method = request.method ?? '';
    // 499, as nginx has it: the client left before the answer
    const code = response.writableFinished || response.headersSent ? response.statusCode : 499;
    this.#metrics.requestEnded(route, method, code, took / 1000);
    if (PROBES.has(route) && code < 400) return;
    if (this.#tracing !== null) {
      const end = Date.now();
      const { headers } = request;
      this.#tracing.record({ method, route, code, requestId: id, headers, start: end - took, end });
    }
    // the route and no address: values that people choose do not belong in logs
    this.#log.info({ requestId: id, method, route, code, ms: Math.round(took * 100) / 100 }, 'request');
  }
}
