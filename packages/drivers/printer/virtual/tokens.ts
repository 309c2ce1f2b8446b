/**
 * The bytes of a job as commands. Only what the decoder understands has a name; what it does not know is `unknown` with its
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
  /** Times wider and higher; null leaves that as it is. */
  | { readonly kind: 'size'; readonly width: number | null; readonly height: number | null }
  /** Null for the default. */
  | { readonly kind: 'line_spacing'; readonly dots: number | null }
  | { readonly kind: 'feed_lines'; readonly lines: number }
  | { readonly kind: 'feed_dots'; readonly dots: number }
  | {
      readonly kind: 'raster';
      readonly bits: Uint8Array;
      readonly widthBytes: number;
      readonly height: number;
    }
  | { readonly kind: 'qr'; readonly data: string }
  | { readonly kind: 'cut'; readonly cut: 'full' | 'partial'; readonly feedDots: number }
  /** GS r 1. */
  | { readonly kind: 'paper_status' }
  | { readonly kind: 'process_id'; readonly id: Uint8Array }
  /** Star: the counter goes up. */
  | { readonly kind: 'etb' }
  /** The slip comes out of the mouth, or is drawn in. */
  | { readonly kind: 'present' }
  | { readonly kind: 'retract' }
  /** GS a n. */
  | { readonly kind: 'automatic_status'; readonly on: boolean }
  /** Obeyed elsewhere or without effect on paper. */
  | { readonly kind: 'quiet' }
  | { readonly kind: 'unknown'; readonly bytes: Uint8Array };

/** A command and how many bytes it takes; null while it is incomplete. */
export type TokenRead = { readonly token: Token; readonly length: number } | null;

const FIRST_CHAR = 0x20;
const DELETE = 0x7f;
const LF = 0x0a;

/** A character or a line feed, which every dialect has; undefined for anything else. */
export function readText(first: number): TokenRead | undefined {
  if (first >= FIRST_CHAR && first !== DELETE) return { token: { kind: 'char', byte: first }, length: 1 };
  return first === LF ? { token: { kind: 'line_feed' }, length: 1 } : undefined;
}

export function unknownByte(byte: number): TokenRead {
  return { token: { kind: 'unknown', bytes: Uint8Array.of(byte) }, length: 1 };
}

export type CommandReader = (bytes: Uint8Array, at: number) => TokenRead;
export type Commands = Readonly<Record<number, CommandReader>>;

export function readFrom(commands: Commands, bytes: Uint8Array, at: number): TokenRead {
  const second = bytes[at + 1];
  if (second === undefined) return null;
  const command = commands[second];
  if (command !== undefined) return command(bytes, at);
  return { token: { kind: 'unknown', bytes: bytes.slice(at, at + 2) }, length: 2 };
}

/** A command of two bytes and one parameter. */
export function withParameter(tokenOf: (n: number) => Token): CommandReader {
  return (bytes, at) => {
    const n = bytes[at + 2];
    return n === undefined ? null : { token: tokenOf(n), length: 3 };
  };
}

/** A command of two bytes. */
export function alone(token: Token): CommandReader {
  return () => ({ token, length: 2 });
}

export const QUIET: Token = { kind: 'quiet' };
export const quietParameter = withParameter(() => QUIET);
