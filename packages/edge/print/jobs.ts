/**
 * Print jobs in the store. A job is `sent` on disk before the first byte leaves, so that one found `sent` at a start is
 * unknown and never printed again unasked; whatever it ends as is an entry of the ledger.
 */
import {
  type EntryDraft,
  type Env,
  type InstantText,
  instantText,
  type JsonObject,
  type LedgerAction,
  type Locale,
  localeFor,
  newId,
  type PrintJobRow,
  type PrintState,
  ProblemError,
  paymentSessionTable,
  printJobTable,
  rowFromSql,
  type TicketRow,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { viewOfPhase } from '../pay/outcome.ts';
import type { ReadHandle, SqlRow, WriteHandle } from '../store/connection.ts';
import { rowByKey, upsertRow } from '../store/rows.ts';

/** How long a job whose printer is not ready waits for it. Later the customer has left with the number on the screen. */
export const PRINT_PATIENCE_MS = 60_000;

/** What a job's paper says that its ticket does not. */
export interface Paper {
  readonly locale: Locale;
  readonly peopleAhead: number;
  /** The payment that the ticket was given for; null for what costs nothing or is paid later. */
  readonly paymentSessionId: string | null;
  /** After this the paper is of no use: its customer has read the number on the screen. */
  readonly expiresAt: InstantText;
}

export interface PrintJob {
  readonly row: PrintJobRow;
  readonly paper: Paper;
}

/** Why a job ended without paper, besides the causes that printers have. */
export const NO_PRINTER = 'printer_offline';

const JOBS =
  'SELECT j.*, p.locale, p.people_ahead, p.payment_session_id, p.expires_at FROM print_job AS j JOIN print_paper AS p ' +
  'ON p.tenant_id = j.tenant_id AND p.print_job_id = j.id';

/** Queues the first paper of a ticket, for as long as its customer waits for it. @returns the job's row. */
export function queuePaper(
  db: WriteHandle,
  env: Env,
  ticket: Pick<TicketRow, 'tenantId' | 'siteId' | 'id'>,
  paper: Omit<Paper, 'expiresAt'>,
): PrintJobRow {
  const at = instantText(env.now());
  const row: PrintJobRow = {
    tenantId: ticket.tenantId,
    id: newId<'print_job'>(env),
    createdAt: at,
    siteId: ticket.siteId,
    ticketId: ticket.id,
    state: 'queued',
    cause: null,
    copy: 1,
    updatedAt: at,
  };
  insertJob(db, row, { ...paper, expiresAt: instantText(env.now() + PRINT_PATIENCE_MS) });
  return row;
}

/** Writes a job with its paper. */
export function insertJob(db: WriteHandle, row: PrintJobRow, paper: Paper): void {
  upsertRow(db, printJobTable, row);
  db.run(
    'INSERT INTO print_paper (tenant_id, print_job_id, locale, people_ahead, payment_session_id, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
    row.tenantId,
    row.id,
    paper.locale,
    paper.peopleAhead,
    paper.paymentSessionId,
    paper.expiresAt,
  );
}

/** How often a ticket is on paper at most: a customer who asks again is sent to a person. */
export const COPIES_MAX = 3;

/**
 * Queues a second copy, marked as one: only of paper that is not known to have come out, and never by itself (I-EDG-9).
 * @throws ProblemError `not_found`, `reprint_refused`
 */
export function repeatPaper(ledger: Ledger, clock: Clock, device: Device, ticketId: string): PrintJobRow {
  return ledger.commit(({ db, append }) => {
    const last = lastPaperOf(db, device, ticketId);
    if (last === undefined) throw new ProblemError('not_found');
    const isDue = MAY_REPEAT[last.row.state] && last.row.copy < COPIES_MAX;
    // It would say that something was paid whose money went back.
    if (!isDue || !isStillPaid(db, device, last)) throw new ProblemError('reprint_refused');
    const now = clock.env.now();
    const at = instantText(now);
    const row: PrintJobRow = {
      ...last.row,
      id: newId<'print_job'>(clock.env),
      createdAt: at,
      state: 'queued',
      cause: null,
      copy: last.row.copy + 1,
      updatedAt: at,
    };
    insertJob(db, row, { ...last.paper, expiresAt: instantText(now + PRINT_PATIENCE_MS) });
    append([aboutJob(row, 'PRINT_REPEATED', { after: last.row.state })]);
    return row;
  });
}

/** The newest paper of a ticket here. */
export function lastPaperOf(db: ReadHandle, { tenantId }: Device, ticketId: string): PrintJob | undefined {
  const raw = db.one(
    `${JOBS} WHERE j.tenant_id = ? AND j.ticket_id = ? ORDER BY j.created_at DESC, j.copy DESC LIMIT 1`,
    tenantId,
    ticketId,
  );
  return raw && fromSql(raw);
}

/** Whether what the paper was paid with has not gone back. */
export function isStillPaid(db: ReadHandle, { tenantId }: Device, { paper }: PrintJob): boolean {
  if (paper.paymentSessionId === null) return true;
  const payment = rowByKey(db, paymentSessionTable, tenantId, paper.paymentSessionId);
  return payment === undefined || viewOfPhase(payment.phase) === 'paid';
}

/** What ended without a paper that anybody can vouch for; what still runs or is confirmed is not printed again. */
const MAY_REPEAT: Record<PrintState, boolean> = {
  queued: false,
  sent: false,
  confirmed: false,
  unknown: true,
  failed: true,
  expired: true,
};

/** Writes down that nobody took a paper. */
export function recordNotTaken(ledger: Ledger, job: PrintJob): void {
  ledger.commit(({ append }) => append([aboutJob(job.row, 'PRINT_NOT_TAKEN', {})]));
}

/** Jobs in a state, oldest first. */
export function jobsIn(db: ReadHandle, state: PrintState): PrintJob[] {
  return db.all(`${JOBS} WHERE j.state = ? ORDER BY j.created_at, j.id`, state).map(fromSql);
}

/** Moves a job without ending it. */
export function moveJob(
  db: WriteHandle,
  job: PrintJob,
  state: Extract<PrintState, 'queued' | 'sent'>,
  cause: string | null,
  at: InstantText,
): void {
  upsertRow(db, printJobTable, { ...job.row, state, cause, updatedAt: at });
}

type EndState = Extract<PrintState, 'confirmed' | 'unknown' | 'failed' | 'expired'>;

const ACTION_OF_END = {
  confirmed: 'PRINT_CONFIRMED',
  unknown: 'PRINT_UNKNOWN',
  failed: 'PRINT_FAILED',
  expired: 'PRINT_FAILED',
} as const satisfies Record<EndState, LedgerAction>;

/** Ends a job, for good, on disk and in the ledger. */
export function endJob(
  ledger: Ledger,
  clock: Clock,
  job: PrintJob,
  state: EndState,
  cause: string | null,
): void {
  const { row } = job;
  ledger.commit(({ db, append }) => {
    upsertRow(db, printJobTable, { ...row, state, cause, updatedAt: instantText(clock.env.now()) });
    append([aboutJob(row, ACTION_OF_END[state], { state, cause })]);
  });
}

/** An entry about a job. */
export function aboutJob(row: PrintJobRow, action: LedgerAction, data: JsonObject): EntryDraft {
  return {
    siteId: row.siteId,
    userId: null,
    action,
    entity: 'print_job',
    entityId: row.id,
    data: { ticketId: row.ticketId, copy: row.copy, ...data },
  };
}

function fromSql(raw: SqlRow): PrintJob {
  return {
    row: rowFromSql(printJobTable, raw),
    paper: {
      locale: localeFor(String(raw.locale)),
      peopleAhead: Number(raw.people_ahead),
      paymentSessionId: raw.payment_session_id == null ? null : String(raw.payment_session_id),
      expiresAt: String(raw.expires_at),
    },
  };
}
