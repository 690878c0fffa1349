// Runs in the page before its own code: notes when pixels reach a canvas, and which move of the pointer they are
// for. Plain JavaScript, as the browser gets it.
(() => {
  /** Pointer events: when the hand moved, and when the page was told. */
  const pointers = [];
  /** Pictures of the stage: when they were asked of the worker, and when their pixels were on the canvas. */
  const pictures = [];
  const atlas = [];
  const asked = new Map();
  let first = null;
  let answer = null;

  const note = (event) => pointers.push({ moved: event.timeStamp, told: performance.now() });
  // a browser that sends raw updates sends them first; the move that follows is the same movement
  addEventListener('pointermove', note, true);
  addEventListener('pointerrawupdate', note, true);

  const post = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage').value;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.call === 'generate' && message.args[0].length === 1) asked.set(message.id, performance.now());
    post.call(this, message, ...rest);
  };
  const listen = Object.getOwnPropertyDescriptor(EventTarget.prototype, 'addEventListener').value;
  Worker.prototype.addEventListener = function (type, listener, options) {
    // before the page's own listener hears of it
    if (type === 'message') listen.call(this, 'message', ({ data }) => (answer = data.id));
    listen.call(this, type, listener, options);
  };
  const put = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, 'putImageData').value;
  CanvasRenderingContext2D.prototype.putImageData = function (image, x, y) {
    put.call(this, image, x, y);
    const { testid } = this.canvas.dataset;
    const now = performance.now();
    if (testid === 'atlas') atlas.push(now);
    // the visible one of the stage's two canvases is the smoothed stroke
    if (testid !== 'stroke') return;
    if (first === null) {
      first = now;
      globalThis.reportFirstDigit?.();
    }
    if (!asked.has(answer)) return;
    const picture = { asked: asked.get(answer), drawn: now, shown: Infinity };
    pictures.push(picture);
    // a task after the next frame's callbacks runs once that frame, with these pixels, is handed to the screen
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => (picture.shown = performance.now()));
      port1.start();
      port2.postMessage(null);
    });
  };
  const frames = [];
  const countFrames = () => {
    frames.push(performance.now());
    requestAnimationFrame(countFrames);
  };

  globalThis.probe = {
    first: () => first,
    clear: () => [pointers, pictures, atlas].forEach((list) => (list.length = 0)),
    countFrames,
    /**
     * Per movement: milliseconds from the hand to the first pixels that were asked for after the page knew of it, to
     * the end of the frame that shows them, and whether that is the first frame after the movement.
     */
    latencies: () => {
      const movements = new Map();
      for (const pointer of pointers)
        if (!movements.has(pointer.moved)) movements.set(pointer.moved, pointer);
      const all = [...movements.values()];
      return all.flatMap(({ moved, told }, k) => {
        const picture = pictures.find((picture) => picture.asked >= told);
        if (picture === undefined) return [];
        const next = frames.find((time) => time > moved);
        return [
          {
            latency: picture.drawn - moved,
            shown: picture.shown - moved,
            inNextFrame: picture.drawn <= next,
            overtaken: picture.drawn > (all[k + 1]?.moved ?? Infinity),
          },
        ];
      });
    },
    atlasPaints: () => atlas.slice(),
  };
})();
