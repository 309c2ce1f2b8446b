/** Asks for what was wished, or checks in for what was booked: once for each id of a wish or of a code. */
import type { CommandId } from '@totem/domain';
import { asDoorError, useDoor, useLocale } from '@totem/ui';
import { type ActionDispatch, useEffect, useEffectEvent } from 'react';
import { type CheckingIn, type Flow, type FlowEvent, isAsking, type Wish } from './flow.ts';

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

/** Gives the code of a flow that waits for its ticket, and tells the flow what came of it. */
export function useCheckingIn(flow: Flow, happened: ActionDispatch<[FlowEvent]>): void {
  const door = useDoor();
  const { locale } = useLocale();
  const asked = flow.step === 'check_in' && isAsking(flow) ? flow : null;
  const checkIn = useEffectEvent(async ({ code, priorityClassId }: CheckingIn, commandId: CommandId) => {
    try {
      const command = { type: 'appointment.check_in', code, priorityClassId, locale } as const;
      const { ticket } = await door.command(command, commandId);
      if (ticket === undefined) throw new TypeError('an answer without a ticket');
      happened({ kind: 'issued', commandId, ticket });
    } catch (error) {
      happened({ kind: 'refused', commandId, error: asDoorError(error) });
    }
  });
  const start = useEffectEvent((commandId: CommandId) => {
    if (asked !== null) void checkIn(asked, commandId);
  });
  const commandId = asked?.commandId ?? null;
  useEffect(() => {
    if (commandId !== null) start(commandId);
  }, [commandId]);
}
