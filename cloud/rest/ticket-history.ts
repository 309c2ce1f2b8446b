/**
 * The history of a ticket: its entries are applied once more, as they were when they came, and each is told with what it
 * changed. Nothing is kept for this: the rules that made the row explain it too.
 */
import { apply, isRecorded, type JsonObject, type LedgerEntry, type TicketRow } from '@totem/domain';
import { changesOf, initialOf } from './changes.ts';

/** What became of one entry. */
export interface TicketStep {
  readonly outcome: 'applied' | 'kept' | 'parked' | 'recorded';
  readonly conflict: string | null;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** Fields that say nothing to people: how far the row is folded, and when, which every entry says itself. */
const UNSAID = ['folded', 'updatedAt'] as const;

/** What became of each entry, by its id. @param entries of one ticket, from the first, in the order of receipt. */
export function ticketSteps(entries: readonly LedgerEntry[]): ReadonlyMap<string, TicketStep> {
  const steps = new Map<string, TicketStep>();
  let row: TicketRow | undefined;
  let waiting: LedgerEntry[] = [];
  const take = (entry: LedgerEntry) => {
    const before = row;
    const { row: after, outcome } = apply('ticket', row, entry);
    row = after;
    if (outcome.kind === 'parked') waiting.push(entry);
    steps.set(entry.id, {
      outcome: outcome.kind === 'repeated' ? 'kept' : outcome.kind,
      conflict: ('conflict' in outcome ? outcome.conflict : undefined) ?? null,
      ...changed(before, after),
    });
  };
  for (const entry of entries) {
    if (isRecorded(entry.action)) {
      steps.set(entry.id, { outcome: 'recorded', conflict: null, before: null, after: null });
      continue;
    }
    const isMaking = row === undefined;
    take(entry);
    if (!isMaking || row === undefined) continue;
    const due = waiting;
    waiting = [];
    for (const late of due) take(late);
  }
  return steps;
}

function changed(
  before: TicketRow | undefined,
  after: TicketRow | undefined,
): Pick<TicketStep, 'before' | 'after'> {
  if (after === undefined) return { before: null, after: null };
  if (before === undefined) return { before: null, after: initialOf(said(after)) };
  return changesOf(said(before), said(after)) ?? { before: null, after: null };
}

function said(row: TicketRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).filter(([field]) => !(UNSAID as readonly string[]).includes(field)),
  );
}
