/**
 * Frames of ccTalk: destination, length, source, header, data, checksum. In the plain kind the checksum makes the sum of all
 * bytes a multiple of 256; in the other, a CRC-16 takes the places of source and checksum. A reply has header 0, 5 or 6.
 */
export const HOST = 1;
export const REPLY = 0;
export const NAK = 5;
export const BUSY = 6;

export const CHECKS = ['sum', 'crc'] as const;
export type Check = (typeof CHECKS)[number];

export interface Frame {
  readonly to: number;
  /** Null where the CRC has its place. */
  readonly from: number | null;
  readonly header: number;
  readonly data: Uint8Array;
}

/** Destination, length, source and header before the data; the checksum after it. */
const BEFORE_DATA = 4;
const AROUND_DATA = 5;
const BYTE = 256;

/** The bytes of a frame. @param frame with at most 255 bytes of data. */
export function encodeFrame(
  frame: Omit<Frame, 'from'> & { readonly from: number },
  check: Check,
): Uint8Array {
  const { to, from, header, data } = frame;
  if (check === 'crc') {
    const crc = crc16([to, data.length, header, ...data]);
    return Uint8Array.of(to, data.length, crc % BYTE, header, ...data, Math.floor(crc / BYTE));
  }
  const head = [to, data.length, from, header, ...data];
  return Uint8Array.of(...head, (BYTE - (sumOf(head) % BYTE)) % BYTE);
}

/** The frame at the beginning of these bytes; `short` while more may come, undefined when it is none. */
export function decodeFrame(bytes: Uint8Array, check: Check): Frame | 'short' | undefined {
  const [to, length, from, header] = bytes;
  if (to === undefined || length === undefined || from === undefined || header === undefined) return 'short';
  const size = length + AROUND_DATA;
  if (bytes.length < size) return 'short';
  const data = bytes.slice(BEFORE_DATA, BEFORE_DATA + length);
  if (check === 'sum')
    return sumOf(bytes.subarray(0, size)) % BYTE === 0 ? { to, from, header, data } : undefined;
  const said = from + (bytes[size - 1] ?? 0) * BYTE;
  return crc16([to, length, header, ...data]) === said ? { to, from: null, header, data } : undefined;
}

/** How many bytes a frame with so much data takes. */
export function sizeOf(dataLength: number): number {
  return dataLength + AROUND_DATA;
}

/**
 * The first whole frame for this address, wherever it begins: noise, the host's own echo and what another device said lie
 * before it.
 */
export function findFrame(
  bytes: Uint8Array,
  check: Check,
  isWanted: (frame: Frame) => boolean,
): { readonly frame: Frame; readonly end: number } | undefined {
  for (let start = 0; start < bytes.length; start += 1) {
    const frame = decodeFrame(bytes.subarray(start), check);
    if (frame === undefined || frame === 'short' || !isWanted(frame)) continue;
    return { frame, end: start + sizeOf(frame.data.length) };
  }
  return undefined;
}

function sumOf(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}

/** CRC-16, polynomial 0x1021 from 0. */
function crc16(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
