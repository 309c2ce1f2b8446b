/** Cash at the totem: its book on real SQLite, and the cash desk in front of a simulated machine. */
import { type CommandDone, cents, newId, type PaymentView } from '@totem/domain';
import { type CashRig, describeCashBook, openCashRig } from '@totem/drivers/cash-conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueTicket } from '../issue/issue.ts';
import type { Parts } from '../parts.ts';
import { createTicket, openTotem, stockUp, type TestPlace, testPlace } from '../testing/totem.ts';
import { createCashBook } from './cash-book.ts';
import { prunePayments } from './retention.ts';

const PRICE = 1_700;
const DAY_MS = 86_400_000;

describe('the cash book on the disk', () => {
  describeCashBook((body) => () => {
    const place = testPlace();
    let parts = openTotem(place);
    try {
      body({
        book: bookOf(() => parts),
        attempt: () => newId<'payment_session'>(place.world.env),
        reopen: () => {
          parts.store.close();
          parts = openTotem(place);
          return createCashBook(parts);
        },
      });
    } finally {
      parts.store.close();
      place.remove();
    }
  });
});

/** Of whichever program runs now. */
function bookOf(now: () => Parts): ReturnType<typeof createCashBook> {
  const book = () => createCashBook(now());
  return {
    unit: (kind) => book().unit(kind),
    meet: (kind, state) => book().meet(kind, state),
    saw: (kind, seen) => book().saw(kind, seen),
    stacking: (kind, valueCents) => book().stacking(kind, valueCents),
    begin: (attemptId, amountCents) => book().begin(attemptId, amountCents),
    open: () => book().open(),
    session: (attemptId) => book().session(attemptId),
    end: (attemptId) => book().end(attemptId),
  };
}

describe('paying in cash', () => {
  let place: TestPlace;
  let rig: CashRig;
  let parts: Parts;
  let stop: () => void;

  /** A totem with one service that is paid first, and this machine alone. */
  const start = (): void => {
    parts = openTotem(place, {
      env: rig.clock.env,
      timers: rig.clock.timers,
      means: [{ id: 'cash', open: ({ cashBook }) => rig.openWith(cashBook) }],
    });
    const { service } = place.catalogue;
    stockUp(parts, {
      ...place.catalogue,
      service: { ...service, paymentPolicy: 'before_queue', priceCents: cents(PRICE) },
    });
    stop = parts.desk.start();
  };
  beforeEach(async () => {
    place = testPlace();
    rig = await openCashRig();
    start();
  });
  afterEach(async () => {
    stop();
    parts.store.close();
    await rig.close();
    place.remove();
  });

  const ticketNow = async (): Promise<NonNullable<CommandDone['ticket']>> => {
    await rig.clock.run(parts.desk.means());
    const { ticket } = issueTicket(parts, createTicket(place, { priceCents: PRICE }), parts.desk.canCharge());
    if (ticket === undefined) throw new Error('no ticket in the answer');
    return ticket;
  };
  /** Follows a payment to its end. @param onView may act on what the screen shows. */
  const followed = (
    id: string,
    onView: (view: PaymentView) => void = () => undefined,
  ): Promise<PaymentView[]> =>
    rig.clock.run(
      (async () => {
        const views: PaymentView[] = [];
        for (;;) {
          const seen = views.at(-1)?.version ?? 0;
          const view = await parts.desk.past(id, seen, new AbortController().signal);
          if (view.version > seen) {
            views.push(view);
            onView(view);
          }
          if (['paid', 'not_paid', 'unknown'].includes(view.state)) return views;
        }
      })(),
    );
  const pay = (ticketId: string): string => {
    const id = newId<'payment'>(rig.clock.env);
    parts.desk.pay({ id, ticketId, meansId: 'cash' });
    return id;
  };
  const owedIn = (views: readonly PaymentView[]) => views.at(-1)?.owed;

  it('is shown as it comes in, and the ticket joins the queue at the last piece', async () => {
    const ticket = await ticketNow();
    const views = await followed(pay(ticket.id));
    const inserted = views.flatMap(({ cash }) => (cash === undefined ? [] : [cash.insertedCents]));
    expect(inserted).toEqual([...inserted].sort((a, b) => a - b));
    expect(new Set(inserted)).toEqual(new Set([0, 1_000, 1_500]));
    expect(views.at(-1)).toMatchObject({ state: 'paid', ticket: { state: 'waiting' } });
    expect(owedIn(views)).toBeUndefined();
  });

  it('that was put in before the customer cancelled is owed, on the screen and in the ledger', async () => {
    const ticket = await ticketNow();
    rig.pieces([1_000]);
    const id = pay(ticket.id);
    const views = await followed(id, (view) => {
      if (view.cash?.insertedCents === 1_000 && view.canCancel) parts.desk.cancel(id);
    });
    expect(views.at(-1)).toMatchObject({
      state: 'not_paid',
      why: 'canceled',
      isTicketOpen: true,
      owed: { owedCents: 1_000, hasUncounted: false },
    });
    const [session] = parts.store.read((db) => db.all('SELECT phase, failure_code FROM payment_session'));
    expect(session).toEqual({ phase: 'canceled', failure_code: 'cash_owed' });
    const said = parts.store.read((db) =>
      db.all('SELECT raw FROM payment_transaction ORDER BY created_at, id'),
    );
    expect(JSON.parse(String(said.at(-1)?.raw))).toMatchObject({ owed_cents: '1000', stored_cents: '1000' });
  });

  it('I-TIL-2: of a totem that died in the middle is found at its start, and pays the ticket', async () => {
    const ticket = await ticketNow();
    const id = pay(ticket.id);
    await rig.clock.run(
      (async () => {
        // The last note lies in the machine, and the totem is gone before it has read of it.
        while (rig.simulator.stored().length < 3)
          await new Promise((resolve) => rig.clock.timers.after(10, () => resolve(undefined)));
      })(),
    );
    expect(parts.desk.read(id).state).toBe('waiting');
    rig.vanish();
    stop();
    parts.store.close();
    start();
    await rig.clock.run(
      (async () => {
        for (let looks = 0; looks < 100; looks += 1) {
          await new Promise((resolve) => rig.clock.timers.after(200, () => resolve(undefined)));
        }
      })(),
    );
    const [row] = parts.store.read((db) => db.all('SELECT phase, paid_cents FROM payment_session'));
    expect(row).toEqual({ phase: 'confirmed', paid_cents: PRICE });
    const [state] = parts.store.read((db) => db.all('SELECT state FROM ticket'));
    expect(state).toEqual({ state: 'waiting' });
  });

  it('I-EDG-19: is forgotten when it is old, and not before', async () => {
    await followed(pay((await ticketNow()).id));
    const rows = (): readonly number[] =>
      parts.store.read((db) =>
        ['cash_piece', 'cash_session'].map((table) => db.all(`SELECT 1 FROM ${table}`).length),
      );
    const nowMs = rig.clock.env.now();
    parts.store.write((db) => prunePayments(db, nowMs + 179 * DAY_MS));
    expect(rows()).toEqual([3, 1]);
    parts.store.write((db) => prunePayments(db, nowMs + 181 * DAY_MS));
    expect(rows()).toEqual([0, 0]);
  });

  it('is offered while the machine works, and not while it does not', async () => {
    const offered = async (): Promise<readonly string[]> =>
      (await rig.clock.run(parts.desk.means())).map(({ id }) => id);
    expect(await offered()).toEqual(['cash']);
    rig.simulator.trouble('full');
    rig.clock.pass(61_000);
    expect(await offered()).toEqual([]);
    rig.simulator.trouble('none');
    rig.clock.pass(61_000);
    expect(await offered()).toEqual(['cash']);
  });
});
