import { categorical, normal, uniform, type LatentSpec } from '@infogan/contract';
import { formatPose, parseAddress, parsePose, slerp } from '@infogan/playground';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const SPEC: LatentSpec = [normal('z', 62), categorical('digit', 10), uniform('c1'), uniform('c2', 3)];

const pose = fc.record({
  chosen: fc.record({
    digit: fc.integer({ min: 0, max: 9 }),
    c1: fc.integer({ min: -200, max: 200 }).map((value) => value / 100 + 0),
    c2: fc.integer({ min: -300, max: 300 }).map((value) => value / 100 + 0),
  }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  edits: fc.constantFrom({}, { z: { 3: -1.25, 61: 0.5 } }),
});

describe('address', () => {
  it('holds every pose: written and read again it is the same', () => {
    fc.assert(
      fc.property(pose, (pose) => {
        const query = new URLSearchParams(formatPose(SPEC, pose).toString());
        expect(parsePose(SPEC, query)).toEqual({ pose, remarks: [] });
      }),
    );
  });

  it('says the codes as the server takes them', () => {
    const pose = { chosen: { digit: 7, c1: 0.8, c2: -0.3 }, seed: 1, edits: {} };
    expect(formatPose(SPEC, pose).toString()).toBe('digit=7&c1=0.8&c2=-0.3&seed=1');
  });

  it('names model and view, either of them optional', () => {
    expect(parseAddress('#/mnist/atlas?digit=7')).toMatchObject({ model: 'mnist', view: 'atlas' });
    expect(parseAddress('#/atlas')).toMatchObject({ model: null, view: 'atlas' });
    expect(parseAddress('')).toMatchObject({ model: null, view: 'stage' });
    const elsewhere = encodeURIComponent('https://example.org/models/x/');
    expect(parseAddress(`#/${elsewhere}/draw`).model).toBe('https://example.org/models/x/');
  });

  it('names each value that it does not understand and keeps the rest', () => {
    const { pose, remarks } = parsePose(SPEC, new URLSearchParams('digit=ten&c1=3&c2=3&seed=-1'));
    expect(pose.chosen).toMatchObject({ c1: 0, c2: 3 });
    expect(remarks).toEqual([
      'digit=ten is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9',
      'c1=3 is not a number in ±2',
      'seed=-1 is not a whole number below 2^32',
    ]);
  });
});

describe('slerp', () => {
  it('keeps to the sphere between two vectors of one length', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (t, angle) => {
          const [a, b] = [Float32Array.of(2, 0), Float32Array.of(2 * Math.cos(angle), 2 * Math.sin(angle))];
          const between = slerp(a, b, t);
          expect(Math.hypot(...between)).toBeCloseTo(2, 4);
          expect(Math.atan2(between[1]!, between[0]!)).toBeCloseTo(t * angle, 4);
        },
      ),
    );
  });

  it('starts and ends exactly, also where there is no arc to follow', () => {
    const a = Float32Array.of(1, 2, 3);
    expect([...slerp(a, a, 0.3)]).toEqual([...a]);
    expect([...slerp(a, Float32Array.of(-1, -2, -3), 0)]).toEqual([...a]);
    expect([...slerp(new Float32Array(3), a, 1)]).toEqual([...a]);
  });
});
