/**
 * The world that pure code is given: a clock and a source of randomness. Domain and sync code takes it as an argument,
 * so that a run can be repeated from a seed; `packages/host` has the real one, `packages/testkit` the virtual one.
 */

/** Clock and randomness, passed in. */
export interface Env {
  /** The current instant in milliseconds since the Unix epoch, UTC. On a totem: its effective clock, see `time/clock.ts`. */
  now(): number;
  /** `count` cryptographically random bytes. */
  randomBytes(count: number): Uint8Array;
}

/** An instant as it is written in entries, rows and answers: UTC with milliseconds, `2026-11-23T21:00:00.000Z`. */
export type InstantText = string;

/** Milliseconds since the epoch, as text for entries and rows. @throws RangeError outside the years 0 to 9999. */
export function instantText(epochMs: number): InstantText {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ smallestUnit: 'millisecond' });
}

/** The instant of a text in any RFC 3339 form (also PostgreSQL's `2026-11-23 21:00:00.5+00`), in milliseconds since the epoch. @throws RangeError when it is none. */
export function epochMsOf(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds;
}

/** Timers, passed in: a virtual clock in tests, the machine's in `packages/host`. */
export interface Timers {
  /** Runs `run` once after `delayMs` milliseconds. @returns cancels it; harmless when it has run. */
  after(delayMs: number, run: () => void): () => void;
  /** Milliseconds on a clock that never jumps. Only differences mean something. */
  monotonicMs(): number;
}
