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

const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Milliseconds since the epoch, as text for entries and rows. @throws RangeError outside the years 0 to 9999. */
export function instantText(epochMs: number): InstantText {
  const text = new Date(epochMs).toISOString();
  if (!CANONICAL.test(text)) throw new RangeError(`not an instant of these times: ${text}`);
  return text;
}

/** Whether a text is an instant in the one form that rows and entries have. */
export function isInstantText(text: string): boolean {
  return CANONICAL.test(text);
}

/** The instant of a text in any RFC 3339 form (also PostgreSQL's `2026-11-23 21:00:00.5+00`), in milliseconds since the epoch. @throws RangeError when it is none. */
export function epochMsOf(text: string): number {
  // Each row that is read passes here: the usual form takes the short way. `Date` takes the 31st of February for a day in
  // March, so its answer counts only when it says the same again.
  if (CANONICAL.test(text)) {
    const short = new Date(text);
    if (!Number.isNaN(short.getTime()) && short.toISOString() === text) return short.getTime();
  }
  return Temporal.Instant.from(text).epochMilliseconds;
}

/** Timers, passed in: a virtual clock in tests, the machine's in `packages/host`. */
export interface Timers {
  /** Runs `run` once after `delayMs` milliseconds. @returns cancels it; harmless when it has run. */
  after(delayMs: number, run: () => void): () => void;
  /** Milliseconds on a clock that never jumps. Only differences mean something. */
  monotonicMs(): number;
}
