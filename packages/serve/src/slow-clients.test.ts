import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/server.ts';

/* Clients that hold a connection without using it are cut off; the others do not notice. */

const errors: string[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    timeouts: { head: 400, request: 800, silence: 1_200, check: 50 },
    log: pino({ level: 'error' }, { write: (line) => void errors.push(line) }),
  });
});
afterAll(() => server.close());

function open(): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  // being cut off in the middle of a write is what is tested
  socket.on('error', () => undefined);
  return socket;
}

/** Sends one byte after the other, slower and slower than any timeout allows; what came back, and when. */
async function dribble(first: string, rest: string): Promise<{ answer: string; took: number }> {
  const socket = open();
  const start = performance.now();
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.write(first);
  let at = 0;
  const timer = setInterval(() => socket.write(rest[at++ % rest.length]!), 30);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return { answer, took: performance.now() - start };
}

test('a head that comes byte by byte is answered with 408', async () => {
  const { answer, took } = await dribble('GET /digit/7 HTTP/1.1\r\nHost: x\r\nX-Long: ', 'abc');
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(took).toBeGreaterThan(350);
  expect(took).toBeLessThan(10_000);
});

test('a body that dribbles is answered with 408, while others are served', async () => {
  const head = 'POST /generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const slow = dribble(`${head}Content-Length: 100000\r\n\r\n[`, ' ');
  expect((await server.get('/digit/7')).status).toBe(200);
  const { answer, took } = await slow;
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(took).toBeGreaterThan(750);
  // a client that is slow or leaves is no fault of the service
  expect(errors).toEqual([]);
});

test('a client that asks and never reads is cut off', async () => {
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      server.http.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  const before = await connections();
  const socket = open();
  socket.pause();
  const body = JSON.stringify(Array.from({ length: 1024 }, () => ({})));
  const head = 'POST /generate?format=json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  // 6 MB each: together more than the kernel holds on both sides
  for (let i = 0; i < 4; i++) socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  await expect.poll(connections).toBeGreaterThan(before);
  await expect.poll(connections, { timeout: 15_000, interval: 100 }).toBe(before);
  expect((await server.get('/digit/7')).status).toBe(200);
  expect(errors).toEqual([]);
  socket.destroy();
}, 20_000);
