/** The counter at which the operator sits, from the rows; right after a choice, from the door's answer until the rows show it. */
import type { CounterRow, OperatorSessionRow } from '@totem/domain';
import { useDoor } from '@totem/ui';
import { useCallback, useEffect, useState } from 'react';
import type { Notice } from '../desk/notice.ts';
import { noticeOf } from '../desk/use-desk.ts';
import { mySession } from './occupancy.ts';

/** How long the answer is believed when the rows do not show it. */
const ECHO_WAIT_MS = 3_000;

export interface CounterPlaceTaken {
  readonly counter: CounterRow | undefined;
  readonly isOpening: boolean;
  /** Takes a place. @returns whether it was taken; if not, `tell` was told why. */
  open(counter: CounterRow): Promise<boolean>;
}

export function useCounter(
  counters: readonly CounterRow[],
  sessions: readonly OperatorSessionRow[],
  userId: string,
  tell: (notice: Notice | undefined) => void,
): CounterPlaceTaken {
  const door = useDoor();
  const [opened, setOpened] = useState<string | undefined>();
  const [isOpening, setIsOpening] = useState(false);
  const inRows = mySession(sessions, userId)?.counterId;
  const isShown = opened === inRows;
  useEffect(() => {
    if (opened === undefined) return;
    if (isShown) {
      setOpened(undefined);
      return;
    }
    const timer = setTimeout(() => setOpened(undefined), ECHO_WAIT_MS);
    return () => clearTimeout(timer);
  }, [opened, isShown]);

  const open = useCallback(
    async (counter: CounterRow): Promise<boolean> => {
      setIsOpening(true);
      tell(undefined);
      try {
        await door.command({ type: 'counter.open', counterId: counter.id });
        setOpened(counter.id);
        return true;
      } catch (error) {
        tell(noticeOf(error));
        return false;
      } finally {
        setIsOpening(false);
      }
    },
    [door, tell],
  );

  const counterId = opened ?? inRows;
  return { counter: counters.find((counter) => counter.id === counterId), isOpening, open };
}
