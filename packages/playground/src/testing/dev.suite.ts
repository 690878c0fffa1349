import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'vite';
import { expect, it } from 'vitest';
import { playgroundConfig } from '../../vite/config.ts';
import { inkOf, STAGE, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const devSuite: Suite = (open) => {
  it('draws its first digit under pnpm dev, from sources', async () => {
    const { browser } = open();
    const directory = await mkdtemp(join(tmpdir(), 'infogan-dev-'));
    const server = await createServer({
      ...playgroundConfig(),
      configFile: false,
      logLevel: 'error',
      // libraries prepared for this run alone, so that no other server of the same checkout is disturbed
      cacheDir: join(directory, 'vite'),
      server: { ...playgroundConfig().server, host: '127.0.0.1', port: 0 },
    });
    await server.listen();
    const { page, complaints, close } = await visit(
      browser,
      { url: server.resolvedUrls!.local[0]! },
      '#/stage',
    );
    expect((await inkOf(page, STAGE)).length).toBe(784);
    expect(complaints).toEqual([]);
    await close();
    await server.close();
    await rm(directory, { recursive: true });
  });
};
