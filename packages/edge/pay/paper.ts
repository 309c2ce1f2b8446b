/**
 * The paper of a ticket that is paid first. Where the payment has a second leg the paper comes before it and decides it; where
 * it has none, the paper is queued in the transaction in which the ticket is paid.
 */
import {
  epochMsOf,
  type InstantText,
  instantText,
  localeFor,
  type PrintState,
  paymentSessionTable,
  type TicketId,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { ReceiptLines } from '@totem/drivers/payment';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { countAhead } from '../issue/ahead.ts';
import type { Ledger, LedgerTx } from '../ledger/ledger.ts';
import { endJob, jobsIn, queuePaper } from '../print/jobs.ts';
import type { PrintQueue } from '../print/queue.ts';
import type { WriteHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { saveReceipt } from './receipts.ts';
import { endAwaiting, localeToPay } from './to-pay.ts';

/** When a payment turns out to have been made later than this, nobody stands there any more to take the paper. */
const PAPER_WITHIN_MS = 10 * 60_000;

export interface PaperParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly prints: Pick<PrintQueue, 'printerStatus'>;
}

/** Ends the waiting of a ticket that is paid, and queues its paper unless it is out already. */
export function onPaid(
  { clock, device }: Pick<PaperParts, 'clock' | 'device'>,
  { db }: LedgerTx,
  ticketId: string,
  attemptId: string,
): void {
  const { tenantId } = device;
  const ticket = rowByKey(db, ticketTable, tenantId, ticketId as TicketId);
  const attempt = rowByKey(db, paymentSessionTable, tenantId, attemptId);
  const isFresh = attempt !== undefined && clock.env.now() - epochMsOf(attempt.createdAt) < PAPER_WITHIN_MS;
  const isOut = db.one('SELECT 1 FROM print_paper WHERE payment_session_id = ?', attemptId) !== undefined;
  if (ticket !== undefined && isFresh && !isOut) queue(db, clock, ticket, attemptId);
  endAwaiting(db, tenantId, ticketId);
}

/**
 * Delivers a ticket whose payment waits for its second leg.
 * @returns whether it is on paper; without a printer its number on the screen is all there is, and is enough.
 * @throws ProblemError `storage_fault`
 */
export async function deliverPaper(
  parts: PaperParts,
  ticketId: string,
  attemptId: string,
  receipt: ReceiptLines | undefined,
): Promise<boolean> {
  const { ledger, clock, device, prints } = parts;
  const hasPrinter = prints.printerStatus() !== null;
  const jobId = ledger.commit(({ db }) => {
    keepReceipt(db, device, attemptId, receipt, instantText(clock.env.now()));
    const ticket = rowByKey(db, ticketTable, device.tenantId, ticketId as TicketId);
    return ticket === undefined || !hasPrinter ? undefined : queue(db, clock, ticket, attemptId);
  });
  return jobId === undefined || (await endOf(parts.store, jobId)) === 'confirmed';
}

/**
 * Ends papers that were not begun when the program ended, of sales that were not finished: those sales are undone now, and their
 * papers would say that they were paid. @throws ProblemError `storage_fault`
 */
export function endUnfinishedPapers({ store, ledger, clock, device }: PaperParts): void {
  for (const job of store.read((db) => jobsIn(db, 'queued'))) {
    const { paymentSessionId } = job.paper;
    if (paymentSessionId === null) continue;
    const payment = store.read((db) => rowByKey(db, paymentSessionTable, device.tenantId, paymentSessionId));
    if (payment?.phase === 'authorized') endJob(ledger, clock, job, 'failed', null);
  }
}

/** Keeps what the terminal said is to be printed, if it said anything. */
export function keepReceipt(
  db: WriteHandle,
  device: Device,
  attemptId: string,
  receipt: ReceiptLines | undefined,
  at: InstantText,
): void {
  if (receipt !== undefined) saveReceipt(db, device.tenantId, attemptId, receipt, at);
}

function queue(db: WriteHandle, clock: Clock, ticket: TicketRow, attemptId: string): string {
  const locale = localeToPay(db, ticket.tenantId, ticket.id) ?? localeFor(undefined);
  const peopleAhead = countAhead(db, ticket, clock.env.now());
  return queuePaper(db, clock.env, ticket, { locale, peopleAhead, paymentSessionId: attemptId }).id;
}

const OPEN: readonly PrintState[] = ['queued', 'sent'];

/** Resolves with how a print job ended. Its own patience ends it. */
function endOf(store: Store, jobId: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      try {
        const state = store.read((db) => db.one('SELECT state FROM print_job WHERE id = ?', jobId)?.state);
        if (OPEN.includes(state as PrintState)) return;
        stop();
        resolve(String(state));
      } catch (error) {
        stop();
        reject(error);
      }
    };
    const stop = store.onCommit(look);
    look();
  });
}
