/** What people write about a ticket: why it was called out of its order, and what is left to know at its end. */
import { describe, expect, it } from 'vitest';
import { QUEUE_RULES_DEFAULT } from '../site/queue-rules.ts';
import { refusedWith, testDesk } from '../testing/desk.ts';
import type { Decision } from './decision.ts';

const BY_HAND = { policy: 'by_hand', policyVersion: 1, candidates: 1, runnerUp: null } as const;
const strictSite = { queueRules: { ...QUEUE_RULES_DEFAULT, choiceNeedsReason: true } };
const dataOf = (decision: Decision) => (decision.ok ? decision.drafts[0]?.data : undefined);

describe('a call by hand', () => {
  it('needs a reason where the site wants one, and says it in its entry, not in the call', () => {
    const desk = testDesk(strictSite);
    const row = desk.issued();
    expect(refusedWith(desk.act(row, 'ticket.call', {}, { why: BY_HAND }))).toBe('call_needs_reason');
    expect(refusedWith(desk.act(row, 'ticket.call', { reason: ' \u200b' }, { why: BY_HAND }))).toMatch(
      /^text_/,
    );
    const decision = desk.act(row, 'ticket.call', { reason: '  voltou  com o documento ' }, { why: BY_HAND });
    expect(dataOf(decision)).toMatchObject({ reason: 'voltou com o documento' });
    expect(JSON.stringify(decision.ok ? decision.drafts[1]?.data : {})).not.toContain('documento');
  });

  it('needs none where the queue has chosen, nor where the site does not ask', () => {
    const chosen = testDesk(strictSite);
    expect(chosen.act(chosen.issued(), 'ticket.call').ok).toBe(true);
    const desk = testDesk();
    expect(desk.act(desk.issued(), 'ticket.call', {}, { why: BY_HAND }).ok).toBe(true);
  });
});

it('the end of a service may have a note', () => {
  const desk = testDesk();
  const row = { ...desk.inState('in_service') };
  expect(dataOf(desk.act(row, 'ticket.finish', { note: ' volta   amanhã ' }))).toMatchObject({
    note: 'volta amanhã',
  });
  expect(dataOf(desk.act(row, 'ticket.finish'))).not.toHaveProperty('note');
  expect(refusedWith(desk.act(row, 'ticket.finish', { note: 'x'.repeat(201) }))).toBe('text_too_long');
});
