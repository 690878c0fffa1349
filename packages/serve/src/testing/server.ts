import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startServer, type RunningServer, type ServerOptions } from '@infogan/serve';
import { writeFixtureModel, type FixtureOptions } from '@infogan/test/fixture-model.ts';

/** A real server on a free port, with a fixture model as `digits`. */
export interface TestServer extends RunningServer {
  readonly directory: string;
  /** `fetch` on a path of the server. */
  get(path: string, init?: RequestInit): Promise<Response>;
}

export async function fixtureDirectory(options: FixtureOptions = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'serve-'));
  await writeFixtureModel(directory, options);
  return directory;
}

export async function startTestServer(
  options: Partial<ServerOptions> = {},
  fixture: FixtureOptions = {},
): Promise<TestServer> {
  const directory = await fixtureDirectory(fixture);
  const server = await startServer({ models: [{ name: 'digits', directory }], port: 0, ...options });
  const url = server.url.replace('localhost', '127.0.0.1');
  return {
    ...server,
    url,
    directory,
    get: (path, init) => fetch(url + path, init),
    async close() {
      await server.close();
      if (basename(directory).startsWith('serve-')) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A problem document. */
export interface ProblemBody {
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly parameter: string; readonly rule: string; readonly got: unknown }[];
}

export function post(body: BodyInit, type = 'application/json'): RequestInit {
  return { method: 'POST', body, headers: { 'Content-Type': type } };
}
