/** The name of whoever was called: asked for only once the ticket is in hand, and gone from the page with it. */
import type { Door } from '@totem/ui';
import { useEffect, useState } from 'react';

/** Undefined while nothing is known: no name was given, or nobody answers who has it. */
export function usePerson(cloudDoor: Door, ticketId: string | undefined): string | undefined {
  const [known, setKnown] = useState<{ readonly ticketId: string; readonly name: string } | undefined>();
  useEffect(() => {
    if (ticketId === undefined) return;
    let isOver = false;
    void cloudDoor.question(`/v1/tickets/${ticketId}/person`).then(
      (answer) => {
        const name = nameIn(answer);
        if (!isOver) setKnown(name === undefined ? undefined : { ticketId, name });
      },
      // People are served without a name, too.
      () => {},
    );
    return () => {
      isOver = true;
      setKnown(undefined);
    };
  }, [cloudDoor, ticketId]);
  return known?.ticketId === ticketId ? known?.name : undefined;
}

/** The social name stands before the one of the register (Decreto 8.727/2016). */
function nameIn(answer: unknown): string | undefined {
  const { socialName, name } = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<
    Record<string, unknown>
  >;
  return [socialName, name].find((text): text is string => typeof text === 'string' && text !== '');
}
