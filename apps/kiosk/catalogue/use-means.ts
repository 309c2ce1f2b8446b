/** What the totem can be paid with now, asked for while somebody chooses among things that have to be paid first. */
import type { PaymentMeans } from '@totem/domain';
import { useDoor } from '@totem/ui';
import { useEffect, useState } from 'react';

/** A terminal that was away is back on the screen after this. */
const AGAIN_MS = 15_000;
const NONE: readonly PaymentMeans[] = [];

/** The means while `isWanted`; the last ones known, or null before the totem has said. */
export function useMeans(isWanted: boolean): readonly PaymentMeans[] | null {
  const door = useDoor();
  const [means, setMeans] = useState<readonly PaymentMeans[] | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let isHere = true;
    const ask = async (): Promise<void> => {
      try {
        const answer = (await door.question('/v1/payments/means')) as { means: readonly PaymentMeans[] };
        if (isHere) setMeans(answer.means);
      } catch {
        // A totem that does not say what it takes is not paid at.
        if (isHere) setMeans(NONE);
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), AGAIN_MS);
    return () => {
      isHere = false;
      clearInterval(timer);
    };
  }, [door, isWanted]);
  return means;
}
