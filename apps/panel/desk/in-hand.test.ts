/** Which ticket is in hand. */
import { ACTIVE_STATES, TICKET_STATES, type TicketId, type UserId } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import { hasEcho, ticketInHand } from './in-hand.ts';

const ME = 'me' as UserId;
const row = (id: string, over: object = {}) => ({
  id: id as TicketId,
  operatorId: ME as UserId | null,
  state: 'called' as const,
  calledAt: '2026-11-23T12:00:00.000Z' as string | null,
  ...over,
});

describe('the ticket in hand', () => {
  it.each(TICKET_STATES)("an operator's ticket in state %s is in hand only while it is active", (state) => {
    const found = ticketInHand([{ ...row('t'), state }], ME);
    expect(found !== undefined).toBe((ACTIVE_STATES as readonly string[]).includes(state));
  });

  it("is never somebody else's, and of two the one called last", () => {
    expect(ticketInHand([row('t', { operatorId: 'you' as UserId })], ME)).toBeUndefined();
    const later = row('later', { calledAt: '2026-11-23T12:01:00.000Z' });
    expect(ticketInHand([row('t'), later], ME)?.id).toBe('later');
    expect(ticketInHand([later, row('t')], ME)?.id).toBe('later');
  });

  it('the rows have caught up when they hold the state that was answered', () => {
    expect(hasEcho([], undefined)).toBe(true);
    expect(hasEcho([], { ticketId: 't', state: 'called' })).toBe(false);
    expect(hasEcho([row('t')], { ticketId: 't', state: 'in_service' })).toBe(false);
    expect(hasEcho([row('t')], { ticketId: 't', state: 'called' })).toBe(true);
  });
});
