/** The merging side of the ticket machine: what a ticket's row becomes when an entry about it arrives. Pure and total. */
import type { LEDGER_ACTIONS } from '../ledger/action.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { type Applied, contains, foldedWith } from '../ledger/outcome.ts';
import { cents } from '../money/money.ts';
import type { TicketRow } from '../rows/tables.ts';
import type { TicketCreateData } from './data.ts';
import {
  type Before,
  FACTS,
  type FactCell,
  isFinal,
  TICKET_ACTIONS,
  type TicketAction,
  type TicketState,
} from './machine.ts';
import type { TicketReprint } from './reprint.ts';

/** The fields of any ticket action's data, as `TICKET_DATA` has let them in. */
interface ActionData {
  readonly operatorId?: TicketRow['operatorId'];
  readonly counterId?: TicketRow['counterId'];
  readonly reason?: string;
  readonly place?: 'keep' | 'end';
  readonly toServiceId?: TicketRow['serviceId'];
  readonly toCounterId?: TicketRow['counterId'];
  readonly toOperatorId?: TicketRow['operatorId'];
  readonly to?: TicketState;
  readonly printJobId?: TicketReprint['printJobId'];
  readonly lane?: string;
  readonly copy?: number;
}

/** The fields that a creation fixes for ever: a second creation must agree in all of them. */
const FIXED = ['serviceId', 'code', 'businessDay', 'lane', 'number', 'priorityClassId', 'partySize'] as const;

export function applyTicket(row: TicketRow | undefined, entry: LedgerEntry): Applied<TicketRow> {
  if (contains(row, entry)) return { row, outcome: { kind: 'repeated' } };
  if (!isTicketAction(entry.action)) return judged(row, entry, { do: 'keep', conflict: 'out_of_order' });
  const before: Before = row?.state ?? 'absent';
  return judged(row, entry, FACTS[entry.action][before]);
}

function isTicketAction(action: (typeof LEDGER_ACTIONS)[number]): action is TicketAction {
  return (TICKET_ACTIONS as readonly string[]).includes(action);
}

function judged(row: TicketRow | undefined, entry: LedgerEntry, cell: FactCell): Applied<TicketRow> {
  switch (cell.do) {
    case 'park':
      return { row, outcome: { kind: 'parked' } };
    case 'apply': {
      const changed =
        row === undefined
          ? createdTicket(entry)
          : changedTicket(row, entry, cell.to === 'chosen' ? chosenState(row, entry) : cell.to);
      return flagged('applied', changed, entry, cell.conflict);
    }
    case 'keep':
      return row === undefined
        ? { row, outcome: { kind: 'parked' } }
        : flagged('kept', row, entry, cell.conflict);
    case 'by_holder': {
      const data = entry.data as ActionData;
      // Who calls again may have changed counters meanwhile, and calls people to where they are now.
      const isThere = entry.action === 'TICKET_RECALL' || row?.counterId === data.counterId;
      const same = row?.operatorId === data.operatorId && isThere;
      return judged(row, entry, same ? cell.same : cell.other);
    }
    case 'compare_content':
      return judged(
        row,
        entry,
        sameCreation(row, entry) ? { do: 'keep' } : { do: 'keep', conflict: cell.conflict },
      );
    default:
      return cell satisfies never;
  }
}

function flagged(
  kind: 'applied' | 'kept',
  row: TicketRow,
  entry: LedgerEntry,
  conflict: Extract<FactCell, { do: 'keep' }>['conflict'],
): Applied<TicketRow> {
  const folded = foldedWith(row.folded, entry);
  return conflict === undefined
    ? { row: { ...row, folded }, outcome: { kind } }
    : { row: { ...row, folded, conflict }, outcome: { kind, conflict } };
}

function chosenState(row: TicketRow, entry: LedgerEntry): TicketState {
  return (entry.data as ActionData).to ?? row.state;
}

function sameCreation(row: TicketRow | undefined, entry: LedgerEntry): boolean {
  const data = entry.data as unknown as TicketCreateData;
  return (
    row !== undefined && FIXED.every((field) => row[field] === data[field]) && row.siteId === entry.siteId
  );
}

function createdTicket(entry: LedgerEntry): TicketRow {
  const data = entry.data as unknown as TicketCreateData;
  return {
    tenantId: entry.tenantId,
    id: entry.entityId as string as TicketRow['id'],
    createdAt: entry.occurredAt,
    siteId: entry.siteId as TicketRow['siteId'],
    serviceId: data.serviceId,
    code: data.code,
    businessDay: data.businessDay,
    lane: data.lane,
    number: data.number,
    priorityClassId: data.priorityClassId,
    priority: data.priority,
    appointmentAt: data.appointmentAt ?? null,
    partySize: data.partySize,
    state: data.state,
    reason: null,
    heldReason: null,
    channel: data.channel,
    operatorId: null,
    counterId: null,
    addressedOperatorId: null,
    addressedCounterId: null,
    issuedAt: entry.occurredAt,
    waitingSince: data.state === 'waiting' ? entry.occurredAt : null,
    stageSince: entry.occurredAt,
    calledAt: null,
    calls: 0,
    startedAt: null,
    endedAt: null,
    updatedAt: entry.occurredAt,
    priceCents: cents(data.priceCents),
    reprint: null,
    conflict: null,
    folded: {},
  };
}

/** The row in its next state. What an action sets besides the state is decided here, once, for commands and facts alike. */
function changedTicket(row: TicketRow, entry: LedgerEntry, state: TicketState): TicketRow {
  const data = entry.data as ActionData;
  const at = entry.occurredAt;
  const changed: TicketRow = {
    ...row,
    state,
    updatedAt: at,
    endedAt: isFinal(state) ? at : null,
    ...(state === 'waiting' ? { operatorId: null, counterId: null } : {}),
  };
  switch (entry.action as TicketAction) {
    case 'TICKET_CALL':
    case 'TICKET_RECALL':
      return { ...changed, ...holderOf(data, row), calledAt: at, calls: row.calls + 1, heldReason: null };
    case 'TICKET_START':
      return { ...changed, ...holderOf(data, row), startedAt: at, stageSince: at, reason: null };
    case 'TICKET_FINISH':
      return { ...changed, ...holderOf(data, row), reason: null };
    case 'TICKET_ENQUEUE':
      return { ...changed, waitingSince: at, stageSince: at };
    case 'TICKET_REQUEUE':
      return { ...changed, calls: 0, waitingSince: data.place === 'end' ? at : row.waitingSince };
    case 'TICKET_TRANSFER':
      return {
        ...changed,
        serviceId: data.toServiceId ?? row.serviceId,
        addressedOperatorId: data.toOperatorId ?? null,
        addressedCounterId: data.toCounterId ?? null,
        stageSince: at,
        calls: 0,
        startedAt: null,
        waitingSince: data.place === 'end' ? at : row.waitingSince,
      };
    case 'TICKET_HOLD':
      return { ...changed, heldReason: data.reason ?? null, calls: 0 };
    case 'TICKET_RELEASE':
      return { ...changed, heldReason: null };
    case 'TICKET_DELAY':
      return { ...changed, waitingSince: at };
    case 'TICKET_NO_SHOW':
      return { ...changed, reason: 'no_show' };
    case 'TICKET_CANCEL':
      return { ...changed, reason: (data.reason ?? 'other') as NonNullable<TicketRow['reason']> };
    case 'TICKET_REPRINT':
      return { ...changed, reprint: reprintOf(data, row, at) };
    case 'TICKET_OVERRIDE':
      return overridden(changed, row, data, at);
    case 'TICKET_CREATE':
    case 'TICKET_EXPIRE':
      return changed;
    default:
      return changed;
  }
}

/** What an admin's hand sets besides the state: a row as it would be had it come there by itself, as far as that can be known. */
function overridden(changed: TicketRow, row: TicketRow, data: ActionData, at: string): TicketRow {
  const moved = { ...changed, stageSince: at };
  switch (changed.state) {
    case 'created':
    case 'waiting':
      return {
        ...moved,
        operatorId: null,
        counterId: null,
        addressedOperatorId: null,
        addressedCounterId: null,
        // Back in the queue is back in one's own place.
        waitingSince: changed.state === 'waiting' ? (row.waitingSince ?? at) : null,
        calledAt: null,
        calls: 0,
        startedAt: null,
        reason: null,
        heldReason: null,
      };
    case 'called':
      return {
        ...moved,
        ...holderOf(data, row),
        calledAt: row.calledAt ?? at,
        calls: Math.max(1, row.calls),
        startedAt: null,
        reason: null,
        heldReason: null,
      };
    case 'in_service':
      return {
        ...moved,
        ...holderOf(data, row),
        startedAt: row.startedAt ?? at,
        reason: null,
        heldReason: null,
      };
    case 'finished':
    case 'expired':
      return { ...moved, reason: null };
    case 'canceled':
      return { ...moved, reason: row.reason ?? 'other' };
    default:
      return changed.state satisfies never;
  }
}

function reprintOf({ printJobId, lane, copy }: ActionData, row: TicketRow, at: string): TicketRow['reprint'] {
  const isWhole = printJobId !== undefined && lane !== undefined && copy !== undefined;
  return isWhole ? { printJobId, lane, copy, at } : row.reprint;
}

function holderOf(data: ActionData, row: TicketRow): Pick<TicketRow, 'operatorId' | 'counterId'> {
  return { operatorId: data.operatorId ?? row.operatorId, counterId: data.counterId ?? row.counterId };
}
