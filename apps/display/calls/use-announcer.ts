/** The announcer on the real clock: feeds it the rows of the log, wakes it when a turn comes, and says what is new. */
import { useEffect, useReducer, useRef } from 'react';
import {
  ANNOUNCER_START,
  type Announcer,
  announcerReducer,
  type Call,
  currentCall,
  nextChangeMs,
} from './announcer.ts';

/**
 * Follows the log of calls.
 * @param live whether the rows are up to date at this moment.
 * @param onAnnounce called once for each announced call, when it comes on the screen.
 */
export function useAnnouncer(
  calls: readonly Call[],
  live: boolean,
  onAnnounce: (call: Call) => void,
): Announcer {
  const [state, dispatch] = useReducer(announcerReducer, ANNOUNCER_START);

  useEffect(() => {
    dispatch({ type: 'synced', calls, live, nowMs: performance.now() });
  }, [calls, live]);

  useEffect(() => {
    const waitMs = nextChangeMs(state, performance.now());
    if (waitMs === null) return;
    const timer = setTimeout(() => dispatch({ type: 'elapsed', nowMs: performance.now() }), waitMs);
    return () => clearTimeout(timer);
  }, [state]);

  const call = currentCall(state);
  const announcedAtMs = state.announcedAtMs;
  const announced = useRef<number | null>(null);
  useEffect(() => {
    if (call === undefined || announcedAtMs === null || announced.current === announcedAtMs) return;
    announced.current = announcedAtMs;
    onAnnounce(call);
  }, [call, announcedAtMs, onAnnounce]);

  return state;
}
