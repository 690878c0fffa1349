import type { Drawing } from '../engine/protocol.ts';
import { context2d } from '../picture/context.ts';

/** Side of the raster that is read, in pixels: ten per cell of MNIST's 28. */
const SIZE = 280;
/** Width of the pen as a share of the sheet: MNIST's strokes are about this wide in a digit of usual size. */
const PEN = 0.095;

export interface Point {
  /** Share of the sheet's width and height, 0 to 1. */
  readonly x: number;
  readonly y: number;
}

/** Strokes on a sheet: drawn, undone, and handed over as ink. */
export class Strokes {
  readonly #strokes: Point[][] = [];

  begin(point: Point): void {
    this.#strokes.push([point]);
  }

  extend(point: Point): void {
    this.#strokes.at(-1)?.push(point);
  }

  undo(): void {
    this.#strokes.pop();
  }

  clear(): void {
    this.#strokes.length = 0;
  }

  get empty(): boolean {
    return this.#strokes.length === 0;
  }

  /** Draws all strokes, round and smooth, filling the canvas. */
  paint(canvas: HTMLCanvasElement, colour: string): void {
    const context = context2d(canvas);
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    Object.assign(context, {
      lineWidth: PEN * width,
      lineCap: 'round',
      lineJoin: 'round',
      strokeStyle: colour,
    });
    for (const stroke of this.#strokes) {
      const [first] = stroke;
      if (first === undefined) continue;
      context.beginPath();
      context.moveTo(first.x * width, first.y * height);
      // curves through the middles of successive points: no corners from a quick hand
      for (let i = 1; i < stroke.length; i++) {
        const [a, b] = [stroke[i - 1]!, stroke[i]!];
        context.quadraticCurveTo(
          a.x * width,
          a.y * height,
          ((a.x + b.x) / 2) * width,
          ((a.y + b.y) / 2) * height,
        );
      }
      const last = stroke.at(-1)!;
      context.lineTo(last.x * width, last.y * height);
      context.stroke();
    }
  }

  /** The strokes as ink in [0, 1]. */
  ink(): Drawing {
    const canvas = Object.assign(document.createElement('canvas'), { width: SIZE, height: SIZE });
    this.paint(canvas, 'black');
    const { data } = context2d(canvas).getImageData(0, 0, SIZE, SIZE);
    return {
      width: SIZE,
      height: SIZE,
      ink: Float32Array.from({ length: SIZE * SIZE }, (_, i) => data[4 * i + 3]! / 255),
    };
  }
}
