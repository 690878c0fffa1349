import { expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { Engine, type GpuKind } from './engine.ts';
import type { Device } from './protocol.ts';

const SOURCE = { kind: 'url', url: 'http://localhost/models/mnist/' } as const;
const ROWS = [{ chosen: {}, seed: 1 }];

/** An engine whose devices answer after so many milliseconds; `refusal` is what WebGPU says to a model. */
function engineWith(times: Record<Device, number>, kind: GpuKind, refusal?: string) {
  const closed: Device[] = [];
  const connect = (device: Device) =>
    ({
      ask: async (call: string) => {
        if (call === 'open' && device === 'webgpu' && refusal !== undefined) throw new Error(refusal);
        await new Promise((resolve) => setTimeout(resolve, times[device]));
        return call === 'open' ? { threads: 1 } : { images: new Float32Array(), milliseconds: times[device] };
      },
      close: () => closed.push(device),
    }) as unknown as Connection;
  return { engine: new Engine(connect, () => Promise.resolve(kind)), closed };
}

it('lets a graphics card draw that is faster there and back', async () => {
  const { engine, closed } = engineWith({ wasm: 25, webgpu: 5 }, 'hardware');
  await engine.open(SOURCE);
  expect(await engine.consider(ROWS)).toBe('webgpu');
  expect(engine.device.value).toBe('webgpu');
  expect(closed).toEqual([]);
});

it('stays with wasm where the card is slower or computes otherwise, and says why', async () => {
  const slow = engineWith({ wasm: 5, webgpu: 25 }, 'hardware');
  await slow.engine.open(SOURCE);
  expect(await slow.engine.consider(ROWS)).toBe('wasm');
  expect(slow.engine.device.value).toBe('wasm');
  expect(slow.engine.verdict.value).toMatch(/^Compared on this machine: a picture takes \d+\.\d ms/);
  expect(slow.closed).toEqual(['webgpu']);

  const wrong = engineWith({ wasm: 5, webgpu: 1 }, 'hardware', 'probe: differs by 0.3');
  await wrong.engine.open(SOURCE);
  expect(await wrong.engine.consider(ROWS)).toBe('wasm');
  expect(wrong.engine.verdict.value).toContain('probe: differs by 0.3');
  expect(wrong.closed).toEqual(['webgpu']);
});

it('tries nothing by itself without a card, but does when asked', async () => {
  const { engine } = engineWith({ wasm: 1, webgpu: 2 }, 'software');
  await engine.open(SOURCE);
  expect(await engine.consider(ROWS)).toBe(null);
  expect(engine.device.value).toBe('wasm');
  await engine.use('webgpu');
  expect(engine.device.value).toBe('webgpu');
});
