/**
 * Bytes of a reader as readings. A reading ends with a carriage return or a line feed, or when the reader has been silent for a
 * moment; one that grows too long is dropped up to its end, so that a stuck trigger fills no memory.
 */
import { READING_LENGTH_MAX, readingOf } from '@totem/domain';

/** With an identifier in front, and spaces around. */
const RAW_LENGTH_MAX = READING_LENGTH_MAX + 16;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

export interface ReadingLines {
  /** The readings that these bytes complete. Bytes may be cut anywhere. */
  push(bytes: Uint8Array): string[];
  /** The reader has fallen silent: what it has said is whole. */
  silence(): string[];
}

export function createReadingLines(): ReadingLines {
  let raw = '';
  let isTooLong = false;
  const end = (): string[] => {
    const reading = isTooLong ? null : readingOf(raw);
    raw = '';
    isTooLong = false;
    return reading === null ? [] : [reading];
  };
  return {
    silence: end,
    push: (bytes) =>
      [...bytes].flatMap((byte) => {
        if (byte === CARRIAGE_RETURN || byte === LINE_FEED) return end();
        if (raw.length >= RAW_LENGTH_MAX) isTooLong = true;
        else raw += String.fromCharCode(byte);
        return [];
      }),
  };
}
