/**
 * Whether the ledger is what was written: for one tenant, in one state of the database, with memory that does not grow with
 * the ledger. What the chains hold shows at once; the cloud's order and time of receipt, which are in no chain, show once
 * their month is sealed.
 */
import { type ChainHead, type Env, instantText, type TenantId } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type ReadHandle, readTenant } from '../db/with-tenant.ts';
import { type ChainWalk, createChainWalk, type WalkedOrigin, type WalkStart } from './chain-walk.ts';
import { createFaults, type Faults, type LedgerFault } from './faults.ts';
import { endOf } from './months.ts';
import {
  bridgeGap,
  countPrivates,
  eachEntry,
  isMonthKept,
  type LedgerHead,
  ledgerHead,
  type OpenedOrigin,
  openedOrigins,
  sealRows,
} from './read.ts';
import { checkSeals, checkStatement, countUnkept, createSealCheck, sealsOfRows } from './seal-check.ts';
import type { SealVerifier } from './seal-keys.ts';
import type { SignedSeal } from './statement.ts';

export interface VerifyParts {
  readonly db: Database;
  readonly env: Env;
  readonly keys: SealVerifier;
  /** Statements about months of this tenant that were kept elsewhere. */
  readonly statements?: readonly SignedSeal[];
}

export interface OriginReport extends WalkedOrigin {
  /** Null for the cloud itself. */
  readonly equipmentId: string | null;
  readonly firstFault: LedgerFault | undefined;
}

export interface TenantReport {
  readonly tenantId: TenantId;
  readonly entries: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly origins: readonly OriginReport[];
  readonly seals: number;
  /** Sealed months of which nothing is kept any more. */
  readonly unkeptMonths: number;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly LedgerFault[];
}

/** Checks everything that is kept of a tenant's ledger. */
export async function verifyTenant(parts: VerifyParts, tenantId: TenantId): Promise<TenantReport> {
  return readTenant(parts.db, tenantId, async (tx) => {
    const faults = createFaults();
    const seals = sealsOfRows(tenantId, await sealRows(tx));
    const unkept = await countUnkept(seals, (seal) => isMonthKept(tx, { ...seal, end: endOf(seal.month) }));
    checkSeals(seals, unkept, parts.keys, instantText(parts.env.now()), faults);
    for (const statement of parts.statements ?? []) checkStatement(statement, seals, parts.keys, faults);
    const origins = await openedOrigins(tx);
    const head = await ledgerHead(tx);
    const start = startAfter(seals.slice(0, unkept));
    const walk = createChainWalk(start, new Set(origins.map(({ id }) => id)), faults);
    const sealCheck = createSealCheck(tenantId, seals, unkept, head?.cloudOrigin ?? null, faults);
    await walkEntries(tx, walk, { after: start.position, upTo: Number.MAX_SAFE_INTEGER }, (row) =>
      sealCheck.take(row),
    );
    sealCheck.end();
    await checkEnds(tx, walk, origins, head, faults);
    await checkPrivates(tx, walk, faults);
    return {
      tenantId,
      entries: walk.entries,
      firstPosition: start.position + 1,
      lastPosition: walk.position,
      origins: reportsOf(walk, origins, faults),
      seals: seals.length,
      unkeptMonths: unkept,
      faultCount: faults.count,
      faults: faults.kept,
    };
  });
}

/** Where a walk begins after sealed months: at the end of the last, with every origin where it stood then. */
export function startAfter(seals: readonly SignedSeal[]): WalkStart {
  const heads = new Map<string, ChainHead>();
  for (const seal of seals) for (const [origin, head] of Object.entries(seal.heads)) heads.set(origin, head);
  return { position: seals.at(-1)?.lastPosition ?? 0, heads };
}

/** Lets a walk see all entries of a range, and what was kept aside between them. */
export async function walkEntries(
  tx: ReadHandle,
  walk: ChainWalk,
  range: { readonly after: number; readonly upTo: number },
  also: (row: Parameters<ChainWalk['take']>[0]) => void,
): Promise<void> {
  await eachEntry(tx, range, (row, beside) => {
    const gap = walk.gapBefore(row);
    const take = () => {
      walk.take(row, beside);
      also(row);
    };
    return gap === undefined ? take() : bridgeGap(tx, walk, gap).then(take);
  });
}

async function checkEnds(
  tx: ReadHandle,
  walk: ChainWalk,
  origins: readonly OpenedOrigin[],
  head: LedgerHead | undefined,
  faults: Faults,
): Promise<void> {
  if (head === undefined) faults.add('head', 'is not there');
  else if (head.position !== walk.position)
    faults.add('head', `is at ${head.position}`, { position: walk.position });
  const cloud = head?.cloudOrigin ?? null;
  if (cloud !== null && !origins.some(({ id }) => id === cloud))
    faults.add('cursor', 'the cloud goes on as an origin that was never opened', { origin: cloud });
  for (const { id, cursor } of origins) {
    const end = id === cloud ? head?.cloud : (cursor ?? undefined);
    // An origin of the cloud's that it has left has no cursor: its end is held by the positions and the seals.
    if (end === undefined) continue;
    const gap = walk.gapAtEnd(id, end.seq);
    if (gap !== undefined) await bridgeGap(tx, walk, gap);
    const { seq, hash } = walk.headOf(id);
    if (seq !== end.seq || hash !== end.hash)
      faults.add('cursor', `the origin should end at ${end.seq}`, { origin: id, seq });
  }
}

/** Rows beside entries that commit to nothing, or beside none, were not seen by the walk. */
async function checkPrivates(tx: ReadHandle, walk: ChainWalk, faults: Faults): Promise<void> {
  const seen = walk.origins().reduce((sum, { privates }) => sum + privates, 0);
  const there = await countPrivates(tx);
  if (seen !== there) faults.add('private', `${there - seen} rows of personal data belong to no entry`);
}

function reportsOf(walk: ChainWalk, origins: readonly OpenedOrigin[], faults: Faults): OriginReport[] {
  const devices = new Map(origins.map(({ id, equipmentId }) => [id, equipmentId]));
  return walk.origins().map((walked) => ({
    ...walked,
    equipmentId: devices.get(walked.origin) ?? null,
    firstFault: faults.kept.find(({ origin }) => origin === walked.origin),
  }));
}
