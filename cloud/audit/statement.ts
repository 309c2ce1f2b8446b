/**
 * A seal: what a month of a tenant's ledger was, signed. Taken elsewhere, it shows any later edit of what it covers, the
 * order of receipt and the time of receipt included, which no chain of an origin holds. Months are tied to one another: each
 * names the digest of the one before.
 */
import { createHash, type Hash } from 'node:crypto';
import { canonicalJson, GENESIS_HASH, idSchema, type OriginId, type TenantId } from '@totem/domain';
import { z } from 'zod';
import type { SqlRow } from '../db/with-tenant.ts';
import { instantOfSql } from './canonical-entry.ts';
import { isMonth, monthOf } from './months.ts';

export const SEAL_FORMAT = 'totem-audit-seal-v1';
const DIGEST_FORMAT = 'totem-audit-digest-v1';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const position = z.int().min(1);
export const headSchema = z.strictObject({ seq: z.int().min(1), hash: hex64 });

/** The portable document: whoever has it and the public key needs nothing else to hold a database to it. */
export const signedSealSchema = z.strictObject({
  format: z.literal(SEAL_FORMAT),
  tenantId: idSchema<'tenant'>(),
  /** In UTC, by time of receipt. */
  month: z.string().refine(isMonth, 'not a month'),
  firstPosition: position,
  lastPosition: position,
  entries: position,
  /** That of the month before; zeros before the first. */
  previousDigest: hex64,
  digest: hex64,
  /** Where each origin that wrote in this month stood at its end. */
  heads: z.record(idSchema<'origin'>(), headSchema),
  sealedAt: z.iso.datetime({ precision: 3 }),
  keyId: z.string().min(1).max(100),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type SignedSeal = z.output<typeof signedSealSchema>;

/** The text that is signed. */
export function signedText({
  signature: _,
  ...statement
}: Omit<SignedSeal, 'signature'> & { signature?: string }): string {
  return canonicalJson(statement);
}

/** The columns of `audit_seal` from which `sealOfRow` makes a seal. */
export const SEAL_COLUMNS =
  'month, first_position, last_position, entries, digest, heads, sealed_at, key_id, signature';

/** The seal that a row holds. It is whatever the row says: only its signature tells whether that was ever signed. */
export function sealOfRow(tenantId: TenantId, row: SqlRow, previousDigest: string): SignedSeal {
  return {
    format: SEAL_FORMAT,
    tenantId,
    month: monthOf(String(row.month)),
    firstPosition: Number(row.first_position),
    lastPosition: Number(row.last_position),
    entries: Number(row.entries),
    previousDigest,
    digest: String(row.digest),
    heads: JSON.parse(String(row.heads)) as SignedSeal['heads'],
    sealedAt: instantOfSql(String(row.sealed_at)),
    keyId: String(row.key_id),
    signature: String(row.signature),
  };
}

/** What a seal says of the entries that it covers. */
export type Span = Pick<SignedSeal, 'firstPosition' | 'lastPosition' | 'entries' | 'digest' | 'heads'>;

export interface SpanReader {
  /** Takes the next entry in the order of positions. */
  take(row: SqlRow): void;
  /** What was taken; undefined when nothing was. */
  end(): Span | undefined;
}

/** Lines gathered before they are hashed, in UTF-16 units: one call for many entries. */
const LINES_LENGTH = 65_536;

/** Reads the entries of a month. The digest covers of each its position, its hash and its time of receipt. */
export function readSpan(
  tenantId: TenantId,
  month: string,
  previousDigest: string = GENESIS_HASH,
): SpanReader {
  const digest: Hash = createHash('sha256');
  const heads = new Map<string, SignedSeal['heads'][OriginId]>();
  let lines = `${DIGEST_FORMAT}\n${tenantId}\n${month}\n${previousDigest}\n`;
  let first: number | undefined;
  let last = 0;
  let entries = 0;
  return {
    take: (row) => {
      last = Number(row.position);
      first ??= last;
      entries += 1;
      lines += `${last} ${row.hash} ${instantOfSql(row.received_at ?? '')}\n`;
      heads.set(String(row.origin), { seq: Number(row.seq), hash: String(row.hash) });
      if (lines.length < LINES_LENGTH) return;
      digest.update(lines);
      lines = '';
    },
    end: () =>
      first === undefined
        ? undefined
        : {
            firstPosition: first,
            lastPosition: last,
            entries,
            digest: digest.update(lines).digest('hex'),
            heads: Object.fromEntries([...heads].sort(([a], [b]) => (a < b ? -1 : 1))),
          },
  };
}
