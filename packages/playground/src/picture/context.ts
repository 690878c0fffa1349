/**
 * A canvas kept in main memory: pictures arrive here as numbers anyway, and what lies on the graphics card is lost
 * with it.
 */
export function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext('2d', { willReadFrequently: true })!;
}
