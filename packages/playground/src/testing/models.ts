import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import {
  categorical,
  decodeFloats,
  encodeFloats,
  hashBytes,
  normal,
  uniform,
  type Manifest,
} from '@infogan/contract';
import { writeFixtureModel, type FixtureOptions } from '@infogan/test/fixture-model.ts';
import { readManifest, writeManifest } from './site.ts';

/**
 * Models that need no training, one per thing to be tested; the names of those that the page lists. Beside them
 * lie `broken`, whose generator is cut off, `wrong`, which draws other pictures than its probe holds, and `other`,
 * which is to be dropped on the page.
 */
export async function writeTestModels(directory: string): Promise<string[]> {
  const at = (name: string) => join(directory, name);
  await write(at('mnist'), {
    name: 'mnist',
    // what ruler and judge would have found
    controls: {
      c1: { attribute: 'slant', unit: 'rad', slope: 0.2 },
      c2: { attribute: 'thickness', unit: 'px', slope: 0.6 },
    },
    metrics: { unsupervisedAccuracy: { value: 0.987, low: 0.984, high: 0.989 } },
  });
  await addFile(at('mnist'), 'samples/0000100.png', whitePng(1));
  await addFile(at('mnist'), 'samples/0000200.png', whitePng(2));
  await write(at('other'), { name: 'other' }, { seed: 2 });
  await write(
    at('shapes'),
    { name: 'shapes' },
    {
      latent: [
        categorical('form', ['disc', 'ring', 'star', 'bar']),
        normal('z', 8),
        uniform('size'),
        categorical('style', ['a', 'b', 'c']),
        uniform('bend', 3),
        uniform('twist', 1),
      ],
      image: { width: 24, height: 20, channels: 3 },
    },
  );
  await write(
    at('plain'),
    { name: 'plain' },
    { latent: [normal('z', 16)], image: { width: 28, height: 28, channels: 1 } },
  );
  // classes but no dials and nobody to read them, as a conditional GAN is
  const classes = await writeFixtureModel(at('classes'), {
    latent: [normal('z', 16), categorical('digit', 10)],
  });
  const { 'generator.onnx': generator } = classes.files;
  await writeManifest(at('classes'), {
    ...classes,
    name: 'classes',
    graphs: { generator: 'generator.onnx', recognizer: null },
    files: { 'generator.onnx': generator! },
    probe: { ...classes.probe, readings: null },
  });
  // whole and unchanged files, but one stored cell is another than the network draws
  const { probe } = await writeFixtureModel(at('wrong'));
  const images = decodeFloats(probe.images);
  images[400]! += 0.05;
  await write(at('wrong'), { name: 'wrong', probe: { ...probe, images: encodeFloats(images) } });
  await write(at('broken'), { name: 'broken' });
  await truncate(join(at('broken'), 'generator.onnx'), 1000);
  return ['mnist', 'shapes', 'plain', 'classes'];
}

async function write(
  directory: string,
  changes: Partial<Manifest>,
  options: FixtureOptions = {},
): Promise<void> {
  await writeManifest(directory, { ...(await writeFixtureModel(directory, options)), ...changes });
}

async function addFile(directory: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), bytes);
  const manifest = await readManifest(directory);
  manifest.files[path] = { bytes: bytes.length, sha256: hashBytes(await readFile(join(directory, path))) };
  await writeManifest(directory, manifest);
}

/** A white grey-scale PNG, one pixel high. */
function whitePng(width: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(1, 4);
  header[8] = 8;
  const row = Buffer.from([0, ...Array.from({ length: width }, () => 255)]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(row)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}
