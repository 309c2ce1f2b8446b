/**
 * Offsets of the Shape protocol. `-1` asks for the beginning, `now` for the end without rows, `0_k` has read chunk k of
 * the initial rows, `<position>_0` has read the log up to that position. Only whole transactions are ever answered, so
 * the second part of a log offset carries nothing.
 */

export type Offset =
  | { readonly kind: 'start' }
  | { readonly kind: 'now' }
  | { readonly kind: 'chunk'; readonly chunk: number }
  | { readonly kind: 'log'; readonly position: bigint };

/** Digits of the greatest 64-bit position, and of a chunk number. */
const pattern = /^(\d{1,19})_(\d{1,9}|inf)$/;

/** Reads an offset as a client sends it; null when it is malformed. */
export function parseOffset(text: string): Offset | null {
  if (text === '-1') return { kind: 'start' };
  if (text === 'now') return { kind: 'now' };
  const [, first, second] = pattern.exec(text) ?? [];
  if (first === undefined || second === undefined) return null;
  const position = BigInt(first);
  if (position > 0n) return { kind: 'log', position };
  return { kind: 'chunk', chunk: second === 'inf' ? Number.MAX_SAFE_INTEGER : Number(second) };
}

/** The offset after chunk `chunk` (from 0) of the initial rows. */
export function chunkOffset(chunk: number): string {
  return `0_${chunk}`;
}

/**
 * The offset after everything up to `position`. A log without any change stands at 0, where the offset of the last of
 * the `chunks` says the same: `0_0` would name the first chunk.
 */
export function logOffset(position: bigint, chunks: number): string {
  return position === 0n ? chunkOffset(Math.max(chunks - 1, 0)) : `${position}_0`;
}
