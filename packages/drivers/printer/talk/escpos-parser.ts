/**
 * Sorts the bytes a printer sends. Answers to different questions arrive mixed on one line, and some were never asked
 * for; their fixed bits tell them apart when tried in the right order: flow control, blocks, real-time answers, automatic
 * status, single answers.
 */
import type { PrinterReply, ReplyParser } from './reply.ts';

/** Longest block that is kept: serial numbers and process ids are far shorter. A longer one is dropped. */
export const BLOCK_BYTES_MAX = 128;

const XON = 0x11;
const XOFF = 0x13;
const BLOCK_HEADERS: ReadonlySet<number> = new Set([0x35, 0x37, 0x3b, 0x3d, 0x5f]);
const AUTOMATIC_BYTES = 4;
/** DLE and the header of a presenter's full status: no automatic status begins so. */
const FULL_STATUS = [0x10, 0x0f] as const;
const FULL_STATUS_BYTES = 4;

/** What is being collected: a block up to its NUL, or so many bytes of a status. */
type Pending = { readonly kind: 'block' | 'automatic' | 'presenter'; readonly bytes: number[] };

export function createEscPosParser({ hasPresenter = false } = {}): ReplyParser {
  let pending: Pending | null = null;

  const start = (byte: number): PrinterReply | null => {
    if (BLOCK_HEADERS.has(byte)) pending = { kind: 'block', bytes: [byte] };
    else if ((byte & 0x93) === 0x12) return { kind: 'realtime', byte };
    else if ((byte & 0x93) === 0x10) pending = { kind: 'automatic', bytes: [byte] };
    else if ((byte & 0x90) === 0) return { kind: 'single', byte };
    return null;
  };

  const inBlock = ({ bytes }: Pending, byte: number): PrinterReply | null => {
    if (byte !== 0 && bytes.length < BLOCK_BYTES_MAX) {
      bytes.push(byte);
      return null;
    }
    pending = null;
    const [header = 0, ...data] = bytes;
    return byte === 0 ? { kind: 'block', header, data: Uint8Array.from(data) } : null;
  };

  const inAutomatic = ({ bytes }: Pending, byte: number): PrinterReply | null => {
    const [dle, header] = FULL_STATUS;
    if (hasPresenter && bytes.length === 1 && bytes[0] === dle && byte === header) {
      pending = { kind: 'presenter', bytes: [] };
      return null;
    }
    if ((byte & 0x90) !== 0) {
      // No second, third or fourth byte looks like this: the first was something else, and this one begins anew.
      pending = null;
      return start(byte);
    }
    bytes.push(byte);
    if (bytes.length < AUTOMATIC_BYTES) return null;
    pending = null;
    return { kind: 'automatic', bytes: Uint8Array.from(bytes) };
  };

  const inPresenter = ({ bytes }: Pending, byte: number): PrinterReply | null => {
    bytes.push(byte);
    if (bytes.length < FULL_STATUS_BYTES) return null;
    pending = null;
    return { kind: 'presenter', bytes: Uint8Array.from(bytes) };
  };

  const take = (byte: number): PrinterReply | null => {
    if (pending?.kind === 'presenter') return inPresenter(pending, byte);
    if (byte === XON || byte === XOFF) return null;
    if (pending === null) return start(byte);
    return pending.kind === 'block' ? inBlock(pending, byte) : inAutomatic(pending, byte);
  };

  return {
    push: (bytes) => [...bytes].map(take).filter((reply) => reply !== null),
  };
}
