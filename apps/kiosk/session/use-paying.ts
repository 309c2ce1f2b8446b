/** Gives the order of a flow that pays, follows what the totem says of it, and lets go of tickets that nobody will pay. */
import type { PaymentView } from '@totem/domain';
import { asDoorError, useDoor } from '@totem/ui';
import { type ActionDispatch, useEffect, useEffectEvent, useRef } from 'react';
import { type Flow, type FlowEvent, type Pay, unpaidTicketOf } from './flow.ts';

/** Pays for as long as a flow does, once for each of its tries. */
export function usePaying(flow: Flow, happened: ActionDispatch<[FlowEvent]>): void {
  const door = useDoor();
  const paying = flow.step === 'paying' ? flow : null;
  const follow = useEffectEvent(async ({ id, meansId }: Pay, isHere: () => boolean) => {
    try {
      let answer = await door.tell('/v1/payments', { id, meansId, ticketId: paying?.ticket.id });
      for (;;) {
        const view = answer as PaymentView;
        if (!isHere()) return;
        happened({ kind: 'pay_news', payId: id, view });
        if (view.state === 'paid' || view.state === 'not_paid') return;
        // Held by the totem until there is news.
        answer = await door.question(`/v1/payments/${id}?seen=${view.version}`);
      }
    } catch (error) {
      if (isHere()) happened({ kind: 'pay_silent', payId: id, error: asDoorError(error) });
    }
  });
  const pay = paying?.pay ?? null;
  useEffect(() => {
    let isHere = true;
    if (pay !== null) void follow(pay, () => isHere);
    return () => {
      isHere = false;
    };
  }, [pay]);
  useLetGo(flow);
}

/** Tells the totem that a ticket's customer has left. It knows better than to give up what is paid, or being paid. */
function useLetGo(flow: Flow): void {
  const door = useDoor();
  const now = useRef(flow);
  now.current = flow;
  const unpaid = unpaidTicketOf(flow);
  useEffect(() => {
    if (unpaid === null) return;
    return () => {
      const { current } = now;
      if (current.step === 'ticket' && current.ticket.id === unpaid) return;
      // Untold, the totem finds it out by itself.
      door.tell('/v1/payments/leave', { ticketId: unpaid }).catch(() => undefined);
    };
  }, [unpaid, door]);
}
