/**
 * Seals the finished months of ledgers. A month is walked before it is signed: what does not verify is not sealed, and says so
 * at every run. Two nodes may do it at once, and one does it.
 */
import {
  type EntryDraft,
  type Env,
  epochMsOf,
  GENESIS_HASH,
  type Id,
  instantText,
  type TenantId,
} from '@totem/domain';
import type { Log } from '@totem/host';
import type { Database } from '../db/pool.ts';
import {
  type ReadHandle,
  readTenant,
  type Statement,
  type WriteHandle,
  withTenant,
} from '../db/with-tenant.ts';
import { toldEvents } from '../events/event.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows } from '../ledger/folded-tables.ts';
import { raise } from '../notify/alerts.ts';
import { createChainWalk } from './chain-walk.ts';
import { createFaults, faultText } from './faults.ts';
import { endOf, laterMonth, monthOf } from './months.ts';
import { ledgerTenants, openedOrigins, sealRows } from './read.ts';
import { sealsOfRows } from './seal-check.ts';
import type { SealKeys } from './seal-keys.ts';
import { readSpan, SEAL_FORMAT, type SignedSeal, type Span, signedText } from './statement.ts';
import { startAfter, walkEntries } from './verify.ts';

export interface SealParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
  readonly keys: SealKeys;
}

/** A month does not verify. */
class LedgerBroken extends Error {
  readonly first: string;
  readonly faults: number;

  constructor(month: string, first: string, faults: number) {
    super(`${month} does not verify: ${first}`);
    this.first = first;
    this.faults = faults;
  }
}

/** A month's last entry may still be on its way to its commit when the month ends, and the clocks of nodes differ. */
const AFTER_END_MS = 3_600_000;
/** A month that is over is sealed within hours. */
export const SEAL_EVERY_MS = 3 * 3_600_000;
/** Months of one tenant in one run. */
const MONTHS_MAX = 120;

const NEXT_ENTRY: Statement = {
  name: 'seal-next-entry',
  text: 'SELECT received_at FROM audit_log WHERE tenant_id = $1 AND position > $2 ORDER BY position LIMIT 1',
};
const LAST_POSITION: Statement = {
  name: 'seal-last-position',
  text: 'SELECT max(position) AS position FROM audit_log WHERE tenant_id = $1 AND position > $2 AND received_at < $3',
};
const IS_SEALED: Statement = {
  name: 'seal-is-there',
  text: 'SELECT EXISTS (SELECT FROM audit_seal WHERE tenant_id = $1 AND month >= $2) AS sealed',
};
const INSERT_SEAL: Statement = {
  name: 'seal-insert',
  text: `INSERT INTO audit_seal (tenant_id, month, first_position, last_position, entries, digest, heads, key_id,
      signature, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};

/** Seals what is due of every tenant. A tenant that fails does not keep the others waiting. @returns how many months. */
export async function sealLedgers(parts: SealParts): Promise<number> {
  let sealed = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      sealed += await sealTenant(parts, tenantId);
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'a month of a ledger could not be sealed');
      if (error instanceof LedgerBroken) await sayBroken(parts, tenantId, error);
    }
  }
  return sealed;
}

/** Tells people of the tenant, once. */
async function sayBroken(
  { db, env, log }: SealParts,
  tenantId: TenantId,
  { first, faults }: LedgerBroken,
): Promise<void> {
  const since = instantText(env.now());
  const trouble = {
    kind: 'chain',
    siteId: null,
    entityId: tenantId,
    since,
    data: { faults, first },
  } as const;
  await withTenant(db, tenantId, async (tx) => raise(tx, env, await toldEvents(tx), [trouble])).catch(
    (error: unknown) => log.error({ err: error, tenantId }, 'nobody could be told that a ledger is broken'),
  );
}

/** Seals the finished months of one tenant that are not sealed yet. @throws Error when one does not verify. */
export async function sealTenant(parts: SealParts, tenantId: TenantId): Promise<number> {
  const { db, env } = parts;
  for (let sealed = 0; sealed < MONTHS_MAX; sealed += 1) {
    const due = await readTenant(db, tenantId, (tx) => nextDue(tx, env));
    if (due === undefined) return sealed;
    const seal = signed(parts, tenantId, due);
    await withTenant(db, tenantId, (tx) => insertSeal(tx, env, seal));
  }
  return MONTHS_MAX;
}

interface Due {
  readonly month: string;
  readonly previousDigest: string | undefined;
  readonly span: Span;
}

/** The next month that is over, and what is in it. */
async function nextDue(tx: ReadHandle, env: Env): Promise<Due | undefined> {
  const seals = sealsOfRows(tx.tenantId, await sealRows(tx));
  const last = seals.at(-1);
  const start = startAfter(seals);
  const next = await tx.one(NEXT_ENTRY, [tx.tenantId, start.position]);
  if (next === undefined) return undefined;
  const earliest = last === undefined ? '' : laterMonth(last.month);
  const received = monthOf(String(next.received_at));
  // By a clock that was behind, an entry may seem to belong to a month that is sealed.
  const isBehind = received < earliest;
  const month = isBehind ? earliest : received;
  const end = endOf(month);
  if (env.now() < epochMsOf(end) + AFTER_END_MS) return undefined;
  const row = await tx.one(LAST_POSITION, [tx.tenantId, start.position, end]);
  const span = readSpan(tx.tenantId, month, last?.digest);
  const faults = createFaults();
  const opened = new Set((await openedOrigins(tx)).map(({ id }) => id));
  const walk = createChainWalk(start, opened, faults);
  const range = { after: start.position, upTo: Number(row?.position ?? start.position) };
  await walkEntries(tx, walk, range, (entry) => span.take(entry));
  const [fault] = faults.kept;
  if (fault !== undefined) throw new LedgerBroken(month, faultText(fault), faults.kept.length);
  const ended = span.end();
  return ended && { month, previousDigest: last?.digest, span: ended };
}

function signed(parts: SealParts, tenantId: TenantId, { month, previousDigest, span }: Due): SignedSeal {
  const { env, keys } = parts;
  const statement = {
    format: SEAL_FORMAT,
    tenantId,
    month,
    ...span,
    previousDigest: previousDigest ?? GENESIS_HASH,
    sealedAt: instantText(env.now()),
    keyId: keys.keyId,
  } satisfies Omit<SignedSeal, 'signature'>;
  return { ...statement, signature: keys.sign(signedText(statement)) };
}

/** Writes a seal with its entry, unless another node was faster. */
async function insertSeal(tx: WriteHandle, env: Env, seal: SignedSeal): Promise<void> {
  const day = `${seal.month}-01`;
  await commitEntries(tx, env, {
    commandId: null,
    locked: noRows(),
    decide: async () => {
      const there = await tx.one(IS_SEALED, [tx.tenantId, day]);
      if (there?.sealed === 't') return { ok: true, drafts: [] };
      const { firstPosition, lastPosition, entries, digest, heads, keyId, signature, sealedAt } = seal;
      await tx.run(INSERT_SEAL, [
        tx.tenantId,
        day,
        firstPosition,
        lastPosition,
        entries,
        digest,
        JSON.stringify(heads),
        keyId,
        signature,
        sealedAt,
      ]);
      return { ok: true, drafts: [sealedEntry(seal)] };
    },
  });
}

function sealedEntry(seal: SignedSeal): EntryDraft {
  const { tenantId, month, firstPosition, lastPosition, entries, digest, keyId } = seal;
  return {
    siteId: null,
    userId: null,
    action: 'AUDIT_SEALED',
    entity: 'audit_log',
    // The ledger as a whole has no id but its tenant's.
    entityId: tenantId satisfies Id<string> as Id<string>,
    data: { month, firstPosition, lastPosition, entries, digest, keyId },
  };
}
