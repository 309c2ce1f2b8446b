/** The hidden gesture: where, how often, how quickly; and that a customer's touches are none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  GESTURE_MS_MAX,
  GESTURE_TAPS,
  type Gesture,
  gestureAfter,
  isGestureWhole,
  NO_GESTURE,
} from './gesture.ts';

const SCREEN = { width: 1080, height: 1920 };
const taps = (count: number, everyMs: number, at = { x: 40, y: 40 }): Gesture => {
  let gesture: Gesture = NO_GESTURE;
  for (let tap = 0; tap < count; tap++)
    gesture = gestureAfter(gesture, { ...at, atMs: tap * everyMs }, SCREEN);
  return gesture;
};

test.each([
  ['seven quick ones in the corner', GESTURE_TAPS, 300, { x: 0, y: 0 }, true],
  ['six', GESTURE_TAPS - 1, 300, { x: 0, y: 0 }, false],
  ['seven slow ones', GESTURE_TAPS, GESTURE_MS_MAX / 5, { x: 0, y: 0 }, false],
  ['seven beside the corner', GESTURE_TAPS, 300, { x: 200, y: 40 }, false],
  ['seven below it', GESTURE_TAPS, 300, { x: 40, y: 200 }, false],
])('%s', (_title, count, everyMs, at, isWhole) => {
  expect(isGestureWhole(taps(count, everyMs, at))).toBe(isWhole);
});

test('a touch elsewhere begins it anew', () => {
  const begun = taps(GESTURE_TAPS - 1, 100);
  const elsewhere = gestureAfter(begun, { x: 500, y: 900, atMs: 700 }, SCREEN);
  expect(isGestureWhole(gestureAfter(elsewhere, { x: 10, y: 10, atMs: 800 }, SCREEN))).toBe(false);
});

test('no touches outside of the corner are ever the gesture', () => {
  const touch = fc.record({ x: fc.integer({ min: 131, max: 1080 }), y: fc.nat(1920), atMs: fc.nat(10_000) });
  fc.assert(
    fc.property(fc.array(touch, { maxLength: 50 }), (touches) => {
      let gesture: Gesture = NO_GESTURE;
      for (const one of touches) gesture = gestureAfter(gesture, one, SCREEN);
      return !isGestureWhole(gesture);
    }),
  );
});
