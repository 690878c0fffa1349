import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixtureDirectory } from './testing/server.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const MANIFESTS = fileURLToPath(new URL('../../../deploy/kubernetes/serve.yaml', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await fixtureDirectory();
});
afterAll(() => rm(directory, { recursive: true }));

interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Its address, once it serves; null when it ended before. */
  readonly url: Promise<string | null>;
  readonly exitCode: Promise<number | null>;
}

/** The program as `pnpm serve` starts it. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = new Promise<string | null>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
        const [, found] = /on http:\/\/localhost(:\d+)/.exec(output) ?? [];
        if (found !== undefined) resolve(`http://127.0.0.1${found}`);
      });
    }
    void exitCode.then(() => resolve(null));
  });
  return { child, output: () => output, url, exitCode };
}

describe('the program', () => {
  test('drains on SIGTERM: not ready at once, what was begun is finished, exit 0', async () => {
    const program = run(['--model', directory, '--port', '0', '--drain-ms', '500']);
    const url = await program.url;
    const begun = fetch(`${url}/sheet?rows=10&columns=20&size=64&format=webp`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    program.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await begun).status).toBe(200);
    expect(await program.exitCode).toBe(0);
  });

  test('ends at once on a second signal', async () => {
    const program = run(['--model', directory, '--port', '0', '--drain-ms', '60000']);
    const url = await program.url;
    program.child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
    program.child.kill('SIGTERM');
    expect(await program.exitCode).toBe(1);
  });

  test('looks at its models again on SIGHUP, and takes its options from the environment', async () => {
    const program = run([], { INFOGAN_MODELS: `mine=${directory}`, PORT: '0', LOG_LEVEL: 'info' });
    expect(await program.url).not.toBeNull();
    program.child.kill('SIGHUP');
    await expect.poll(program.output, { timeout: 10_000 }).toContain('"outcome":"unchanged"');
    program.child.kill('SIGINT');
    expect(await program.exitCode).toBe(0);
  });

  test('sends a span per request to the collector that the environment names', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      request.on('data', (chunk) => bodies.push(`${request.url} ${String(chunk)}`));
      request.on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const { port } = collector.address() as AddressInfo;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const program = run(['--model', directory, '--port', '0'], env);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await fetch(`${await program.url}/digit/7?seed=4242`, { headers: { traceparent } });
    program.child.kill('SIGTERM');
    expect(await program.exitCode).toBe(0);
    collector.close();
    const sent = bodies.join('');
    expect(sent).toContain('/v1/traces');
    expect(sent).toContain('GET /digit/{digit}');
    expect(sent).toContain('0af7651916cd43dd8448eb211c80319c');
    expect(sent).not.toContain('4242');
  });

  test.each([
    [['--prot', '1'], "unknown option '--prot'"],
    [['--port', '99999'], 'whole number from 0 to 65535'],
    [['--model', '/nowhere'], 'is no complete model directory: cannot read manifest.json'],
    [['--model', '/nowhere', '--device', 'tpu'], 'Allowed choices are cpu, cuda, webgpu'],
    [['--model', 'a=/x', '--api-keys', '/nowhere'], '--api-keys /nowhere cannot be read'],
    [['--model', 'a-recognizer=/x'], 'write --model name=DIR'],
  ])('%j is refused with one sentence', async (args, sentence) => {
    const program = run(args);
    expect(await program.exitCode).toBe(1);
    expect(program.output()).toContain(sentence);
    expect(program.output()).not.toContain('    at ');
  });
});

const validator = [process.env['KUBERNETES_VALIDATE'] ?? 'kubernetes-validate'].find(
  (command) => spawnSync(command, ['--help']).status === 0,
);

test.skipIf(validator === undefined)(
  'the Kubernetes manifests fit their schemas (skipped where kubernetes-validate from PyPI is not installed)',
  () => {
    const result = spawnSync(validator!, ['--strict', MANIFESTS], { encoding: 'utf8' });
    expect(result.stdout + result.stderr).not.toContain('ERROR');
    expect(result.status).toBe(0);
  },
);
