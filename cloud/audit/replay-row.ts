/** One row held to its entries: what they fold to, and where what is stored differs from it. Pure. */
import {
  CONFLICTS_ACROSS_ROWS,
  canonicalJson,
  type Folded,
  type FoldedEntity,
  type FoldedRows,
  fold,
  isRecorded,
  type LedgerEntry,
  PAYMENT_CONFLICTS_ACROSS_ROWS,
} from '@totem/domain';

/** A row that is folded, whichever it is. */
export type AnyRow = FoldedRows[FoldedEntity];

export interface Replayed {
  /** Undefined where no entry creates it. */
  readonly row: AnyRow | undefined;
  /** Entries that wait for a row, in the order of receipt. */
  readonly parked: readonly LedgerEntry[];
}

/** What a row's entries fold to. @param entries all of one row, in the order of positions. */
export function replayRow(entity: FoldedEntity, entries: readonly LedgerEntry[]): Replayed {
  const applied = entries.filter(({ action }) => !isRecorded(action));
  // The creation that came first says whose row it is; what another site wrote before it goes on waiting.
  const site = applied.find((entry) => fold(entity, undefined, [], [entry]).row !== undefined)?.siteId;
  if (site === undefined) return { row: undefined, parked: applied };
  const own = applied.filter(({ siteId }) => siteId === site);
  const { row, parked } = fold(entity, undefined, [], own);
  const still = new Set([...parked, ...applied.filter((entry) => entry.siteId !== site)].map(({ id }) => id));
  return { row, parked: applied.filter(({ id }) => still.has(id)) };
}

/** A field in which a row is not what its entries say, with both values as JSON. */
export interface FieldDifference {
  readonly field: string;
  readonly stored: string;
  readonly replayed: string;
}

/**
 * Where a stored row differs from its replay. A mark that only the whole set of rows can show is no entry's: it is taken on
 * the word of the conflict that people were shown. So is a seq that was judged and kept aside, on that of what was kept.
 */
export function differences(
  stored: AnyRow,
  replayed: AnyRow,
  evidence: { isShown(kind: string): boolean; isAside(origin: string, seq: number): boolean },
): FieldDifference[] {
  const found: FieldDifference[] = [];
  const was = stored as unknown as Readonly<Record<string, unknown>>;
  for (const [field, value] of Object.entries(replayed)) {
    if (field === 'folded' && isFoldedAs(stored.folded, replayed.folded, evidence.isAside)) continue;
    if (field === 'conflict' && isMarkedAs(stored, replayed, evidence.isShown)) continue;
    const [a, b] = [canonicalJson(was[field] ?? null), canonicalJson(value ?? null)];
    if (a !== b) found.push({ field, stored: a, replayed: b });
  }
  return found;
}

function isMarkedAs(stored: AnyRow, replayed: AnyRow, isShown: (kind: string) => boolean): boolean {
  const { conflict } = stored;
  if (conflict === replayed.conflict) return true;
  const across: readonly (string | null)[] = [...CONFLICTS_ACROSS_ROWS, ...PAYMENT_CONFLICTS_ACROSS_ROWS];
  const isAcross = across.includes(conflict);
  return replayed.conflict === null && conflict !== null && isAcross && isShown(conflict);
}

function isFoldedAs(
  stored: Folded,
  replayed: Folded,
  isAside: (origin: string, seq: number) => boolean,
): boolean {
  const origins = new Set([...Object.keys(stored), ...Object.keys(replayed)]);
  return [...origins].every((origin) => {
    const [has, should] = [stored[origin] ?? 0, replayed[origin] ?? 0];
    return has === should || (has > should && isAside(origin, has));
  });
}
