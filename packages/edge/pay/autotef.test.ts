/** Stone's AutoTEF on the real till, over real SQLite and a true socket: what is lost there only a person can find out. */
import { paymentSessionTable, rowFromSql, ticketTable } from '@totem/domain';
import { CRASH_POINTS, type CrashPoint } from '@totem/drivers/payment';
import { type AutoTefRig, openAutoTefRig } from '@totem/drivers/payment-conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { rowByKey } from '../store/rows.ts';
import { openTotem, stockUp, type TestPlace, testPlace, unpaidOne } from '../testing/totem.ts';
import { doubtsAt, settleDoubt } from './doubts.ts';
import { type NamedTill, openTill, type Till } from './till.ts';

const PRICE = 4_590;

let place: TestPlace;
let parts: Parts;
let rig: AutoTefRig;
beforeEach(async () => {
  place = testPlace();
  parts = openTotem(place);
  stockUp(parts, place.catalogue);
  rig = await openAutoTefRig();
});
afterEach(async () => {
  parts.store.close();
  place.remove();
  await rig.close();
});

function tillOf(at: (point: CrashPoint) => void = () => undefined): Till {
  return openTill({ ...parts, timers: rig.clock.timers, port: rig.open(), terminal: 'card', at });
}
const named = (till: Till): readonly NamedTill[] => [{ means: { id: 'card', method: 'card' }, till }];
const payments = () =>
  parts.store.read((db) =>
    db
      .all('SELECT * FROM payment_session ORDER BY created_at, id')
      .map((row) => rowFromSql(paymentSessionTable, row)),
  );
const stateOf = (ticketId: string) =>
  parts.store.read((db) => rowByKey(db, ticketTable, place.device.tenantId, ticketId as never)?.state);
const deliver = async (): Promise<boolean> => true;

/** A person looks at Stone's own list for whatever is in doubt, once it is over at the pinpad. */
async function personLooks(till: Till): Promise<void> {
  for (const { attemptId, amountCents } of doubtsAt(named(till))) {
    const found = rig.portal?.({ amountCents } as never);
    if (found !== undefined)
      await rig.clock.run(settleDoubt(named(till), attemptId, found?.externalId ?? null));
  }
}

describe('AutoTEF on the till', () => {
  it('I-TIL-1: a card is charged, and its ticket waits to be called', async () => {
    const ticketId = unpaidOne(parts, place, PRICE);
    expect(await rig.clock.run(tillOf().pay(ticketId, { deliver }))).toMatchObject({ phase: 'confirmed' });
    expect(stateOf(ticketId)).toBe('waiting');
    expect(payments()).toMatchObject([{ status: 'paid', adapter: 'autotef', method: 'card' }]);
    expect(rig.books()).toMatchObject([{ chargedCents: PRICE }]);
  });

  it.each(CRASH_POINTS)('I-TIL-1, I-TIL-2: killed at %s: charged and queued, or neither', async (point) => {
    const ticketId = unpaidOne(parts, place, PRICE);
    let isAlive = true;
    const till = tillOf((passed) => {
      if (passed !== point || !isAlive) return;
      isAlive = false;
      throw new Error('killed');
    });
    await rig.clock.run(till.pay(ticketId, { deliver })).catch(() => undefined);
    parts.store.close();
    parts = openTotem(place);
    const next = tillOf();
    await rig.clock.run(next.settle());
    await personLooks(next);
    expect(await rig.clock.run(next.settle())).toBe(true);
    const taken = rig.books().length;
    expect(taken).toBeLessThanOrEqual(1);
    expect(payments().filter(({ paidCents }) => paidCents > 0)).toHaveLength(taken);
    expect(stateOf(ticketId)).toBe(taken > 0 ? 'waiting' : 'created');
  });

  it.each([
    ['lost_after', 'waiting'],
    ['lost_before', 'created'],
  ] as const)(
    'a sale that was %s holds the terminal, until a technician says what is there',
    async (fault, state) => {
      const ticketId = unpaidOne(parts, place, PRICE);
      const till = tillOf();
      rig.simulator.fault(fault);
      expect(await rig.clock.run(till.pay(ticketId, { deliver }))).toMatchObject({ phase: 'unknown' });
      expect(await rig.clock.run(till.ready())).toEqual({ ready: false, cause: 'terminal_busy' });
      expect(doubtsAt(named(till))).toMatchObject([
        {
          meansId: 'card',
          amountCents: PRICE,
          currency: 'BRL',
          protocol: expect.stringMatching(/^[0-9A-F]{4}-/),
        },
      ]);
      await personLooks(till);
      expect(doubtsAt(named(till))).toEqual([]);
      expect(stateOf(ticketId)).toBe(state);
      expect(await rig.clock.run(till.ready())).toEqual({ ready: true });
    },
  );

  it('what is in no doubt is not for people to decide', async () => {
    const ticketId = unpaidOne(parts, place, PRICE);
    const till = tillOf();
    await rig.clock.run(till.pay(ticketId, { deliver }));
    const [paid] = payments();
    await expect(settleDoubt(named(till), String(paid?.id), null)).rejects.toMatchObject({
      code: 'payment_not_found',
    });
  });
});
