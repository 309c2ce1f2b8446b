/** Asks for what was wished, once for each id of a wish. */
import type { CommandId } from '@totem/domain';
import { asDoorError, useDoor, useLocale } from '@totem/ui';
import { type ActionDispatch, useEffect, useEffectEvent } from 'react';
import type { Flow, FlowEvent, Wish } from './flow.ts';

/** Gives the command of a flow that waits for its ticket, and tells the flow what came of it. */
export function useIssuing(flow: Flow, happened: ActionDispatch<[FlowEvent]>): void {
  const door = useDoor();
  const { locale } = useLocale();
  const issue = useEffectEvent(async ({ choice, document, commandId, priceCents }: Wish) => {
    const { serviceId, priorityClassId } = choice;
    try {
      const { ticket } = await door.command(
        {
          type: 'ticket.create',
          serviceId,
          priorityClassId,
          locale,
          ...(priceCents === null ? {} : { priceCents }),
          ...(document === null ? {} : { customer: { document } }),
        },
        commandId,
      );
      if (ticket === undefined) throw new TypeError('an answer without a ticket');
      happened({ kind: 'issued', commandId, ticket });
    } catch (error) {
      happened({ kind: 'refused', commandId, error: asDoorError(error) });
    }
  });
  const wish = flow.step === 'issuing' ? flow.wish : null;
  const commandId: CommandId | null = wish?.commandId ?? null;
  const start = useEffectEvent(() => {
    if (wish !== null) void issue(wish);
  });
  useEffect(() => {
    if (commandId !== null) start();
  }, [commandId]);
}
