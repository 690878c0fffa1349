import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { UserError } from '@infogan/contract';

/** Keys that may ask, kept as sha256 only. */
export class ApiKeys {
  readonly #hashes: readonly Buffer[];

  constructor(hashes: readonly Buffer[]) {
    this.#hashes = hashes;
  }

  /**
   * Reads `--api-keys FILE`: a sha256 in hexadecimal per line (`printf %s KEY | sha256sum`), then anything;
   * empty lines and lines that begin with # are skipped.
   */
  static fromFile(path: string): ApiKeys {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw new UserError(`serve: --api-keys ${path} cannot be read (${(error as Error).message})`);
    }
    const hashes = text.split('\n').flatMap((line, i) => {
      if (line.trim() === '' || line.startsWith('#')) return [];
      const [hash = ''] = line.split(/\s/, 1);
      if (/^[0-9a-f]{64}$/i.test(hash)) return [Buffer.from(hash, 'hex')];
      throw new UserError(
        `serve: --api-keys ${path}, line ${i + 1} must begin with a sha256 of 64 hexadecimal digits; make it by: printf %s KEY | sha256sum`,
      );
    });
    if (hashes.length === 0) throw new UserError(`serve: --api-keys ${path} holds no key; nobody could ask`);
    return new ApiKeys(hashes);
  }

  /** Does the request bring a key, as `Authorization: Bearer KEY` or `X-Api-Key: KEY`? Constant in time. */
  admit(request: IncomingMessage): boolean {
    const { authorization = '', 'x-api-key': header } = request.headers;
    const key = typeof header === 'string' ? header : authorization.replace(/^Bearer /i, '');
    const hash = createHash('sha256').update(key).digest();
    let known = false;
    for (const candidate of this.#hashes) known = timingSafeEqual(candidate, hash) || known;
    return known;
  }
}
