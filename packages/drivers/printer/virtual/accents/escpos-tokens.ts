/** ESC/POS bytes as commands. */
import {
  alone,
  type Commands,
  QUIET,
  quietParameter,
  readFrom,
  readText,
  type TokenRead,
  unknownByte,
  withParameter,
} from '../tokens.ts';

const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;

/** The command that starts at `at`. */
export function readEscPos(bytes: Uint8Array, at: number): TokenRead {
  const first = bytes[at];
  if (first === undefined) return null;
  switch (first) {
    case ESC:
      return readFrom(ESC_COMMANDS, bytes, at);
    case GS:
      return readFrom(GS_COMMANDS, bytes, at);
    case FS:
      return readFrom(FS_COMMANDS, bytes, at);
    case DLE:
      return readFrom(DLE_COMMANDS, bytes, at);
    default:
      return readText(first) ?? unknownByte(first);
  }
}

const ESC_COMMANDS: Commands = {
  33: quietParameter,
  42: readColumns,
  45: quietParameter,
  50: alone({ kind: 'line_spacing', dots: null }),
  51: withParameter((dots) => ({ kind: 'line_spacing', dots })),
  61: quietParameter,
  64: alone({ kind: 'initialise' }),
  69: withParameter((n) => ({ kind: 'bold', on: (n & 1) === 1 })),
  74: withParameter((dots) => ({ kind: 'feed_dots', dots })),
  77: quietParameter,
  97: withParameter((n) => ({ kind: 'align', n: n % 48 })),
  100: withParameter((lines) => ({ kind: 'feed_lines', lines })),
  105: alone({ kind: 'cut', cut: 'full', feedDots: 0 }),
  109: alone({ kind: 'cut', cut: 'partial', feedDots: 0 }),
  116: withParameter((number) => ({ kind: 'code_page', number })),
};

const GS_COMMANDS: Commands = {
  33: withParameter((n) => ({ kind: 'size', width: ((n >> 4) & 7) + 1, height: (n & 7) + 1 })),
  40: readParenthesis,
  66: withParameter((n) => ({ kind: 'inverted', on: (n & 1) === 1 })),
  86: readCut,
  97: withParameter((n) => ({ kind: 'automatic_status', on: n !== 0 })),
  101: readPresenter,
  114: withParameter((n) => (n % 48 === 1 ? { kind: 'paper_status' } : QUIET)),
  118: readRaster,
  // Bematech's choice of command set.
  249: (bytes, at) => (bytes.length < at + 4 ? null : { token: QUIET, length: 4 }),
};

const FS_COMMANDS: Commands = { 46: alone(QUIET) };

/** Real-time commands were obeyed when they arrived; in line they only take their place. */
const DLE_COMMANDS: Commands = { 4: quietParameter, 5: quietParameter };

/** GS ( x pL pH data. */
function readParenthesis(bytes: Uint8Array, at: number): TokenRead {
  const header = bytes.subarray(at, at + 5);
  const [, , name, low = 0, high = 0] = header;
  const length = 5 + low + high * 256;
  if (header.length < 5 || bytes.length < at + length) return null;
  const data = bytes.slice(at + 5, at + length);
  const isProcessId = name === 0x48 && data.length === 6 && data[0] === 0x30 && data[1] === 0x30;
  return { token: isProcessId ? { kind: 'process_id', id: data.slice(2) } : QUIET, length };
}

/** GS e n: 3 m presents, 2 and 5 take the slip away, 6 asks. */
function readPresenter(bytes: Uint8Array, at: number): TokenRead {
  const n = bytes[at + 2];
  if (n === undefined) return null;
  if (n !== 3) return { token: n === 2 || n === 5 ? { kind: 'retract' } : QUIET, length: 3 };
  return bytes.length < at + 4 ? null : { token: { kind: 'present' }, length: 4 };
}

/** GS V m, or GS V m n with n more dots for m of 65 and 66. */
function readCut(bytes: Uint8Array, at: number): TokenRead {
  const m = bytes[at + 2];
  if (m === undefined) return null;
  const feeds = m === 65 || m === 66;
  const n = feeds ? bytes[at + 3] : 0;
  if (n === undefined) return null;
  const cut = m % 2 === (feeds ? 1 : 0) ? 'full' : 'partial';
  return { token: { kind: 'cut', cut, feedDots: n }, length: feeds ? 4 : 3 };
}

/** GS v 0 m xL xH yL yH data. */
function readRaster(bytes: Uint8Array, at: number): TokenRead {
  const header = bytes.subarray(at, at + 8);
  if (header.length < 8) return null;
  const [, , , , xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = header;
  const widthBytes = xLow + xHigh * 256;
  const height = yLow + yHigh * 256;
  const length = 8 + widthBytes * height;
  if (bytes.length < at + length) return null;
  return { token: { kind: 'raster', bits: bytes.slice(at + 8, at + length), widthBytes, height }, length };
}

const COLUMN_BYTES = 3;
const COLUMNS_HEAD = 5;

/** ESC * 33 nL nH, columns of 24 dots, and the line feed that ends them: a band of raster. */
function readColumns(bytes: Uint8Array, at: number): TokenRead {
  const head = bytes.subarray(at, at + COLUMNS_HEAD);
  const [, , , low = 0, high = 0] = head;
  const width = low + high * 256;
  const length = COLUMNS_HEAD + width * COLUMN_BYTES + 1;
  if (head.length < COLUMNS_HEAD || bytes.length < at + length) return null;
  const widthBytes = Math.ceil(width / 8);
  const bits = new Uint8Array(widthBytes * COLUMN_BYTES * 8);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < COLUMN_BYTES * 8; y++) {
      const column = bytes[at + COLUMNS_HEAD + x * COLUMN_BYTES + (y >> 3)] ?? 0;
      if ((column & (0x80 >> (y & 7))) === 0) continue;
      const dot = y * widthBytes + (x >> 3);
      bits[dot] = (bits[dot] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return { token: { kind: 'raster', bits, widthBytes, height: COLUMN_BYTES * 8 }, length };
}
