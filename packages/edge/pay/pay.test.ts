/** Payments at a totem on real SQLite: killed at each crash point, its files opened again, both books compared. */
import {
  type Id,
  type InstantText,
  isInFlight,
  type OriginId,
  paymentSessionTable,
  rowFromSql,
  ticketTable,
} from '@totem/domain';
import { CRASH_POINTS, type CrashPoint } from '@totem/drivers/payment';
import { memoryRig, type Rig } from '@totem/drivers/payment-conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveAcked } from '../ledger/origins.ts';
import { showAgain } from '../ledger/shown-again.ts';
import type { Parts } from '../parts.ts';
import { rowByKey } from '../store/rows.ts';
import { openTotem, stockUp, type TestPlace, testPlace, unpaidOne } from '../testing/totem.ts';
import { prunePayments } from './retention.ts';
import { openTill, type Till } from './till.ts';

const PRICE = 4_590;

let place: TestPlace;
let parts: Parts;
beforeEach(() => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
});
afterEach(() => {
  parts.store.close();
  place.remove();
});

const unpaidTicket = (): string => unpaidOne(parts, place, PRICE);

function tillOf(rig: Rig, at?: (point: CrashPoint) => void): Till {
  const { timers } = rig.clock;
  const common = { ...parts, timers, port: rig.open(), terminal: 'pinpad' };
  return openTill(at === undefined ? common : { ...common, at });
}

/** The program ends; its files are opened again by another. */
function restart(): void {
  parts.store.close();
  parts = openTotem(place);
}

const payments = () =>
  parts.store.read((db) =>
    db
      .all('SELECT * FROM payment_session ORDER BY created_at, id')
      .map((row) => rowFromSql(paymentSessionTable, row)),
  );
const stateOf = (ticketId: string) =>
  parts.store.read((db) => rowByKey(db, ticketTable, place.device.tenantId, ticketId)?.state);
const deliver = async (): Promise<boolean> => true;

async function settleAll(rig: Rig, till: Till): Promise<void> {
  for (let times = 0; times < 20; times += 1) {
    if (await rig.clock.run(till.settle())) return;
    rig.clock.pass(30_000);
  }
  throw new Error('something stays open');
}

describe.each(['polled', 'held'] as const)('a totem and a provider that is %s', (manner) => {
  it('I-TIL-1: a ticket is paid and waits to be called in one transaction', async () => {
    const rig = memoryRig(manner);
    const ticketId = unpaidTicket();
    expect(await rig.clock.run(tillOf(rig).pay(ticketId, { deliver }))).toMatchObject({ phase: 'confirmed' });
    expect(stateOf(ticketId)).toBe('waiting');
    expect(payments()).toMatchObject([{ status: 'paid', paidCents: PRICE, attempt: 1, conflict: null }]);
    const txs = parts.store.read((db) =>
      db.all("SELECT tx FROM audit_log WHERE action IN ('PAYMENT_CONFIRM', 'TICKET_ENQUEUE')"),
    );
    expect(new Set(txs.map(({ tx }) => tx)).size).toBe(1);
    expect(txs).toHaveLength(2);
  });

  it.each(CRASH_POINTS)('I-TIL-1, I-TIL-2: killed at %s: charged and queued, or neither', async (point) => {
    const rig = memoryRig(manner);
    const ticketId = unpaidTicket();
    let isAlive = true;
    const till = tillOf(rig, (passed) => {
      if (passed !== point || !isAlive) return;
      isAlive = false;
      throw new Error('killed');
    });
    await rig.clock.run(till.pay(ticketId, { deliver })).catch(() => undefined);
    const [sold] = payments();
    if (isAlive && sold !== undefined)
      await rig.clock.run(till.refund(sold.id, sold.amountCents, 'not given')).catch(() => undefined);
    restart();
    const next = tillOf(rig);
    await settleAll(rig, next);
    const all = payments();
    for (const { phase } of all) expect(isInFlight(phase)).toBe(false);
    const ours = all.reduce((sum, row) => sum + row.paidCents - row.refundedCents, 0);
    const theirs = rig.books().reduce((sum, one) => sum + one.chargedCents - one.refundedCents, 0);
    expect(ours).toBe(theirs);
    expect(rig.held()).toBe(0);
    expect(stateOf(ticketId)).toBe(all.some(({ paidCents }) => paidCents > 0) ? 'waiting' : 'created');
    // Whoever was not charged can pay now.
    if (stateOf(ticketId) === 'created') {
      expect(await rig.clock.run(next.pay(ticketId, { deliver }))).toMatchObject({ phase: 'confirmed' });
      expect(stateOf(ticketId)).toBe('waiting');
    }
  });

  it('I-TIL-2: two customers at once: the second is refused, and so is a ticket that is paid', async () => {
    const rig = memoryRig(manner);
    const [one, two] = [unpaidTicket(), unpaidTicket()];
    const till = tillOf(rig);
    const ends = await rig.clock.run(
      Promise.allSettled([till.pay(one, { deliver }), till.pay(two, { deliver })]),
    );
    expect(ends).toMatchObject([
      { status: 'fulfilled', value: { phase: 'confirmed' } },
      { status: 'rejected', reason: { code: 'terminal_busy' } },
    ]);
    await expect(rig.clock.run(till.pay(one, { deliver }))).rejects.toMatchObject({
      code: 'payment_already_paid',
    });
  });

  it('I-PAY-8: no card number, and no secret of the provider, is in the database', async () => {
    const rig = memoryRig(manner);
    await rig.clock.run(tillOf(rig).pay(unpaidTicket(), { deliver }));
    const kept = parts.store.read((db) =>
      ['audit_log', 'payment_session', 'payment_transaction', 'payment_attempt'].map((table) =>
        JSON.stringify(db.all(`SELECT * FROM ${table}`)),
      ),
    );
    for (const secret of rig.secrets) for (const text of kept) expect(text).not.toContain(secret);
  });
});

it('I-EDG-5: payments are written anew with their ledger, and stay when the cloud has lost a part of them', async () => {
  const rig = memoryRig('polled');
  const ticketId = unpaidTicket();
  await rig.clock.run(tillOf(rig).pay(ticketId, { deliver }));
  const paid = [{ status: 'paid', paidCents: PRICE, attempt: 1, conflict: null }];
  const seqOf = (action: string) =>
    parts.store.read((db) => db.one('SELECT origin, seq FROM audit_log WHERE action = ?', action));
  const { origin, seq } = seqOf('PAYMENT_CREATE') ?? {};
  const { tenantId } = place.device;
  parts.store.write((db) => {
    saveAcked(db, origin as OriginId, Number(seq), '2026-11-23T15:00:00.000Z' as InstantText);
    showAgain(db, tenantId, origin as OriginId, Number(seq));
  });
  expect(payments()).toMatchObject(paid);
  parts.ledger.renew('restored_cloud', 0, () => undefined);
  expect(payments()).toMatchObject(paid);
  expect(stateOf(ticketId)).toBe('waiting');
  expect(seqOf('PAYMENT_CREATE')?.origin).not.toBe(origin);
  // Once more, when only what came after its beginning is taken back.
  const now = seqOf('PAYMENT_CREATE') ?? {};
  parts.store.write((db) =>
    db.run('DELETE FROM audit_log WHERE origin = ? AND seq <= ?', String(now.origin), Number(now.seq)),
  );
  parts.ledger.renew('restored_cloud', Number(now.seq), () => undefined);
  expect(payments()).toMatchObject([{ status: 'paid', paidCents: PRICE, attempt: 1 }]);
});

it('I-TIL-3: of a ticket that has ended no payment begins', async () => {
  const rig = memoryRig('polled');
  const ticketId = unpaidTicket();
  parts.ledger.commit(({ append }) => {
    append([
      {
        siteId: place.device.siteId,
        userId: null,
        action: 'TICKET_CANCEL',
        entity: 'ticket',
        entityId: ticketId as Id<string>,
        data: { reason: 'customer_left' },
      },
    ]);
  });
  await expect(rig.clock.run(tillOf(rig).pay(ticketId, { deliver }))).rejects.toMatchObject({
    code: 'ticket_state',
  });
  expect(payments()).toEqual([]);
  expect(rig.books()).toEqual([]);
});

it('a ticket that expired while its payment was under way is paid late, and people are told', async () => {
  const rig = memoryRig('polled');
  const ticketId = unpaidTicket();
  const till = tillOf(rig);
  rig.customers('walks_away');
  expect(await rig.clock.run(till.pay(ticketId, { deliver }))).toMatchObject({ phase: 'canceled' });
  const [session] = payments();
  if (session === undefined) throw new Error('no payment');
  expect(rig.paysLate(session.externalId ?? '')).toBe(true);
  expect(await rig.clock.run(till.hint(session.id))).toMatchObject({ cause: 'paid_late' });
  expect(payments()).toMatchObject([{ status: 'paid', conflict: 'paid_late' }]);
  expect(stateOf(ticketId)).toBe('waiting');
});

it('I-EDG-19: payments are forgotten after half a year, their exchanges after a week, and what is open never', async () => {
  const rig = memoryRig('polled');
  const till = tillOf(rig);
  await rig.clock.run(till.pay(unpaidTicket(), { deliver }));
  for (let times = 0; times < 10; times += 1) rig.fault('answer_lost');
  expect(await rig.clock.run(till.pay(unpaidTicket(), { deliver }))).toMatchObject({ phase: 'unknown' });
  const dayMs = 86_400_000;
  const countAfter = (days: number) =>
    parts.store.write((db) => {
      prunePayments(db, parts.clock.env.now() + days * dayMs);
      const rows = (table: string) => Number(db.one(`SELECT count(*) AS n FROM ${table}`)?.n);
      return [rows('payment_transaction') > 0, rows('payment_session'), rows('payment_attempt')];
    });
  expect(countAfter(6)).toEqual([true, 2, 2]);
  expect(countAfter(179)).toEqual([false, 2, 2]);
  expect(countAfter(181)).toEqual([false, 1, 1]);
  expect(payments()).toMatchObject([{ phase: 'unknown' }]);
});
