// Runs in the page before its own code: notes when pixels reach a canvas. Plain JavaScript, as the browser gets it.
(() => {
  const draws = { stage: [], atlas: [] };
  const pointers = [];
  const put = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, 'putImageData').value;
  CanvasRenderingContext2D.prototype.putImageData = function (image, x, y) {
    put.call(this, image, x, y);
    // the visible one of the stage's two canvases is the smoothed stroke
    const { testid } = this.canvas.dataset;
    const kind = testid === 'stroke' ? 'stage' : testid === 'atlas' ? 'atlas' : null;
    if (kind === 'stage' && draws.stage.length === 0) globalThis.reportFirstDigit?.();
    // a sheet is painted tile by tile; its last tile is the picture
    if (
      kind === 'stage' ||
      (kind === 'atlas' && x + image.width === this.canvas.width && y + image.height === this.canvas.height)
    )
      draws[kind].push(performance.now());
  };
  addEventListener('pointermove', (event) => pointers.push(event.timeStamp), true);
  globalThis.probe = {
    first: () => draws.stage[0] ?? null,
    clear: () => [draws.stage, draws.atlas, pointers].forEach((list) => (list.length = 0)),
    /** For each pointer event that was followed by a picture: milliseconds from the event to its pixels. */
    latencies: () =>
      pointers.flatMap((pointer, k) => {
        const next = pointers[k + 1] ?? Infinity;
        const drawn = draws.stage.find((time) => time >= pointer);
        return drawn === undefined ? [] : [{ latency: drawn - pointer, overtaken: drawn > next }];
      }),
    atlasPaints: () => draws.atlas.slice(),
  };
})();
