/** The end of a session by itself, in a component: every touch and every second is told to `idle.ts`. */
import { useEffect, useEffectEvent, useState } from 'react';
import { type IdleEvent, type IdleLimits, idleAfter, idleAtStart, idleLeftMs } from './idle.ts';

const TICK_MS = 500;
/** What is touched inside an element with this attribute answers the question itself. */
export const IDLE_ANSWER = 'data-idle-answer';

export interface Idle {
  readonly isAsking: boolean;
  /** Until something happens if nobody touches anything. */
  readonly leftMs: number;
  /** The customer wants more time. */
  readonly goOn: () => void;
}

/** Watches for as long as there are limits; without, time stands still. `onOver` is called once. */
export function useIdle(limits: IdleLimits | null, onOver: () => void): Idle {
  const [{ state, now }, setView] = useState(() => viewAt(performance.now()));
  const happened = useEffectEvent((event: IdleEvent) => {
    const next = idleAfter(state, event);
    setView({ state: next, now: event.at });
    if (next.phase === 'over' && state.phase !== 'over') onOver();
  });
  // Another page is a new wait.
  useEffect(() => {
    setView(viewAt(performance.now()));
    if (limits === null) return;
    const touched = (event: Event): void => {
      const isAnswer = event.target instanceof Element && event.target.closest(`[${IDLE_ANSWER}]`) !== null;
      if (!isAnswer) happened({ kind: 'touched', at: performance.now() });
    };
    const timer = setInterval(() => happened({ kind: 'passed', at: performance.now(), limits }), TICK_MS);
    const kinds = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const kind of kinds) addEventListener(kind, touched, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      for (const kind of kinds) removeEventListener(kind, touched, { capture: true });
    };
  }, [limits]);
  return {
    isAsking: state.phase === 'asking',
    leftMs: limits === null ? Number.POSITIVE_INFINITY : idleLeftMs(state, limits, now),
    goOn: () => happened({ kind: 'touched', at: performance.now() }),
  };
}

function viewAt(now: number) {
  return { state: idleAtStart(now), now };
}
