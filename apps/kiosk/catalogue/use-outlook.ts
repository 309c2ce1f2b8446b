/** What the totem says of its queues, asked for while somebody chooses. Without an answer the services are offered all the same. */
import type { ServiceOutlook } from '@totem/domain';
import { useDoor } from '@totem/ui';
import { useEffect, useState } from 'react';

/** Estimates in whole minutes need no more. */
const AGAIN_MS = 15_000;

export interface Outlook {
  readonly services: readonly ServiceOutlook[];
  /** Somebody is booked here today, and can check in. */
  readonly takesCheckIns: boolean;
}
const NOTHING_KNOWN: Outlook = { services: [], takesCheckIns: false };

/** The outlook while `isWanted`; the last one known, or of nothing. */
export function useOutlook(isWanted: boolean): Outlook {
  const door = useDoor();
  const [outlook, setOutlook] = useState(NOTHING_KNOWN);
  useEffect(() => {
    if (!isWanted) return;
    let isHere = true;
    const ask = async (): Promise<void> => {
      try {
        const answer = (await door.question('/v1/outlook')) as Outlook;
        if (isHere) setOutlook(answer);
      } catch {
        // The totem's own state is followed elsewhere and says what is wrong; what is not known is not shown.
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      isHere = false;
      clearInterval(timer);
    };
  }, [door, isWanted]);
  return outlook;
}
