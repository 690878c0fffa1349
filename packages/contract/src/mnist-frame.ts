/** A grey picture of any size: ink in [0, 1], row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly ink: Float32Array;
}

const FRAME = 28;
const BOX = 20;
/** Ink below this share of the darkest stroke counts as paper when the digit's bounding box is sought. */
const PAPER = 0.1;

/**
 * Frames a drawn or photographed digit as MNIST was made (LeCun et al. 1998): the digit's bounding box is
 * scaled, ratio kept, to fit 20x20 by area averaging, then placed on 28x28 with its centre of mass in the centre.
 * @param image ink in [0, 1], 1 = ink (for a dark-on-light picture pass `1 - grey`)
 * @returns float [784]; all zero for a picture without ink
 */
export function frameLikeMnist(image: GreyImage): Float32Array<ArrayBuffer> {
  const frame = new Float32Array(FRAME * FRAME);
  const box = boundingBox(image);
  if (box === null) return frame;
  const scale = BOX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const digit = resampleByArea(image, box, width, height);
  const centre = centreOfMass(digit);
  const left = clamp(Math.round(FRAME / 2 - 0.5 - centre.x), 0, FRAME - width);
  const top = clamp(Math.round(FRAME / 2 - 0.5 - centre.y), 0, FRAME - height);
  for (let y = 0; y < height; y++) {
    frame.set(digit.ink.subarray(y * width, (y + 1) * width), (top + y) * FRAME + left);
  }
  return frame;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function boundingBox({ width, height, ink }: GreyImage): Box | null {
  let darkest = 0;
  for (const value of ink) darkest = Math.max(darkest, value);
  if (darkest <= 0) return null;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x]! <= PAPER * darkest) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each target pixel is the mean of the source area that it covers. */
function resampleByArea(image: GreyImage, box: Box, width: number, height: number): GreyImage {
  const across = coverage(box.left, box.width, width);
  const down = coverage(box.top, box.height, height);
  const ink = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [sy, wy] of down[y]!) {
        for (const [sx, wx] of across[x]!) sum += wy * wx * image.ink[sy * image.width + sx]!;
      }
      ink[y * width + x] = sum;
    }
  }
  return { width, height, ink };
}

/** For each of `to` target cells: the source cells it covers with their share of it. */
function coverage(start: number, from: number, to: number): [number, number][][] {
  const step = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [low, high] = [i * step, (i + 1) * step];
    const cells: [number, number][] = [];
    for (let s = Math.floor(low); s < Math.min(from, Math.ceil(high)); s++) {
      const share = (Math.min(high, s + 1) - Math.max(low, s)) / step;
      if (share > 0) cells.push([start + s, share]);
    }
    return cells;
  });
}

function centreOfMass({ width, ink }: GreyImage): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    x += value * (i % width);
    y += value * Math.floor(i / width);
  });
  return { x: x / mass, y: y / mass };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
