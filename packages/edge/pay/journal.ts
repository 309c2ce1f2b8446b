/**
 * The totem's payment journal: every step is an entry of the ledger, applied to the shown row in the transaction in which the
 * attempt itself is written, and what makes a ticket paid makes it wait to be called in that same transaction (I-TIL-1). So
 * the outbox carries payment and ticket together, and a crash leaves both or neither.
 */
import {
  type Attempt,
  businessDay,
  cents,
  type EntryDraft,
  type Id,
  instantText,
  isInFlight,
  type JsonObject,
  newId,
  type PaymentPhase,
  type PaymentProof,
  type PaymentSessionRow,
  type PaymentStep,
  ProblemError,
  paymentSessionTable,
  siteTable,
  takeStep,
  ticketTable,
  whyNotStart,
} from '@totem/domain';
import type {
  AttemptRecord,
  Beside,
  Capabilities,
  Charge,
  Exchange,
  PaymentJournal,
} from '@totem/drivers/payment';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger, LedgerTx } from '../ledger/ledger.ts';
import type { ReadHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { insertAttempt, openAttempts, readAttempt, type StoredAttempt, saveAttempt } from './attempts.ts';

/** What is said in one field of an exchange, at most. */
const SAID_LENGTH_MAX = 500;

export interface TotemJournal extends PaymentJournal {
  /** Says which ticket a charge is for, before `begin`. @returns forgets it. */
  forTicket(charge: Charge, ticketId: string): () => void;
}

export interface TotemJournalParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  /** Names the terminal, whose lock it is, and the adapter in front of it. */
  readonly terminal: string;
  readonly adapter: string;
  readonly method: Capabilities['method'];
  /** A payment has let its ticket into the queue: what belongs to that, in the same transaction. */
  readonly onEnqueued?: (tx: LedgerTx, ticketId: string, attemptId: string) => void;
}

export function createTotemJournal(parts: TotemJournalParts): TotemJournal {
  const { store, ledger, clock, device, terminal, adapter, method } = parts;
  const tickets = new Map<string, string>();

  const rowOf = (db: ReadHandle, id: string): PaymentSessionRow | undefined =>
    rowByKey(db, paymentSessionTable, device.tenantId, id);
  const recordOf = (db: ReadHandle, id: string): AttemptRecord | undefined => {
    const row = rowOf(db, id);
    const stored = readAttempt(db, device.tenantId, id);
    return row === undefined || stored === undefined ? undefined : toRecord(row, stored);
  };
  const known = (db: ReadHandle, id: string): AttemptRecord => {
    const record = recordOf(db, id);
    if (record === undefined) throw new ProblemError('payment_not_found');
    return record;
  };

  const draft = (action: EntryDraft['action'], id: string, data: JsonObject): EntryDraft => ({
    siteId: device.siteId,
    userId: null,
    action,
    entity: 'payment_session',
    entityId: id as Id<string>,
    data,
  });
  const exchangeDraft = (id: string, exchange: Exchange): EntryDraft => ({
    siteId: device.siteId,
    userId: null,
    action: 'PAYMENT_TRANSACTION_CREATE',
    entity: 'payment_transaction',
    entityId: newId<string>(clock.env),
    data: {
      paymentSessionId: id,
      adapter,
      kind: exchange.kind,
      externalId: exchange.externalId,
      amountCents: exchange.amountCents,
      outcome: exchange.outcome,
      raw: Object.fromEntries(
        Object.entries(exchange.said).map(([name, text]) => [name, text.slice(0, SAID_LENGTH_MAX)]),
      ),
    },
  });

  /** Writes what was decided: entries, and what the attempt still owes. */
  const write = (
    tx: LedgerTx,
    record: AttemptRecord,
    drafts: readonly EntryDraft[],
    next: Pick<StoredAttempt, 'owed' | 'refund'>,
  ): AttemptRecord => {
    tx.append(drafts);
    const id = record.charge.attemptId;
    const entering = drafts.find(({ action }) => action === 'TICKET_ENQUEUE');
    if (entering !== undefined) parts.onEnqueued?.(tx, entering.entityId, id);
    const row = rowOf(tx.db, id);
    if (row === undefined) throw new Error('a payment was written and is not there');
    const holds = isInFlight(row.phase) || next.owed !== null;
    saveAttempt(tx.db, device.tenantId, id, { ...next, holds });
    return toRecord(row, { charge: record.charge, ...next });
  };

  /** A ticket that had to be paid first may be called from now on. */
  const enqueued = (db: ReadHandle, ticketId: string): EntryDraft[] => {
    const ticket = rowByKey(db, ticketTable, device.tenantId, ticketId);
    if (ticket === undefined || ticket.state === 'waiting') return [];
    // What has ended meanwhile is enqueued as a fact too: the row then says that it was paid late.
    const isDue = ticket.state === 'created' || ticket.endedAt !== null;
    const entityId = ticketId as Id<string>;
    const data: JsonObject = {};
    const one = { siteId: device.siteId, userId: null, entity: 'ticket', entityId, data } as const;
    return isDue ? [{ ...one, action: 'TICKET_ENQUEUE' }] : [];
  };

  const journal: TotemJournal = {
    forTicket: (charge, ticketId) => {
      tickets.set(charge.attemptId, ticketId);
      return () => void tickets.delete(charge.attemptId);
    },
    begin: (charge) =>
      ledger.commit((tx) => {
        const ticketId = tickets.get(charge.attemptId);
        if (ticketId === undefined) throw new Error('a charge is for a ticket');
        if (!tx.hasRoom()) throw new ProblemError('storage_fault');
        const site = rowByKey(tx.db, siteTable, device.tenantId, device.siteId);
        if (site === undefined) throw new ProblemError('not_ready');
        // Its customer may have left it while the terminal was asked for.
        const ticket = rowByKey(tx.db, ticketTable, device.tenantId, ticketId);
        if (ticket !== undefined && ticket.endedAt !== null)
          throw new ProblemError('ticket_state', { params: { code: ticket.code, state: ticket.state } });
        const ofTicket = phasesOfTicket(tx.db, ticketId);
        const held = openAttempts(tx.db, device.tenantId, terminal).filter(({ holds }) => holds);
        const refusal =
          whyNotStart(charge.amountCents, ofTicket, []) ?? (held.length > 0 ? 'terminal_busy' : undefined);
        if (refusal !== undefined) throw new ProblemError(refusal);
        tx.append([
          draft('PAYMENT_CREATE', charge.attemptId, {
            ticketId,
            attempt: ofTicket.length + 1,
            method,
            adapter,
            externalId: charge.externalId,
            currency: charge.currency,
            amountCents: charge.amountCents,
            equipmentId: device.equipmentId,
            operatorId: null,
            businessDay: businessDay(clock.env.now(), site),
          }),
        ]);
        insertAttempt(tx.db, {
          tenantId: device.tenantId,
          terminal,
          createdAt: instantText(clock.env.now()),
          charge,
        });
        return known(tx.db, charge.attemptId);
      }),
    take: (attemptId, step, beside = {}) =>
      ledger.commit((tx) => {
        const record = known(tx.db, attemptId);
        const taken = takeStep(record.attempt, step);
        if (!taken.ok) throw new ProblemError(taken.refuse);
        const row = rowOf(tx.db, attemptId);
        const drafts = [
          ...(beside.exchange === undefined ? [] : [exchangeDraft(attemptId, beside.exchange)]),
          draft(step.action, attemptId, dataOf(step, beside, record)),
          ...(step.action === 'PAYMENT_CONFIRM' && row !== undefined ? enqueued(tx.db, row.ticketId) : []),
        ];
        const isRefunding = taken.attempt.phase === 'refund_pending';
        return write(tx, record, drafts, {
          owed: beside.owed ?? record.owed,
          refund: isRefunding ? (beside.refund ?? record.refund) : null,
        });
      }),
    told: (attemptId, exchange) =>
      ledger.commit((tx) => {
        const record = known(tx.db, attemptId);
        const isUndone = record.owed?.leg === 'undo';
        const drafts = [
          exchangeDraft(attemptId, exchange),
          ...(isUndone ? [draft('PAYMENT_UNDONE', attemptId, {})] : []),
        ];
        return write(tx, record, drafts, { owed: null, refund: record.refund });
      }),
    note: (attemptId, exchange) =>
      ledger.commit((tx) => void tx.append([exchangeDraft(attemptId, exchange)])),
    paidLate: (attemptId, proof, exchange) =>
      ledger.commit((tx) => {
        const record = known(tx.db, attemptId);
        const row = rowOf(tx.db, attemptId);
        const drafts = [
          exchangeDraft(attemptId, exchange),
          draft('PAYMENT_CONFIRM', attemptId, { proof: asJson(proof) }),
          ...(row === undefined ? [] : enqueued(tx.db, row.ticketId)),
        ];
        return write(tx, record, drafts, { owed: record.owed, refund: record.refund });
      }),
    read: (attemptId) => store.read((db) => recordOf(db, attemptId)),
    byProof: (proof) =>
      store.read((db) => {
        const found = db.one(SESSION_OF_PROOF, adapter, proof.externalId, proof.finalizationKey ?? null);
        return found === undefined ? undefined : recordOf(db, String(found.id));
      }),
    unsettled: () =>
      store.read((db) =>
        openAttempts(db, device.tenantId, terminal).flatMap(
          ({ charge }) => recordOf(db, charge.attemptId) ?? [],
        ),
      ),
  };
  return journal;
}

const SESSION_OF_PROOF = `SELECT id FROM payment_session
  WHERE adapter = ? AND json_extract(details, '$.externalId') = ?
    AND json_extract(details, '$.finalizationKey') IS ? ORDER BY created_at DESC LIMIT 1`;

function phasesOfTicket(db: ReadHandle, ticketId: string): PaymentPhase[] {
  return db
    .all('SELECT phase FROM payment_session WHERE ticket_id = ?', ticketId)
    .map(({ phase }) => phase as PaymentPhase);
}

function toRecord(row: PaymentSessionRow, stored: Omit<StoredAttempt, 'holds'>): AttemptRecord {
  const { charge, owed, refund } = stored;
  const attempt: Attempt = {
    phase: row.phase,
    amountCents: row.amountCents,
    currency: row.currency,
    paidCents: row.paidCents,
    refundedCents: row.refundedCents,
    refundAskedCents: refund?.amountCents ?? cents(0),
    proof: 'externalId' in row.details ? (row.details as unknown as PaymentProof) : null,
  };
  return { charge, attempt, owed, refund };
}

/** What the entry of a step carries. */
function dataOf(step: PaymentStep, beside: Beside, record: AttemptRecord): JsonObject {
  const failure: JsonObject = beside.failureCode === undefined ? {} : { failureCode: beside.failureCode };
  const refund = beside.refund ?? record.refund;
  const refundData: JsonObject =
    refund === null || refund === undefined
      ? {}
      : { refundId: refund.refundId, amountCents: refund.amountCents };
  switch (step.action) {
    case 'PAYMENT_AUTHORIZE':
      return { proof: asJson(step.proof) };
    case 'PAYMENT_CONFIRM': {
      const proof = step.proof ?? record.attempt.proof;
      if (proof === null) throw new ProblemError('payment_without_proof');
      return { proof: asJson(proof) };
    }
    case 'PAYMENT_DECLINE':
    case 'PAYMENT_CANCEL':
    case 'PAYMENT_EXPIRE':
      return { by: step.by, ...failure };
    case 'PAYMENT_REFUND_ASK':
      return { ...refundData, reason: refund?.reason ?? '' };
    case 'PAYMENT_REFUND_DONE':
      return refundData;
    case 'PAYMENT_REFUND_FAIL':
      return { ...refundData, ...failure };
    case 'PAYMENT_LOSE':
    case 'PAYMENT_UNDO':
      return failure;
    case 'PAYMENT_SEND':
    case 'PAYMENT_WAIT':
    case 'PAYMENT_UNDONE':
      return {};
    default:
      return step satisfies never;
  }
}

/** Only fields that were given: JSON has no undefined. */
function asJson(proof: PaymentProof): JsonObject {
  return JSON.parse(JSON.stringify(proof)) as JsonObject;
}
