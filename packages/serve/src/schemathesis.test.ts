import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/server.ts';

/*
 * schemathesis (PyPI) makes requests from the OpenAPI document, good and bad ones: no 5xx, no undocumented status or
 * media type, no bad input accepted. bench/serve/schemathesis.sh asks more, of a server that runs.
 */

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
];
const available = spawnSync('schemathesis', ['--version']).status === 0;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test.skipIf(!available)(
  'keeps what its OpenAPI document promises (skipped where schemathesis is not installed)',
  async () => {
    const options = ['--phases', 'coverage,fuzzing', '--max-examples', '5', '--seed', '1', '--workers', '1'];
    // the same endpoints again, under their model's name
    const half = ['--exclude-path-regex', '^/models/digits/'];
    const checks = ['--checks', CHECKS.join(',')];
    const { code, text } = await runSchemathesis([
      `${server.url}/openapi.json`,
      ...options,
      ...half,
      ...checks,
    ]);
    expect(code, text).toBe(0);
    expect(text).toMatch(/\d{3,} passed/);
  },
  180_000,
);

/** Its examples are kept in the current directory: a temporary one. */
function runSchemathesis(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn('schemathesis', ['run', ...args, '--no-color'], { cwd: tmpdir() });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, text })));
}
