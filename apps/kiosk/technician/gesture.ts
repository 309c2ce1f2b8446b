/**
 * The way to the technician's page: seven touches in the upper left corner within four seconds. Nothing on the screen shows it,
 * customers do not touch there, and behind it waits a PIN. Pure.
 */

export const GESTURE_TAPS = 7;
export const GESTURE_MS_MAX = 4_000;
/** Of the smaller side of the screen. */
const CORNER_SHARE = 0.12;

export interface Touch {
  readonly x: number;
  readonly y: number;
  readonly atMs: number;
}

/** The touches that may still be part of it, the newest last. */
export type Gesture = readonly number[];
export const NO_GESTURE: Gesture = [];

/** What has been done of the gesture after another touch. A touch elsewhere begins it anew. */
export function gestureAfter(
  gesture: Gesture,
  { x, y, atMs }: Touch,
  screen: { readonly width: number; readonly height: number },
): Gesture {
  const corner = Math.min(screen.width, screen.height) * CORNER_SHARE;
  if (x > corner || y > corner) return NO_GESTURE;
  return [...gesture.filter((earlier) => atMs - earlier <= GESTURE_MS_MAX), atMs].slice(-GESTURE_TAPS);
}

export const isGestureWhole = (gesture: Gesture): boolean => gesture.length >= GESTURE_TAPS;
