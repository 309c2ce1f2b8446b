/** Folds the entries of one batch into the rows that they touch, in memory: what there is to write follows from it. Pure. */
import {
  FOLDED_ENTITIES,
  type FoldedEntity,
  type FoldedRows,
  fold,
  isFolded,
  type LedgerEntry,
  type OriginId,
  type Outcome,
} from '@totem/domain';
import { type AllIds, type AllRows, noRows } from './folded-tables.ts';
import { keyOf, type ParkedEntries } from './parked.ts';
import type { Refused } from './sift.ts';

export interface FoldedBatch {
  /** The rows that changed, as they are now. */
  readonly rows: AllRows;
  /** Entries of this batch that wait for their row. */
  readonly parked: ReadonlySet<string>;
  /** Ids of entries that had waited and were applied now. */
  readonly unparked: readonly string[];
  /** Every entry that was judged, earlier parked ones included, with what became of it. */
  readonly outcomes: readonly { readonly entry: LedgerEntry; readonly outcome: Outcome }[];
}

/** The rows that entries are about, those of refused entries included where they can be told. */
export function touchedIds(entries: readonly LedgerEntry[], refused: readonly Refused[]): AllIds {
  const ids: Record<FoldedEntity, Set<string>> = {
    ticket: new Set(),
    call: new Set(),
    operator_session: new Set(),
    payment_session: new Set(),
    payment_transaction: new Set(),
  };
  for (const { entity, entityId } of [...entries, ...refused.flatMap(({ raw }) => targetOf(raw) ?? [])])
    if (isFolded(entity)) ids[entity].add(entityId);
  return {
    ticket: [...ids.ticket],
    call: [...ids.call],
    operator_session: [...ids.operator_session],
    payment_session: [...ids.payment_session],
    payment_transaction: [...ids.payment_transaction],
  };
}

/** @param before the rows as they are; @param waiting what was parked for them. */
export function foldBatch(
  entries: readonly LedgerEntry[],
  refused: readonly Refused[],
  before: AllRows,
  waiting: ParkedEntries,
): FoldedBatch {
  const rows = noRows();
  const parts = FOLDED_ENTITIES.flatMap((entity) => foldEntity(entity, entries, before, waiting, rows));
  countRefused(refused, before, rows);
  return {
    rows,
    parked: new Set(parts.flatMap(({ parked }) => parked)),
    unparked: parts.flatMap(({ unparked }) => unparked),
    outcomes: parts.flatMap(({ outcomes }) => outcomes),
  };
}

type Part = Pick<FoldedBatch, 'unparked' | 'outcomes'> & { readonly parked: readonly string[] };

function foldEntity<E extends FoldedEntity>(
  entity: E,
  entries: readonly LedgerEntry[],
  before: AllRows,
  waiting: ParkedEntries,
  rows: AllRows,
): Part[] {
  const byRow = Map.groupBy(
    entries.filter((entry) => entry.entity === entity),
    ({ entityId }) => entityId,
  );
  return [...byRow].map(([id, own]) => {
    const start: FoldedRows[E] | undefined = before[entity].get(id);
    // What waits was written for the same site, or it goes on waiting until people look at it.
    const parked = (waiting.get(keyOf(entity, id)) ?? []).filter(({ siteId }) => siteId === own[0]?.siteId);
    const folded = fold(entity, start, parked, own);
    if (folded.row !== undefined && folded.row !== start) rows[entity].set(id, folded.row);
    const stillParked = new Set(folded.parked.map((entry) => entry.id));
    const judged = [...parked, ...own];
    return {
      parked: own.filter((entry) => stillParked.has(entry.id)).map((entry) => entry.id),
      unparked: parked.filter((entry) => !stillParked.has(entry.id)).map((entry) => entry.id),
      outcomes: judged.flatMap((entry) => {
        const outcome = folded.outcomes.get(entry.id);
        return outcome === undefined ? [] : [{ entry, outcome }];
      }),
    };
  });
}

/** A refused entry was judged too: its row says so, or its writer's replica would go on applying it for ever. */
function countRefused(refused: readonly Refused[], before: AllRows, rows: AllRows): void {
  for (const { raw } of refused) {
    const target = targetOf(raw);
    if (target === undefined) continue;
    switch (target.entity) {
      case 'ticket':
        countIn('ticket', target.entityId, raw, before, rows);
        break;
      case 'call':
        countIn('call', target.entityId, raw, before, rows);
        break;
      case 'operator_session':
        countIn('operator_session', target.entityId, raw, before, rows);
        break;
      case 'payment_session':
        countIn('payment_session', target.entityId, raw, before, rows);
        break;
      case 'payment_transaction':
        countIn('payment_transaction', target.entityId, raw, before, rows);
        break;
      default:
        target.entity satisfies never;
    }
  }
}

function countIn<E extends FoldedEntity>(
  entity: E,
  id: string,
  { origin, seq }: { readonly origin: OriginId; readonly seq: number },
  before: AllRows,
  rows: AllRows,
): void {
  const row: FoldedRows[E] | undefined = rows[entity].get(id) ?? before[entity].get(id);
  if (row === undefined) return;
  const folded = { ...row.folded, [origin]: Math.max(seq, row.folded[origin] ?? 0) };
  rows[entity].set(id, { ...row, folded });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The row that an unparsed entry names, if it names one. */
function targetOf(
  raw: Readonly<Record<string, unknown>>,
): { readonly entity: FoldedEntity; readonly entityId: string } | undefined {
  const { entity, entityId } = raw;
  if (typeof entity !== 'string' || !isFolded(entity)) return undefined;
  return typeof entityId === 'string' && UUID.test(entityId) ? { entity, entityId } : undefined;
}
