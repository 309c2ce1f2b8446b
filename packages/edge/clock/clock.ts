/**
 * The totem's effective clock. A totem's own clock can be wrong by minutes or decades, so every exchange with the cloud
 * teaches the offset to it, and what was last known of the time is the floor and the measure of belief.
 */
import type { Env, Timers } from '@totem/domain';

/** Beyond this difference staff is told. */
export const DRIFT_ALERT_MS = 30_000;
/** A clock further past the last known server time than this is not believed. */
export const BELIEF_MS_MAX = 7 * 86_400_000;
/** A header's time is cut to seconds and some of it is the way: smaller differences teach nothing. */
const DATE_HEADER_SLACK_MS = 2_000;

/** What is kept of the time between starts. */
export interface ClockMemory {
  /** Server time minus this machine's. */
  readonly offsetMs: number;
  readonly lastServerMs: number;
}

/**
 * `behind`: this machine's clock is before a time that is known to have passed. `suspect`: it is further past the last known
 * server time than a totem is believed to be without its link.
 */
export type ClockState = 'ok' | 'drift' | 'behind' | 'suspect';

export interface Clock {
  /** The effective time and the machine's randomness: what the domain is given. */
  readonly env: Env;
  /** Whether entries that are written now must be marked: the effective time is a guess. */
  suspect(): boolean;
  state(): { readonly state: ClockState; readonly offsetMs: number; readonly lastServerMs: number | null };
  /**
   * Learns from an exchange. `precise` is a time with milliseconds, from an answer's body; else a `Date` header.
   * @returns what to keep, when it is worth a write.
   */
  learn(serverMs: number, precise: boolean): ClockMemory | undefined;
}

/** What was learned is kept when it has moved this far, or is this old. */
const KEEP_OFFSET_MS = 1_000;
const KEEP_AFTER_MS = 10 * 60_000;

/** @param lastUsedMs the effective time of the newest entry: a clock that is not believed goes on from there. */
export function createClock(parts: {
  readonly env: Env;
  readonly timers: Timers;
  readonly memory: ClockMemory | undefined;
  readonly lastUsedMs: number | undefined;
}): Clock {
  const { env, timers } = parts;
  const startedAt = timers.monotonicMs();
  let memory = parts.memory;
  let kept = parts.memory;
  // Where time is counted from while the machine's own is not believed.
  let base = { atMs: Math.max(parts.memory?.lastServerMs ?? 0, parts.lastUsedMs ?? 0), monotonic: startedAt };

  const raw = () => env.now() + (memory?.offsetMs ?? 0);
  const counted = () => base.atMs + Math.round(timers.monotonicMs() - base.monotonic);
  const judged = (): ClockState => {
    // Without a word of the cloud, what was written down here is what is known.
    if (memory === undefined) return env.now() < (parts.lastUsedMs ?? 0) ? 'behind' : 'ok';
    const now = raw();
    if (now < memory.lastServerMs) return 'behind';
    if (now > memory.lastServerMs + BELIEF_MS_MAX) return 'suspect';
    return Math.abs(memory.offsetMs) > DRIFT_ALERT_MS ? 'drift' : 'ok';
  };
  const now = (): number => {
    const state = judged();
    return state === 'behind' || state === 'suspect' ? counted() : raw();
  };
  return {
    env: { now, randomBytes: (count) => env.randomBytes(count) },
    suspect() {
      const state = judged();
      // A clock that was put right by seconds is none to doubt: time counts on from where it was.
      return state === 'suspect' || (state === 'behind' && counted() - raw() > DRIFT_ALERT_MS);
    },
    state: () => ({
      state: judged(),
      offsetMs: memory?.offsetMs ?? 0,
      lastServerMs: memory?.lastServerMs ?? null,
    }),
    learn(serverMs, precise) {
      const offsetMs = serverMs - env.now();
      const isNews = precise || Math.abs(offsetMs - (memory?.offsetMs ?? 0)) > DATE_HEADER_SLACK_MS;
      const learned = isNews ? offsetMs : (memory?.offsetMs ?? 0);
      memory = { offsetMs: learned, lastServerMs: Math.min(serverMs, env.now() + learned) };
      base = { atMs: memory.lastServerMs, monotonic: timers.monotonicMs() };
      const isWorthKeeping =
        kept === undefined ||
        Math.abs(kept.offsetMs - memory.offsetMs) > KEEP_OFFSET_MS ||
        Math.abs(memory.lastServerMs - kept.lastServerMs) > KEEP_AFTER_MS;
      if (!isWorthKeeping) return undefined;
      kept = memory;
      return memory;
    },
  };
}
