/**
 * The announcer in time: keeps its state, wakes it when a turn comes, and says once what is announced. Clock and timers come
 * in, so that a test can be the clock, also one whose timers ring a little early, as browsers' do.
 */
import type { Timers } from '@totem/domain';
import {
  ANNOUNCER_START,
  type Announcer,
  type AnnouncerEvent,
  announcerReducer,
  type Call,
  currentCall,
  nextChangeMs,
} from './announcer.ts';

/** A timer that rang too early is set again for at least this long, so that no turn is lost and nothing spins. */
const WAKE_MS_MIN = 20;

export interface AnnouncerLoop {
  current(): Announcer;
  /** The rows of the log as they are now, and whether nothing can have been missed up to this moment. */
  sync(calls: readonly Call[], live: boolean): void;
  /** Hears of each change. @returns stops hearing. */
  subscribe(changed: () => void): () => void;
  /** Forgets its timer. A later `sync` starts it again. */
  stop(): void;
}

/** An announcer that runs. `onAnnounce` is called once for each announced call, when it comes on the screen. */
export function createAnnouncerLoop(timers: Timers, onAnnounce: (call: Call) => void): AnnouncerLoop {
  const listeners = new Set<() => void>();
  let state = ANNOUNCER_START;
  let cancel = (): void => {};

  const send = (event: AnnouncerEvent): void => {
    const before = state;
    state = announcerReducer(state, event);
    plan();
    if (state === before) return;
    const call = currentCall(state);
    const isNew = state.announcedAtMs !== null && state.announcedAtMs !== before.announcedAtMs;
    for (const listener of listeners) listener();
    if (isNew && call !== undefined) onAnnounce(call);
  };
  const plan = (): void => {
    cancel();
    const waitMs = nextChangeMs(state, timers.monotonicMs());
    if (waitMs === null) return;
    cancel = timers.after(Math.max(waitMs, WAKE_MS_MIN), () =>
      send({ type: 'elapsed', nowMs: timers.monotonicMs() }),
    );
  };

  return {
    current: () => state,
    sync: (calls, live) => send({ type: 'synced', calls, live, nowMs: timers.monotonicMs() }),
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    stop: () => cancel(),
  };
}
