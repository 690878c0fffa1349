import { frameLikeMnist, type GreyImage, type ImageGeometry } from '@infogan/contract';
import sharp from 'sharp';

/** A fault of the request that only the worker can see, with the HTTP status that says so. */
export class RequestFault extends Error {
  override name = 'RequestFault';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Longest side at which strokes are looked at; larger uploads are reduced first. */
const WORKING_SIDE = 512;

/**
 * Decodes an uploaded picture of a character, finds out whether it is dark on light, and frames it as the
 * training pictures were.
 * @param maxPixels larger pictures are refused from their header alone, before a pixel is decoded
 * @returns float [channels * height * width] in [0, 1], 1 = ink
 * @throws RequestFault 413 for too many pixels, 415 for bytes that are no picture, 422 for an empty one
 */
export async function readUpload(
  file: Uint8Array,
  geometry: ImageGeometry,
  maxPixels: number,
): Promise<{ framed: Float32Array; darkOnLight: boolean }> {
  const decoded = await decode(file, maxPixels);
  const { image, darkOnLight } = findInk(decoded);
  const framed = frame(image, geometry);
  if (framed.every((value) => value <= 0)) {
    throw new RequestFault(422, 'read: the picture is of one colour; send one with a drawn digit on it');
  }
  return { framed: await matchGeometry(framed, image, geometry), darkOnLight };
}

interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Luminance in [0, 1] on white, or null where transparency alone draws the picture. */
  readonly grey: Float32Array;
  readonly alpha: Float32Array | null;
}

async function decode(file: Uint8Array, maxPixels: number): Promise<Decoded> {
  const options = { limitInputPixels: maxPixels, failOn: 'error' as const, pages: 1 };
  const metadata = await sharp(file, { ...options, limitInputPixels: false })
    .metadata()
    .catch(() => null);
  if (metadata === null || !['png', 'jpeg', 'webp'].includes(metadata.format ?? '')) {
    throw new RequestFault(415, 'read: the body is no PNG, JPEG or WebP picture');
  }
  const pixels = metadata.width * metadata.height;
  if (pixels > maxPixels) {
    throw new RequestFault(
      413,
      `read: at most ${maxPixels} pixels are decoded, got ${metadata.width}x${metadata.height}; send it smaller`,
    );
  }
  try {
    const { data, info } = await sharp(file, options)
      .rotate()
      .resize(WORKING_SIDE, WORKING_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const count = info.width * info.height;
    const grey = new Float32Array(count);
    const alpha = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const at = i * 4;
      grey[i] = (0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!) / 255;
      alpha[i] = data[at + 3]! / 255;
    }
    const opaque = alpha.every((value) => value > 0.98);
    return { width: info.width, height: info.height, grey, alpha: opaque ? null : alpha };
  } catch {
    throw new RequestFault(415, 'read: the picture is damaged and cannot be decoded; send it again');
  }
}

/**
 * Which of light and dark is ink: the border is nearly always paper, so its median tells. A transparent
 * picture is drawn by what is opaque in it.
 */
function findInk({ width, height, grey, alpha }: Decoded): { image: GreyImage; darkOnLight: boolean } {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(grey[x]!, grey[(height - 1) * width + x]!);
  for (let y = 0; y < height; y++) edge.push(grey[y * width]!, grey[y * width + width - 1]!);
  const paper = edge.sort((a, b) => a - b)[Math.floor(edge.length / 2)]!;
  const darkOnLight = alpha === null && paper > 0.5;
  const ink = alpha === null ? grey.map((value) => Math.abs(value - paper)) : alpha;
  return { image: { width, height, ink: stretch(ink) }, darkOnLight };
}

/** Full ink becomes 1; differences from paper of under a tenth of it (shadows, JPEG noise) become 0. */
function stretch(ink: Float32Array): Float32Array {
  let darkest = 0;
  for (const value of ink) darkest = Math.max(darkest, value);
  if (darkest < 0.05) return new Float32Array(ink.length);
  const floor = 0.1 * darkest;
  return ink.map((value) => Math.min(1, Math.max(0, (value - floor) / (0.85 * darkest - floor))));
}

function frame(image: GreyImage, geometry: ImageGeometry): Float32Array {
  return isMnist(geometry) ? frameLikeMnist(image) : image.ink;
}

function isMnist({ width, height, channels }: ImageGeometry): boolean {
  return width === 28 && height === 28 && channels === 1;
}

/** Models of other sizes get the whole picture, scaled into their frame. */
async function matchGeometry(
  framed: Float32Array,
  image: GreyImage,
  geometry: ImageGeometry,
): Promise<Float32Array> {
  if (isMnist(geometry)) return framed;
  const { width, height, channels } = geometry;
  const bytes = Uint8Array.from(framed, (value) => Math.round(value * 255));
  const data = await sharp(bytes, { raw: { width: image.width, height: image.height, channels: 1 } })
    .resize(width, height, { fit: 'contain', background: '#000' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const plane = Float32Array.from(data.subarray(0, width * height), (value) => value / 255);
  const planes = new Float32Array(channels * plane.length);
  for (let c = 0; c < channels; c++) planes.set(plane, c * plane.length);
  return planes;
}
