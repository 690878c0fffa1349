import type { Playground } from './playground.ts';

/** Milliseconds of the whole movement. */
const DURATION = 3600;
/** Where the handle goes, as shares of the trained range: thin, thick, left, right, home. */
const PATH: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1.2],
  [0, -1.2],
  [-1, 0.3],
  [1, 0.3],
  [0, 0],
];

/**
 * Moves the handle once by itself, so that a visitor sees what it does before touching it. Any key, wheel or
 * pointer ends it, and nothing it shows is kept: the chosen pose does not change.
 */
export function invite(playground: Playground): void {
  const [x, y] = playground.spec.peek().filter((part) => part.kind === 'uniform');
  if (x === undefined || y === undefined || playground.settings.still.peek()) return;
  const start = performance.now();
  let frame = requestAnimationFrame(step);
  const stop = () => {
    cancelAnimationFrame(frame);
    for (const name of ['pointerdown', 'keydown', 'wheel']) removeEventListener(name, stop, true);
    const { chosen } = playground.pose.peek();
    playground.motion.hold({ [x.name]: chosen[x.name] ?? 0, [y.name]: chosen[y.name] ?? 0 });
  };
  for (const name of ['pointerdown', 'keydown', 'wheel']) addEventListener(name, stop, true);

  function step(now: number): void {
    const way = (Math.max(0, now - start) / DURATION) * (PATH.length - 1);
    const leg = Math.floor(way);
    const [from, to] = [PATH[leg], PATH[leg + 1]];
    if (from === undefined || to === undefined || playground.view.peek() !== 'stage') {
      stop();
      return;
    }
    const t = (1 - Math.cos(Math.PI * (way - leg))) / 2;
    playground.motion.hold({
      [x!.name]: from[0] + t * (to[0] - from[0]),
      [y!.name]: from[1] + t * (to[1] - from[1]),
    });
    frame = requestAnimationFrame(step);
  }
}
