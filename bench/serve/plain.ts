import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseLatents, generateImages, openModel, toBytes } from '@infogan/contract';
import express from 'express';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';

/* The plain way, as a tutorial would write it: one `session.run` and one `sharp().png()` per request. */

const [directory, port] = process.argv.slice(2) as [string, string];
const { manifest, generator } = await openModel((path) => readFile(join(directory, path)), directory);
const session = await InferenceSession.create(generator);
const { latent, image } = manifest;

const app = express();
// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- express 5 catches them
app.get('/digit/:digit', async (request, response) => {
  const digit = Number(request.params.digit);
  const c1 = Number(request.query['c1'] ?? 0);
  const c2 = Number(request.query['c2'] ?? 0);
  const seed = Number(request.query['seed'] ?? 0);
  if (!(digit >= 0 && digit <= 9) || !(Math.abs(c1) <= 2) || !(Math.abs(c2) <= 2)) {
    response.status(400).json({ error: 'out of range' });
    return;
  }
  const pixels = await generateImages(
    session,
    latent,
    chooseLatents(latent, [{ chosen: { digit, c1, c2 }, seed }]),
  );
  const png = await sharp(toBytes(pixels), {
    raw: { width: image.width, height: image.height, channels: image.channels },
  })
    .png()
    .toBuffer();
  response.type('png').send(png);
});
app.listen(Number(port), '127.0.0.1', () => console.log(`serving on http://localhost:${port}`));
