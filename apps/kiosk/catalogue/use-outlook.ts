/** What the totem says of its queues, asked for while somebody chooses. Without an answer the services are offered all the same. */
import type { ServiceOutlook } from '@totem/domain';
import { useDoor } from '@totem/ui';
import { useEffect, useState } from 'react';

/** Estimates in whole minutes need no more. */
const AGAIN_MS = 15_000;

/** The outlooks while `isWanted`; the last ones known, or none. */
export function useOutlook(isWanted: boolean): readonly ServiceOutlook[] {
  const door = useDoor();
  const [outlooks, setOutlooks] = useState<readonly ServiceOutlook[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    let isHere = true;
    const ask = async (): Promise<void> => {
      try {
        const answer = (await door.question('/v1/outlook')) as { services: readonly ServiceOutlook[] };
        if (isHere) setOutlooks(answer.services);
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
  return outlooks;
}
