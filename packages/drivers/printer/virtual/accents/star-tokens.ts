/** Star Line bytes as commands. */
import { ETB } from '../../talk/star-talk.ts';
import {
  alone,
  type Commands,
  QUIET,
  readFrom,
  readText,
  type TokenRead,
  unknownByte,
  withParameter,
} from '../tokens.ts';

const ESC = 0x1b;

/** The command that starts at `at`. */
export function readStar(bytes: Uint8Array, at: number): TokenRead {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first === ESC) return readFrom(ESC_COMMANDS, bytes, at);
  if (first === ETB) return { token: { kind: 'etb' }, length: 1 };
  return readText(first) ?? unknownByte(first);
}

const ESC_COMMANDS: Commands = {
  // The real-time question was answered when it arrived; in line it only takes its place.
  6: (bytes, at) => (bytes.length < at + 3 ? null : { token: QUIET, length: 3 }),
  29: readGroup,
  52: alone({ kind: 'inverted', on: true }),
  53: alone({ kind: 'inverted', on: false }),
  64: alone({ kind: 'initialise' }),
  69: alone({ kind: 'bold', on: true }),
  70: alone({ kind: 'bold', on: false }),
  97: withParameter((lines) => ({ kind: 'feed_lines', lines })),
  100: withParameter((n) => ({ kind: 'cut', cut: n === 2 ? 'full' : 'partial', feedDots: 0 })),
  105: readSize,
};

/** ESC i height width. */
function readSize(bytes: Uint8Array, at: number): TokenRead {
  const [, , height, width] = bytes.subarray(at, at + 4);
  if (height === undefined || width === undefined) return null;
  return { token: { kind: 'size', width: width + 1, height: height + 1 }, length: 4 };
}

/** ESC GS a n aligns, ESC GS t n selects a code page, ESC GS S draws. */
function readGroup(bytes: Uint8Array, at: number): TokenRead {
  const [, , name, n] = bytes.subarray(at, at + 4);
  if (name === undefined || n === undefined) return null;
  switch (name) {
    case 0x61:
      return { token: { kind: 'align', n }, length: 4 };
    case 0x74:
      return { token: { kind: 'code_page', number: n }, length: 4 };
    case 0x53:
      return readDots(bytes, at);
    default:
      return { token: { kind: 'unknown', bytes: bytes.slice(at, at + 4) }, length: 4 };
  }
}

const DOTS_HEAD = 9;

/** ESC GS S m xL xH yL yH n, then rows of dots. */
function readDots(bytes: Uint8Array, at: number): TokenRead {
  const head = bytes.subarray(at, at + DOTS_HEAD);
  if (head.length < DOTS_HEAD) return null;
  const [, , , , xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = head;
  const widthBytes = xLow + xHigh * 256;
  const height = yLow + yHigh * 256;
  const length = DOTS_HEAD + widthBytes * height;
  if (bytes.length < at + length) return null;
  const bits = bytes.slice(at + DOTS_HEAD, at + length);
  return { token: { kind: 'raster', bits, widthBytes, height }, length };
}
