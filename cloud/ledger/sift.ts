/** What of a judged batch can be applied here, and what is kept aside: an entry must also be storable, and be its origin's own. */
import {
  CLOUD_ACTIONS,
  epochMsOf,
  factOf,
  isFolded,
  type LedgerAction,
  type LedgerEntry,
  type SiteId,
} from '@totem/domain';
import type { ChainFields, JudgedEntry, QuarantineReason, ReceivedBatch } from '@totem/sync/push';
import type { ReceivedEntry } from './entries.ts';
import type { AllRows } from './folded-tables.ts';

export interface Refused {
  readonly raw: ChainFields;
  readonly reason: QuarantineReason;
}

export interface Sifted {
  readonly accepted: readonly ReceivedEntry[];
  readonly refused: readonly Refused[];
}

/** Whether a batch speaks of a hub's term at all: most do not, and nobody asks then. */
export function speaksOfTerm(judged: readonly JudgedEntry[]): boolean {
  return judged.some((one) => one.verdict === 'accept' && factOf(one.entry).data.hubTerm !== undefined);
}

/**
 * Sorts a batch's new entries.
 * @param siteId the site of the device that owns the origin.
 * @param terms in which the device was the site's hub: what it says in one that it never held, it made up.
 */
export function sift(
  judged: readonly JudgedEntry[],
  siteId: SiteId,
  terms: ReadonlySet<number> = new Set(),
): Sifted {
  const accepted: ReceivedEntry[] = [];
  const refused: Refused[] = [];
  const ids = new Set<string>();
  for (const one of judged) {
    if (one.verdict === 'quarantine') {
      refused.push({ raw: one.raw, reason: one.reason });
      continue;
    }
    const { entry } = one;
    const reason = refusalOf(entry, siteId, ids, terms);
    if (reason === undefined) {
      ids.add(entry.id);
      accepted.push({ entry, private: one.private });
    } else refused.push({ raw: rawOf(entry), reason });
  }
  return { accepted, refused };
}

/**
 * The batch with entries that hold what no text may (NUL, half a surrogate pair, in names or values) reduced to their chain
 * fields: those cannot be hashed or stored, fail to parse as any broken entry does, and do not disturb the others.
 */
export function sayable(batch: ReceivedBatch): ReceivedBatch {
  return {
    ...batch,
    entries: batch.entries.map((fields) => {
      const { id, origin, seq, tx, prevHash, hash } = fields;
      return isSayable(fields) ? fields : { id, origin, seq, tx, prevHash, hash };
    }),
  };
}

/** Deeper data is no entry's; walking it would only wear out the stack. */
const DEPTH_MAX = 32;

function isSayable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth === DEPTH_MAX) return false;
  return Array.isArray(value)
    ? value.every((member) => isSayable(member, depth + 1))
    : Object.entries(value).every(([name, member]) => isSayable(name) && isSayable(member, depth + 1));
}

/** The origins of which a batch carries entries on: few batches carry any. */
export function carriedOrigins(judged: readonly JudgedEntry[]): string[] {
  const carried = judged.flatMap((one) =>
    one.verdict === 'accept' && one.entry.action === 'RECOVERED' ? [factOf(one.entry).origin] : [],
  );
  return [...new Set(carried)];
}

/** Takes out what is said to come from another's disk: carried on, it would stand in the way of what that other sends. */
export function siftForeignOrigins({ accepted, refused }: Sifted, ofOthers: ReadonlySet<string>): Sifted {
  if (ofOthers.size === 0) return { accepted, refused };
  const isForeign = ({ entry }: ReceivedEntry) =>
    ofOthers.has(factOf(entry).origin) && entry.action === 'RECOVERED';
  const foreign = accepted
    .filter(isForeign)
    .map(({ entry }) => ({ raw: rawOf(entry), reason: 'unattributed' as const }));
  return { accepted: accepted.filter((one) => !isForeign(one)), refused: [...refused, ...foreign] };
}

/** Takes out what speaks about a row of another site: an origin acts at its own. */
export function siftForeignRows({ accepted, refused }: Sifted, rows: AllRows): Sifted {
  const isForeign = ({ entry }: ReceivedEntry): boolean => {
    if (!isFolded(entry.entity)) return false;
    const row = rows[entry.entity].get(entry.entityId);
    return row !== undefined && row.siteId !== entry.siteId;
  };
  return {
    accepted: accepted.filter((one) => !isForeign(one)),
    refused: [
      ...refused,
      ...accepted
        .filter(isForeign)
        .map(({ entry }) => ({ raw: rawOf(entry), reason: 'unattributed' as const })),
    ],
  };
}

/** What only the cloud says: by a totem, nobody with the right to it has said it. */
const OF_CLOUD_ONLY: readonly LedgerAction[] = ['TICKET_OVERRIDE', ...CLOUD_ACTIONS];

function refusalOf(
  entry: LedgerEntry,
  siteId: SiteId,
  ids: ReadonlySet<string>,
  terms: ReadonlySet<number>,
): QuarantineReason | undefined {
  // What a recovery carries is judged as if it had come by itself.
  const fact = factOf(entry);
  const { hubTerm } = fact.data;
  if (hubTerm !== undefined && !terms.has(Number(hubTerm))) return 'unattributed';
  if (entry.siteId !== null && entry.siteId !== siteId) return 'unattributed';
  if (OF_CLOUD_ONLY.includes(fact.action)) return 'unattributed';
  return ids.has(entry.id) || !isStorable(entry) || !isStorable(fact) ? 'unparsable' : undefined;
}

/**
 * Whether PostgreSQL takes the entry as it is. Its text forms are checked by pattern where it enters, which lets through the
 * 31st of February and the year 0.
 */
export function isStorable(entry: LedgerEntry): boolean {
  const { businessDay } = entry.data;
  return (
    isInstant(entry.occurredAt) &&
    (!isFolded(entry.entity) || typeof businessDay !== 'string' || isDay(businessDay))
  );
}

function isInstant(text: string): boolean {
  try {
    return !text.startsWith('0000') && Number.isFinite(epochMsOf(text));
  } catch {
    return false;
  }
}

function isDay(text: string): boolean {
  try {
    return (
      !text.startsWith('0000') && Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text
    );
  } catch {
    return false;
  }
}

function rawOf(entry: LedgerEntry): ChainFields {
  return { ...entry };
}
