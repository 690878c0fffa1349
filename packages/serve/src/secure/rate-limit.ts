import type { IncomingMessage } from 'node:http';

/** Clients remembered at most; the longest silent ones are forgotten first. */
const MOST_CLIENTS = 100_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket per client: `perSecond` requests on average, bursts of twice as many. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** @returns 0 when the request may pass, else the seconds to wait */
  take(client: string, now = performance.now()): number {
    const burst = Math.max(1, 2 * this.#perSecond);
    const known = this.#buckets.get(client);
    const bucket = known ?? { tokens: burst, filledAt: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * this.#perSecond);
    bucket.filledAt = now;
    // a Map keeps insertion order: whoever asks moves to its end
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > MOST_CLIENTS) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / this.#perSecond));
    bucket.tokens--;
    return 0;
  }
}

/**
 * Who asks: the peer, or behind `hops` trusted proxies the address that the outermost of them saw. Entries
 * further left are the client's own words. IPv6 clients count by their /64, of which each may have all.
 */
export function clientOf(request: IncomingMessage, hops: number): string {
  const forwarded = hops === 0 ? '' : String(request.headers['x-forwarded-for'] ?? '');
  const chain = forwarded
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const seen = [...chain, request.socket.remoteAddress ?? ''];
  const address = seen[Math.max(0, seen.length - 1 - hops)]!.replace(/^::ffff:/, '');
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
