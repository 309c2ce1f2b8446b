/** Calling by itself, for those who want it: some seconds after a service has ended, unless the operator does something else. */
import { useEffect, useRef } from 'react';

/** Enough to reach for the pause. */
export const AUTO_CALL_SECONDS = 8;

/** What decides whether the next call comes by itself. */
export interface AutoCallNow {
  readonly isOn: boolean;
  /** The operator is free: nothing in hand, nothing on its way, no break, no question open. */
  readonly isFree: boolean;
  readonly hasNext: boolean;
  readonly nowMs: number;
}

/** Whole seconds until the next call; undefined while none comes. @param freeSinceMs when a service ended; undefined before one did. */
export function secondsToCall(
  { isOn, isFree, hasNext, nowMs }: AutoCallNow,
  freeSinceMs: number | undefined,
): number | undefined {
  if (!isOn || !isFree || !hasNext || freeSinceMs === undefined) return undefined;
  return Math.max(0, Math.ceil(AUTO_CALL_SECONDS - (nowMs - freeSinceMs) / 1_000));
}

/** Calls when the seconds are over. Only a service that ended here begins them: a page that was just opened calls nobody. */
export function useAutoCall(
  now: AutoCallNow & { readonly inHandId: string | undefined },
  call: () => void,
): number | undefined {
  const freeSince = useRef<number | undefined>(undefined);
  const before = useRef(now.inHandId);
  if (before.current !== now.inHandId) {
    freeSince.current = now.inHandId === undefined ? now.nowMs : undefined;
    before.current = now.inHandId;
  }
  // Whoever takes a break, or is asked something, begins anew afterwards.
  if (freeSince.current !== undefined && (!now.isFree || !now.hasNext)) freeSince.current = now.nowMs;
  const left = secondsToCall(now, freeSince.current);
  const isDue = left === 0;
  useEffect(() => {
    if (!isDue) return;
    freeSince.current = undefined;
    call();
  }, [isDue, call]);
  return left;
}
