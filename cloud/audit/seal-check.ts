/**
 * Holds seals to the entries they cover while a walk goes by: each month's digest, count, ends and place, its signature, and
 * that its making is an entry of the ledger. Statements that were kept elsewhere count for more than the database's own rows.
 */
import { canonicalJson, GENESIS_HASH, type TenantId } from '@totem/domain';
import { z } from 'zod';
import type { SqlRow } from '../db/with-tenant.ts';
import type { Faults } from './faults.ts';
import { endOf, laterMonth, MONTHS_KEPT_MIN, monthOf } from './months.ts';
import type { SealVerifier } from './seal-keys.ts';
import { readSpan, type SignedSeal, type Span, type SpanReader, sealOfRow, signedText } from './statement.ts';

/** The data of an `AUDIT_SEALED` entry. */
export const auditSealedData = z.looseObject({
  month: z.string(),
  digest: z.string(),
});

/** The seals of rows, each tied to the one before. */
export function sealsOfRows(tenantId: TenantId, rows: readonly SqlRow[]): SignedSeal[] {
  let previous = GENESIS_HASH;
  return rows.map((row) => {
    const seal = sealOfRow(tenantId, row, previous);
    previous = seal.digest;
    return seal;
  });
}

/** How many of the oldest seals cover what is kept no more. @param isKept asked of one seal after the other. */
export async function countUnkept(
  seals: readonly SignedSeal[],
  isKept: (seal: SignedSeal) => Promise<boolean>,
): Promise<number> {
  let unkept = 0;
  for (const seal of seals) {
    if (await isKept(seal)) break;
    unkept += 1;
  }
  return unkept;
}

/** What every seal must be by itself, whether or not its entries are kept. @param now an instant. */
export function checkSeals(
  seals: readonly SignedSeal[],
  unkept: number,
  keys: SealVerifier,
  now: string,
  faults: Faults,
): void {
  const youngestUnkept = laterMonth(monthOf(now), -MONTHS_KEPT_MIN);
  let position = 0;
  let month = '';
  for (const [index, seal] of seals.entries()) {
    const name = `the seal of ${seal.month}`;
    if (seal.firstPosition !== position + 1)
      faults.add('seal', `${name} does not begin where the one before ends`);
    if (seal.month <= month || endOf(seal.month) > seal.sealedAt)
      faults.add('seal', `${name} is out of its time`);
    if (!keys.has(seal.keyId)) faults.add('seal_signature', `${name} names a key that is not known`);
    else if (!keys.verify(seal.keyId, signedText(seal), seal.signature))
      faults.add('seal_signature', `${name} was not signed like this`);
    if (index < unkept && seal.month >= youngestUnkept)
      faults.add('month_missing', `no entry is kept of ${seal.month}, which is too young to be removed`);
    position = seal.lastPosition;
    month = seal.month;
  }
}

export interface SealCheck {
  /** Takes the next entry in the order of positions. */
  take(row: SqlRow): void;
  /** After the last entry. */
  end(): void;
}

/** @param seals those whose entries are kept, oldest first. @param cloudOrigin the origin that makes seals. */
export function createSealCheck(
  tenantId: TenantId,
  seals: readonly SignedSeal[],
  unkept: number,
  cloudOrigin: string | null,
  faults: Faults,
): SealCheck {
  const kept = seals.slice(unkept);
  const told = new Map<string, string>();
  let index = 0;
  let span: SpanReader | undefined;
  const close = () => {
    const seal = kept[index];
    if (seal !== undefined && !isSealed(seal, span?.end()))
      faults.add('seal', `the entries of ${seal.month} are not what was sealed`, {
        position: seal.lastPosition,
      });
    span = undefined;
    index += 1;
  };
  return {
    take: (row) => {
      const position = Number(row.position);
      if (row.action === 'AUDIT_SEALED' && row.origin === cloudOrigin) tell(told, row);
      while (index < kept.length && position > (kept[index]?.lastPosition ?? 0)) close();
      const seal = kept[index];
      if (seal === undefined) return;
      span ??= readSpan(tenantId, seal.month, seal.previousDigest);
      span.take(row);
    },
    end: () => {
      while (index < kept.length) close();
      for (const [month, digest] of told)
        if (!seals.some((seal) => seal.month === month && seal.digest === digest))
          faults.add('seal_entry', `the seal of ${month} that the ledger speaks of is not there`);
      for (const { month } of kept)
        if (!told.has(month)) faults.add('seal_entry', `no entry speaks of the seal of ${month}`);
    },
  };
}

/** Holds a database to a statement that was kept elsewhere. */
export function checkStatement(
  statement: SignedSeal,
  seals: readonly SignedSeal[],
  keys: SealVerifier,
  faults: Faults,
): void {
  const { month } = statement;
  if (!keys.verify(statement.keyId, signedText(statement), statement.signature))
    faults.add('statement', `the statement about ${month} is not signed by a known key`);
  const seal = seals.find((one) => one.month === month);
  // The walk holds the row to the entries; so what is left is to hold the row to the statement.
  if (seal === undefined) faults.add('statement', `no seal of ${month} is there`);
  else if (canonicalJson(seal) !== canonicalJson(statement))
    faults.add('statement', `the seal of ${month} is not the statement`);
}

function tell(told: Map<string, string>, row: SqlRow): void {
  const data = auditSealedData.safeParse(JSON.parse(row.data ?? 'null'));
  if (data.success) told.set(data.data.month, data.data.digest);
}

function isSealed(seal: SignedSeal, span: Span | undefined): boolean {
  if (span === undefined) return false;
  const { firstPosition, lastPosition, entries, digest, heads } = seal;
  return canonicalJson(span) === canonicalJson({ firstPosition, lastPosition, entries, digest, heads });
}
