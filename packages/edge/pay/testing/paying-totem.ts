/**
 * A totem's till as a process of its own, so that it can be killed for good: pays one ticket by Pix and dies at a crash
 * point, or settles what it finds, and says what is in its database. Its time goes fifty times as fast.
 */
import { type Timers, ticketTable } from '@totem/domain';
import { createHttpSend, createPixApi, createPixPort, type PixConfig } from '@totem/drivers/psp';
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { openParts } from '../../parts.ts';
import { rowByKey } from '../../store/rows.ts';
import { openTill } from '../till.ts';

/** What the process is told, as its one argument. */
export interface PayingOrder {
  readonly dataDir: string;
  readonly device: Parameters<typeof openParts>[0]['device'];
  readonly ticketId: string;
  readonly pix: PixConfig;
  /** Where it kills itself; null settles instead of paying. */
  readonly point: string | null;
}

const FASTER = 50;
const timers: Timers = {
  after: (delayMs, run) => systemTimers.after(delayMs / FASTER, run),
  monotonicMs: () => systemTimers.monotonicMs() * FASTER,
};

const order: PayingOrder = JSON.parse(process.argv[2] ?? '{}');
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
const till = openTill({
  ...parts,
  timers,
  port: createPixPort(order.pix, createPixApi(order.pix, { env: systemEnv, timers, send: http.send })),
  terminal: 'pix',
  at: (point) => {
    if (point === order.point) process.kill(process.pid, 'SIGKILL');
  },
});

if (order.point === null) await till.settle();
else await till.pay(order.ticketId, { deliver: async () => true });
const found = parts.store.read((db) => ({
  payments: db.all('SELECT phase, paid_cents FROM payment_session'),
  ticket: rowByKey(db, ticketTable, order.device.tenantId, order.ticketId)?.state,
}));
process.stdout.write(JSON.stringify(found));
http.close();
parts.store.close();
