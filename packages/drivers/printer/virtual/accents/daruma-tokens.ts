/** Daruma's bytes as commands. */
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

const ENQ = 0x05;
const ESC = 0x1b;
const GS = 0x1d;

/** The command that starts at `at`. */
export function readDaruma(bytes: Uint8Array, at: number): TokenRead {
  const first = bytes[at];
  if (first === undefined) return null;
  switch (first) {
    case ESC:
      return readFrom(ESC_COMMANDS, bytes, at);
    case GS:
      return readFrom({ [ENQ]: alone(QUIET) }, bytes, at);
    case ENQ:
      return { token: QUIET, length: 1 };
    default:
      return readText(first) ?? unknownByte(first);
  }
}

const ESC_COMMANDS: Commands = {
  64: alone({ kind: 'initialise' }),
  69: alone({ kind: 'bold', on: true }),
  70: alone({ kind: 'bold', on: false }),
  87: withParameter((n) => ({ kind: 'size', width: n + 1, height: null })),
  106: withParameter((n) => ({ kind: 'align', n })),
  109: alone({ kind: 'cut', cut: 'partial', feedDots: 0 }),
  119: withParameter((n) => ({ kind: 'size', width: null, height: n + 1 })),
  129: readQr,
};

/** ESC 81 hex, the length of what follows, size, correction, data. */
function readQr(bytes: Uint8Array, at: number): TokenRead {
  const [, , low, high] = bytes.subarray(at, at + 4);
  if (low === undefined || high === undefined) return null;
  const length = 4 + low + high * 256;
  if (bytes.length < at + length) return null;
  return {
    token: { kind: 'qr', data: Buffer.from(bytes.slice(at + 6, at + length)).toString('latin1') },
    length,
  };
}
