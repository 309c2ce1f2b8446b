/**
 * Rows out of a page's bytes: the records in the cells of an index b-tree page, which is where SQLite keeps the rows of tables
 * without rowid, and the ledger's are all such. A page that is damaged gives nothing or nonsense; a cell is read by itself,
 * so that one bad cell costs one row. Format: sqlite.org/fileformat2.html, 1.6 and 2.1.
 */
import { PAGE_BYTES } from './pages.ts';

export type Cell = string | number | Buffer | null;

const INTERIOR_INDEX = 0x02;
const LEAF_INDEX = 0x0a;
/** Payload that a cell of an index page holds by itself, at most and at least; the rest is on overflow pages. */
const LOCAL_MAX = Math.floor(((PAGE_BYTES - 12) * 64) / 255) - 23;
const LOCAL_MIN = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
/** Longer is no row of ours. */
const PAYLOAD_BYTES_MAX = 1024 * 1024;
const COLUMNS_MAX = 64;

/** The rows on a page. @param page the page with a number, for what a row has elsewhere. */
export function rowsOn(bytes: Buffer, page: (number: number) => Buffer | undefined): Cell[][] {
  const kind = bytes[0];
  if (kind !== INTERIOR_INDEX && kind !== LEAF_INDEX) return [];
  const isInterior = kind === INTERIOR_INDEX;
  const pointers = isInterior ? 12 : 8;
  const count = Math.min(bytes.readUInt16BE(3), (PAGE_BYTES - pointers) >> 1);
  const rows: Cell[][] = [];
  for (let index = 0; index < count; index += 1) {
    try {
      const at = bytes.readUInt16BE(pointers + 2 * index) + (isInterior ? 4 : 0);
      const row = recordOf(payloadAt(bytes, at, page));
      if (row !== undefined) rows.push(row);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // A pointer or length out of the page: not a cell.
    }
  }
  return rows;
}

function payloadAt(bytes: Buffer, at: number, page: (number: number) => Buffer | undefined): Buffer {
  const [size, start] = varint(bytes, at);
  if (size > PAYLOAD_BYTES_MAX) throw new RangeError('too long');
  if (size <= LOCAL_MAX) return slice(bytes, start, size);
  const fits = LOCAL_MIN + ((size - LOCAL_MIN) % (PAGE_BYTES - 4));
  const local = fits <= LOCAL_MAX ? fits : LOCAL_MIN;
  const pieces = [slice(bytes, start, local)];
  let left = size - local;
  let next = bytes.readUInt32BE(start + local);
  while (left > 0) {
    const more = page(next);
    if (more === undefined) throw new RangeError('no such page');
    const piece = slice(more, 4, Math.min(left, PAGE_BYTES - 4));
    pieces.push(piece);
    left -= piece.length;
    next = more.readUInt32BE(0);
  }
  return Buffer.concat(pieces);
}

function recordOf(payload: Buffer): Cell[] | undefined {
  const [headerBytes, first] = varint(payload, 0);
  if (headerBytes > payload.length) return undefined;
  const cells: Cell[] = [];
  let value = headerBytes;
  for (let at = first; at < headerBytes; ) {
    const [type, next] = varint(payload, at);
    at = next;
    const [cell, bytes] = cellOf(payload, value, type);
    cells.push(cell);
    value += bytes;
    if (cells.length > COLUMNS_MAX) return undefined;
  }
  return value === payload.length ? cells : undefined;
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8] as const;

/** A value by its serial type. @returns it, and the bytes it takes. */
function cellOf(payload: Buffer, at: number, type: number): [Cell, number] {
  if (type === 0) return [null, 0];
  if (type === 8 || type === 9) return [type - 8, 0];
  if (type === 7) return [payload.readDoubleBE(at), 8];
  if (type < 7) {
    const bytes = INTEGER_BYTES[type] ?? 0;
    return [bytes === 8 ? Number(payload.readBigInt64BE(at)) : payload.readIntBE(at, bytes), bytes];
  }
  if (type < 12) throw new RangeError('no such type');
  const length = (type - (type % 2 === 0 ? 12 : 13)) / 2;
  const piece = slice(payload, at, length);
  return [type % 2 === 0 ? piece : piece.toString('utf8'), length];
}

function slice(bytes: Buffer, start: number, length: number): Buffer {
  if (start + length > bytes.length) throw new RangeError('past the end');
  return bytes.subarray(start, start + length);
}

/** SQLite's variable-length integer; one of nine bytes is longer than any length of ours. @returns it and where it ends. */
function varint(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + index + 1];
  }
  throw new RangeError('too large');
}
