import { useRef } from 'preact/hooks';
import { enlarge } from '../picture/enlarge.ts';
import { inkColour, inkImage } from '../picture/ink.ts';
import { usePlayground } from '../state/context.ts';
import { blendLook, lookRows } from '../state/pose.ts';
import { usePoseSentence } from './pose-sentence.ts';
import { useDragCodes } from './use-drag-codes.ts';
import { useDrawing } from './use-drawing.ts';
import { context2d } from '../picture/context.ts';

/** The stroke is drawn at about this many pixels across, whatever the model's size. */
const LARGE = 280;

/**
 * The large picture. Two canvases lie over each other: the model's own cells, exact, and the smoothed stroke.
 * Smoothed is the default because the point is handwriting, and at fifteen times its size the eye sees only
 * squares; the cells are one key away because they are what the network really makes, and they lie exactly on the
 * squares of the paper.
 */
export function Sheet() {
  const playground = usePlayground();
  const { settings, model, motion, engine } = playground;
  const cells = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<HTMLCanvasElement>(null);
  const paper = useRef<HTMLDivElement>(null);
  const sentence = usePoseSentence();
  useDragCodes(paper);
  useDrawing(() => {
    const geometry = model.value?.manifest.image;
    const look = motion.look.value;
    if (geometry === undefined) return;
    engine.scheduler.request('stage', lookRows(look), ({ images }) => {
      const picture = blendLook(look, images);
      const colour = inkColour();
      draw(cells.current, inkImage(picture, geometry, colour));
      // colour pictures have no ink to steepen; the browser's own smoothing serves them
      if (geometry.channels !== 1) return;
      const { width, height } = geometry;
      const factor = Math.max(1, Math.round(LARGE / Math.max(width, height)));
      const large = enlarge(picture, width, height, factor);
      const size = { channels: 1 as const, width: width * factor, height: height * factor };
      draw(stroke.current, inkImage(large, size, colour));
    });
  });
  const image = model.value?.manifest.image ?? { width: 28, height: 28, channels: 1 };
  return (
    <div
      ref={paper}
      class="sheet"
      data-cells={settings.cells.value || image.channels === 3}
      style={{ '--columns': image.width, '--rows': image.height }}
    >
      <canvas ref={cells} class="sheet-cells" data-testid="stage" role="img" aria-label={sentence.value} />
      <canvas ref={stroke} class="sheet-stroke" data-testid="stroke" aria-hidden="true" />
      <SheetSwitches />
    </div>
  );
}

/** How the picture is shown; in its corner, where the eye is. */
function SheetSwitches() {
  const { cells, still } = usePlayground().settings;
  return (
    <div class="switches">
      <button type="button" aria-pressed={cells.value} onClick={() => (cells.value = !cells.value)}>
        Cells
      </button>
      <button type="button" aria-pressed={!still.value} onClick={() => (still.value = !still.value)}>
        Motion
      </button>
    </div>
  );
}

function draw(canvas: HTMLCanvasElement | null, image: ImageData): void {
  if (canvas === null) return;
  if (canvas.width !== image.width || canvas.height !== image.height) {
    canvas.width = image.width;
    canvas.height = image.height;
  }
  context2d(canvas).putImageData(image, 0, 0);
}
