/**
 * ESC/POS bytes as commands. Only what the decoder understands has a name; what it does not know is `unknown` with its
 * first two bytes, so that a test can demand that there is none.
 */

export type Token =
  | { readonly kind: 'char'; readonly byte: number }
  | { readonly kind: 'line_feed' }
  | { readonly kind: 'initialise' }
  | { readonly kind: 'code_page'; readonly number: number }
  | { readonly kind: 'align'; readonly n: number }
  | { readonly kind: 'bold'; readonly on: boolean }
  | { readonly kind: 'inverted'; readonly on: boolean }
  /** GS !: times wider and higher. */
  | { readonly kind: 'size'; readonly width: number; readonly height: number }
  /** ESC 3 n, or ESC 2 for null, the default. */
  | { readonly kind: 'line_spacing'; readonly dots: number | null }
  | { readonly kind: 'feed_lines'; readonly lines: number }
  | { readonly kind: 'feed_dots'; readonly dots: number }
  | {
      readonly kind: 'raster';
      readonly bits: Uint8Array;
      readonly widthBytes: number;
      readonly height: number;
    }
  | { readonly kind: 'cut'; readonly cut: 'full' | 'partial'; readonly feedDots: number }
  /** GS r 1. */
  | { readonly kind: 'paper_status' }
  | { readonly kind: 'process_id'; readonly id: Uint8Array }
  /** GS a n. */
  | { readonly kind: 'automatic_status'; readonly on: boolean }
  /** Obeyed elsewhere or without effect on paper. */
  | { readonly kind: 'quiet' }
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array };

/** A command and how many bytes it takes; null while it is incomplete. */
export type TokenRead = { readonly token: Token; readonly length: number } | null;

const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = 0x0a;
const FIRST_CHAR = 0x20;
const DELETE = 0x7f;

/** The command that starts at `at`. */
export function readToken(bytes: Uint8Array, at: number): TokenRead {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first >= FIRST_CHAR && first !== DELETE) return { token: { kind: 'char', byte: first }, length: 1 };
  switch (first) {
    case LF:
      return { token: { kind: 'line_feed' }, length: 1 };
    case ESC:
      return readFrom(ESC_COMMANDS, bytes, at);
    case GS:
      return readFrom(GS_COMMANDS, bytes, at);
    case FS:
      return readFrom(FS_COMMANDS, bytes, at);
    case DLE:
      return readFrom(DLE_COMMANDS, bytes, at);
    default:
      return { token: { kind: 'unknown', bytes: Uint8Array.of(first) }, length: 1 };
  }
}

type CommandReader = (bytes: Uint8Array, at: number) => TokenRead;
type Commands = Readonly<Record<number, CommandReader>>;

function readFrom(commands: Commands, bytes: Uint8Array, at: number): TokenRead {
  const second = bytes[at + 1];
  if (second === undefined) return null;
  const command = commands[second];
  if (command !== undefined) return command(bytes, at);
  return { token: { kind: 'unknown', bytes: bytes.slice(at, at + 2) }, length: 2 };
}

/** A command of two bytes and one parameter. */
function withParameter(tokenOf: (n: number) => Token): CommandReader {
  return (bytes, at) => {
    const n = bytes[at + 2];
    return n === undefined ? null : { token: tokenOf(n), length: 3 };
  };
}

/** A command of two bytes. */
function alone(token: Token): CommandReader {
  return () => ({ token, length: 2 });
}

const QUIET: Token = { kind: 'quiet' };
const quietParameter = withParameter(() => QUIET);

const ESC_COMMANDS: Commands = {
  33: quietParameter,
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
  116: withParameter((number) => ({ kind: 'code_page', number })),
};

const GS_COMMANDS: Commands = {
  33: withParameter((n) => ({ kind: 'size', width: ((n >> 4) & 7) + 1, height: (n & 7) + 1 })),
  40: readParenthesis,
  66: withParameter((n) => ({ kind: 'inverted', on: (n & 1) === 1 })),
  86: readCut,
  97: withParameter((n) => ({ kind: 'automatic_status', on: n !== 0 })),
  114: withParameter((n) => (n % 48 === 1 ? { kind: 'paper_status' } : QUIET)),
  118: readRaster,
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
