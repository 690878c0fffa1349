import { isMainThread, parentPort, type TransferListItem } from 'node:worker_threads';
import { UserError } from '@infogan/contract';
import { paintRows } from '../picture/paint-rows.ts';
import { SmallPngWriter, longestSmallPng } from '../picture/small-png.ts';
import { RequestFault, readUpload } from '../picture/upload.ts';
import { chosenNames, unpackRows } from './protocol.ts';
import type { FromWorker, Timing, ToWorker, Work, WorkKind, WorkerFault } from './protocol.ts';
import { LoadedGraphs } from './sessions.ts';

/* The thread that computes: sessions of every loaded model, and the encoders. */

const models = new Map<number, LoadedGraphs>();
const pngWriters = new WeakMap<LoadedGraphs, SmallPngWriter>();

/** What is carried out in turn and answered. */
type Order = Exclude<ToWorker, { kind: 'crash' }>;

interface Given {
  readonly give: unknown;
  readonly transfer: readonly ArrayBufferLike[];
}

type Handler<K extends WorkKind> = (
  graphs: LoadedGraphs,
  ask: Work[K]['ask'],
  timing: Timing,
) => Promise<{ give: Work[K]['give']; transfer: readonly ArrayBufferLike[] }>;

const handlers: { readonly [K in WorkKind]: Handler<K> } = {
  async pictures(graphs, { packed }, timing) {
    const rows = unpackRows(chosenNames(graphs.manifest.latent), packed);
    const ink = await timed(timing, 'inference', () => graphs.generate(rows));
    return timed(timing, 'encode', () => {
      const geometry = graphs.manifest.image;
      const writer = pngWriters.get(graphs) ?? new SmallPngWriter(geometry);
      pngWriters.set(graphs, writer);
      const bytes = new Uint8Array(rows.length * longestSmallPng(geometry));
      const size = ink.length / rows.length;
      const ends: number[] = [];
      for (let i = 0, at = 0; i < rows.length; i++) ends.push((at = writer.write(ink, i * size, bytes, at)));
      return { give: { bytes, ends }, transfer: [bytes.buffer] };
    });
  },
  async paint(graphs, { rows, paint }, timing) {
    const ink = await timed(timing, 'inference', () => graphs.generate(rows));
    const give = await timed(timing, 'encode', () => paintRows(ink, graphs.manifest.image, paint));
    return { give, transfer: [] };
  },
  async floats(graphs, { rows }, timing) {
    const give = await timed(timing, 'inference', () => graphs.generate(rows));
    return { give, transfer: [give.buffer] };
  },
  async infer(graphs, { graph, feeds, wanted }, timing) {
    const give = await timed(timing, 'inference', () => graphs.infer(graph, feeds, wanted));
    return { give, transfer: [] };
  },
  async read(graphs, { file, maxPixels }, timing) {
    const { framed, darkOnLight } = await readUpload(file, graphs.manifest.image, maxPixels);
    const outputs = await timed(timing, 'inference', () => graphs.recognize(framed));
    return { give: { framed, darkOnLight, outputs }, transfer: [] };
  },
};

async function timed<T>(timing: Timing, part: keyof Timing, run: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  timing[part] += performance.now() - start;
  return result;
}

async function carryOut(message: Order, timing: Timing): Promise<Given> {
  switch (message.kind) {
    case 'load':
      models.set(message.model.key, await LoadedGraphs.load(message.model, message.device));
      return { give: null, transfer: [] };
    case 'unload':
      await models.get(message.key)?.release();
      models.delete(message.key);
      return { give: null, transfer: [] };
    case 'stop':
      for (const graphs of models.values()) await graphs.release();
      models.clear();
      return { give: null, transfer: [] };
    case 'work': {
      const graphs = models.get(message.key);
      if (graphs === undefined) throw new Error(`model ${message.key} is not loaded in this worker`);
      const handle = handlers[message.work] as Handler<WorkKind>;
      return handle(graphs, message.ask as never, timing);
    }
  }
}

/** @throws where nobody catches: the thread ends, but never in the middle of a native call, which would end the process */
function crash(): never {
  throw new Error('told to crash');
}

function describeFault(error: unknown): WorkerFault {
  if (error instanceof RequestFault) return { message: error.message, user: true, status: error.status };
  if (error instanceof UserError) return { message: error.message, user: true };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), user: false };
}

async function answer(message: Order): Promise<void> {
  const timing: Timing = { inference: 0, encode: 0 };
  const port = parentPort!;
  try {
    const { give, transfer } = await carryOut(message, timing);
    const reply: FromWorker = { id: message.id, ok: true, give, timing };
    port.postMessage(reply, transfer as TransferListItem[]);
  } catch (error) {
    const reply: FromWorker = { id: message.id, ok: false, error: describeFault(error) };
    port.postMessage(reply);
  }
  if (message.kind === 'stop') port.close();
}

if (!isMainThread) {
  // one after the other: sessions run serially anyway, and order is what load and unload rely on
  let last = Promise.resolve();
  parentPort!.on('message', (message: ToWorker) => {
    if (message.kind === 'crash') crash();
    last = last.then(() => answer(message));
  });
}
