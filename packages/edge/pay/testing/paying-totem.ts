/**
 * A totem's till as a process of its own, so that it can be killed for good: pays one ticket, and perhaps gives the money back,
 * and dies at a crash point; or settles what it finds, and says what is in its database. Its time goes fifty times as fast.
 */
import { type Timers, ticketTable } from '@totem/domain';
import { type CashBook, createCashPortAt, NOTES_AND_COINS, owedOf } from '@totem/drivers/cash';
import type { PaymentPort } from '@totem/drivers/payment';
import { createHttpSend, createPixApi, createPixPort, type PixConfig } from '@totem/drivers/psp';
import { createTefPort, genericProfile } from '@totem/drivers/terminal';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { openParts } from '../../parts.ts';
import { rowByKey } from '../../store/rows.ts';
import { cashSessionIn, createCashBook } from '../cash-book.ts';
import { openTill } from '../till.ts';

/** Who is paid through. */
export type PayingBy =
  | { readonly kind: 'pix'; readonly config: PixConfig }
  | { readonly kind: 'tef'; readonly requestDir: string; readonly responseDir: string }
  /** At the machine's own pace. */
  | { readonly kind: 'cash'; readonly path: string };

/** What the process is told, as its one argument. */
export interface PayingOrder {
  readonly dataDir: string;
  readonly device: Parameters<typeof openParts>[0]['device'];
  readonly ticketId: string;
  readonly by: PayingBy;
  /** Where it kills itself; `printing` is in the middle of the delivery. Null settles instead of paying. */
  readonly point: string | null;
  /** Whether what is paid for comes out. */
  readonly delivers: boolean;
  /** Whether the money is asked back afterwards. */
  readonly refunds: boolean;
}

/** What it says at its end. */
export interface PayingSaid {
  readonly ticket: string | undefined;
  /** What lies in the cash machine and pays nothing. */
  readonly owedCents: number;
  readonly payments: readonly {
    readonly phase: string;
    readonly paid_cents: number;
    readonly refunded_cents: number;
  }[];
}

/** How much faster its time goes. */
export const FASTER = 50;
const timers: Timers = {
  after: (delayMs, run) => systemTimers.after(delayMs / FASTER, run),
  monotonicMs: () => systemTimers.monotonicMs() * FASTER,
};
/** Something that stays open after so many tries will stay open. */
const SETTLE_TIMES = 20;

const argument = process.argv[2];
if (argument !== undefined) await main(JSON.parse(argument) as PayingOrder);

async function main(order: PayingOrder): Promise<void> {
  const parts = openParts({
    dataDir: order.dataDir,
    device: order.device,
    cloudUrl: 'http://127.0.0.1:9',
    publicUrl: null,
    printer: null,
    env: systemEnv,
    timers: systemTimers,
    log: createLog('edge', { level: 'silent' }),
  });
  const http = createHttpSend(systemTimers);
  const dieAt = (point: string): void => {
    if (point === order.point) process.kill(process.pid, 'SIGKILL');
  };
  const till = openTill({
    ...parts,
    timers,
    port: portOf(order.by, http.send, createCashBook(parts)),
    terminal: 'one',
    at: dieAt,
  });
  if (order.point === null) {
    for (let times = 0; times < SETTLE_TIMES && !(await till.settle()); times += 1);
  } else {
    await till.pay(order.ticketId, {
      deliver: async () => {
        dieAt('printing');
        return order.delivers;
      },
    });
    const [paid] = parts.store.read((db) => db.all('SELECT id, paid_cents FROM payment_session'));
    if (order.refunds && paid !== undefined)
      await till.refund(String(paid.id), Number(paid.paid_cents) as never, 'not given');
  }
  const said: PayingSaid = parts.store.read((db) => ({
    payments: db.all('SELECT phase, paid_cents, refunded_cents FROM payment_session') as never,
    owedCents: db
      .all('SELECT payment_session_id AS id FROM cash_session')
      .map(({ id }) => cashSessionIn(db, order.device.tenantId, String(id)))
      .reduce((sum, session) => sum + (session === undefined ? 0 : owedOf(session)), 0),
    ticket: rowByKey(db, ticketTable, order.device.tenantId, order.ticketId as never)?.state,
  }));
  http.close();
  parts.store.close();
  // A serial port that is open would keep it alive.
  process.stdout.write(JSON.stringify(said), () => process.exit());
}

function portOf(by: PayingBy, send: ReturnType<typeof createHttpSend>['send'], book: CashBook): PaymentPort {
  if (by.kind === 'cash')
    return createCashPortAt(
      { kind: 'serial', path: by.path },
      { machine: NOTES_AND_COINS, book, timers: systemTimers },
    );
  return by.kind === 'pix'
    ? createPixPort(by.config, createPixApi(by.config, { env: systemEnv, timers, send }))
    : createTefPort(genericProfile(by), { env: systemEnv, timers });
}
