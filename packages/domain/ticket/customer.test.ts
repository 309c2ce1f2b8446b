/** What a customer may do on their phone: only what the site allows, only while they wait. */
import { newId, type TicketRow } from '@totem/domain';
import { buildSite } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { QUEUE_RULES_DEFAULT } from '../site/queue-rules.ts';
import { CUSTOMER_ACTS, customerActs, decideByCustomer } from './customer.ts';
import { TICKET_STATES } from './machine.ts';

const { env } = virtualWorld();
const site = (customerMayCancel: boolean, customerMayDelay: boolean, hub = false) =>
  buildSite(env, {
    queueRules: { ...QUEUE_RULES_DEFAULT, customerMayCancel, customerMayDelay },
    hubEquipmentId: hub ? newId<'equipment'>(env) : null,
  });
const ticket = (over: Partial<TicketRow> = {}) =>
  ({ id: newId<'ticket'>(env), code: 'A001', state: 'waiting', heldReason: null, ...over }) as TicketRow;

describe('a customer', () => {
  it.each([
    [false, false, []],
    [true, false, ['cancel']],
    [false, true, ['delay']],
    [true, true, ['cancel', 'delay']],
  ])('may do what the site says: cancel %s, delay %s', (cancel, delay, acts) => {
    expect(customerActs(site(cancel, delay), ticket(), false)).toEqual(acts);
  });

  it('may do nothing before and after they wait, nor while they are held', () => {
    for (const state of TICKET_STATES)
      if (state !== 'waiting') expect(customerActs(site(true, true), ticket({ state }), false)).toEqual([]);
    expect(customerActs(site(true, true), ticket({ heldReason: 'documents' }), false)).toEqual([]);
  });

  it('does not give up what is paid, and does nothing where a hub commands the queue', () => {
    expect(customerActs(site(true, true), ticket(), true)).toEqual(['delay']);
    expect(customerActs(site(true, true, true), ticket(), false)).toEqual([]);
  });

  it('is refused whatever is not allowed, and otherwise writes one entry by nobody', () => {
    for (const act of CUSTOMER_ACTS) {
      expect(decideByCustomer(site(false, false), ticket(), act, false)).toMatchObject({
        ok: false,
        refusal: { code: 'ticket_state' },
      });
      const decision = decideByCustomer(site(true, true), ticket(), act, false);
      expect(decision).toMatchObject({
        ok: true,
        drafts: [{ userId: null, action: act === 'cancel' ? 'TICKET_CANCEL' : 'TICKET_DELAY' }],
      });
    }
  });
});
