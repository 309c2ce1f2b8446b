/** Folding payments: every entry has an outcome, twice changes nothing, and what the strict side allows is what the row becomes. */
import { buildOrigin, draft } from '@totem/testkit/builders';
import { proof } from '@totem/testkit/proof';
import { virtualWorld } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Id, newId } from '../ids/id.ts';
import { entryMakesSense } from '../ledger/data.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { apply, fold } from '../ledger/fold.ts';
import { contains } from '../ledger/outcome.ts';
import { cents } from '../money/money.ts';
import type { JsonObject } from '../rows/column.ts';
import type { PaymentSessionRow } from '../rows/payment-tables.ts';
import { newAttempt, takeStep } from './attempt.ts';
import { ENDED_PHASES, PAYMENT_ACTIONS, type PaymentAction, STATUS_OF_PHASE } from './machine.ts';

const world = virtualWorld();
const { env } = world;
const tenantId = newId<'tenant'>(env);
const siteId = newId<'site'>(env);
const PRICE = 4_590;
const paidBy = (externalId: string, amountCents = PRICE): JsonObject => ({
  proof: { externalId, amountCents, currency: 'BRL' },
});

const creation: JsonObject = {
  ticketId: newId<'ticket'>(env),
  attempt: 1,
  method: 'pix',
  adapter: 'pix',
  externalId: 'ours',
  currency: 'BRL',
  amountCents: PRICE,
  equipmentId: null,
  operatorId: null,
  businessDay: '2026-11-23',
};
const refund = { refundId: 'r1', amountCents: 1_000 };
const DATA: Readonly<Record<PaymentAction, readonly JsonObject[]>> = {
  PAYMENT_CREATE: [creation],
  PAYMENT_SEND: [{}],
  PAYMENT_WAIT: [{}],
  PAYMENT_AUTHORIZE: [paidBy('E1')],
  PAYMENT_CONFIRM: [paidBy('E1'), paidBy('E2'), paidBy('E1', 1)],
  PAYMENT_DECLINE: [{ by: 'provider' }],
  PAYMENT_CANCEL: [{ by: 'provider' }],
  PAYMENT_EXPIRE: [{ by: 'provider' }],
  PAYMENT_LOSE: [{ failureCode: 'no_answer' }],
  PAYMENT_UNDO: [{}],
  PAYMENT_UNDONE: [{}],
  PAYMENT_REFUND_ASK: [{ ...refund, reason: 'not given' }],
  PAYMENT_REFUND_DONE: [refund],
  PAYMENT_REFUND_FAIL: [refund],
};

/** Entries of two writers about one payment, mixed. */
const histories: fc.Arbitrary<readonly LedgerEntry[]> = fc
  .array(fc.tuple(fc.constantFrom(...PAYMENT_ACTIONS), fc.nat(2), fc.boolean()), { maxLength: 25 })
  .map((steps) => {
    const writers = [buildOrigin(env, tenantId), buildOrigin(env, tenantId)];
    const id = newId<'payment_session'>(env) as Id<string>;
    return steps.flatMap(([action, which, isFirst]) => {
      const data = DATA[action][which % DATA[action].length] ?? {};
      const written = writers[isFirst ? 0 : 1]?.write([
        draft(action, 'payment_session', id, data, { siteId }),
      ]);
      return (written ?? []).map(({ entry }) => entry);
    });
  });

describe('folding payments', () => {
  it('I-PAY-7, I-LED-1, I-LED-2: whatever arrives has an outcome, and arriving again changes nothing', () => {
    fc.assert(
      fc.property(histories, (entries) => {
        const once = fold('payment_session', undefined, [], entries);
        for (const entry of entries) {
          expect(entryMakesSense(entry)).toBe(true);
          const isParked = once.parked.some(({ id }) => id === entry.id);
          expect(isParked || contains(once.row, entry)).toBe(true);
        }
        expect(fold('payment_session', once.row, once.parked, entries).row).toEqual(once.row);
        const { row } = once;
        if (row === undefined) return;
        expect(row.status).toBe(STATUS_OF_PHASE[row.phase]);
        if (row.status === 'paid' || row.status === 'refunded') {
          expect(row.details).toHaveProperty('externalId');
          if (row.conflict === null) expect(row.paidCents).toBe(PRICE);
        }
        if (row.refundedCents > row.paidCents) expect(row.conflict).not.toBeNull();
      }),
      { numRuns: proof('payment/any order of entries', { share: 500, full: 20_000 }) },
    );
  });

  it('I-PAY-7: what the strict side allows is what the row becomes, without a conflict', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PAYMENT_ACTIONS), { maxLength: 20 }), (actions) => {
        const writer = buildOrigin(env, tenantId);
        const id = newId<'payment_session'>(env) as Id<string>;
        let attempt = newAttempt(cents(PRICE), 'BRL');
        let row: PaymentSessionRow | undefined;
        for (const action of ['PAYMENT_CREATE' as const, ...actions]) {
          const [data = {}] = DATA[action];
          if (action !== 'PAYMENT_CREATE') {
            const taken = takeStep(attempt, { action, ...data } as never);
            if (!taken.ok) continue;
            attempt = taken.attempt;
          } else if (row !== undefined) continue;
          const [written] = writer.write([draft(action, 'payment_session', id, data, { siteId })]);
          if (written === undefined) throw new Error('nothing was written');
          const applied = apply('payment_session', row, written.entry);
          expect(applied.outcome).toEqual({ kind: 'applied' });
          row = applied.row;
          const { phase, paidCents, refundedCents } = attempt;
          expect(row).toMatchObject({ phase, paidCents, refundedCents });
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(ENDED_PHASES.filter((phase) => phase !== 'refunded'))(
    'I-PAY-4: proof that arrives after "%s" pays, and the row says that it is late',
    (phase) => {
      const writer = buildOrigin(env, tenantId);
      const id = newId<'payment_session'>(env) as Id<string>;
      const entries = writer.write([
        draft('PAYMENT_CREATE', 'payment_session', id, creation, { siteId }),
        draft('PAYMENT_CONFIRM', 'payment_session', id, paidBy('E1'), { siteId }),
      ]);
      const [created, confirmed] = entries.map(({ entry }) => entry);
      if (created === undefined || confirmed === undefined) throw new Error('nothing was written');
      const { row } = apply('payment_session', undefined, created);
      if (row === undefined) throw new Error('no row');
      expect(
        apply('payment_session', { ...row, phase, status: STATUS_OF_PHASE[phase] }, confirmed),
      ).toMatchObject({
        row: { status: 'paid', paidCents: PRICE, conflict: 'paid_late' },
        outcome: { kind: 'applied', conflict: 'paid_late' },
      });
    },
  );
});
