/**
 * The one door for entries of the cloud's own: they are decided, chained, applied to their rows and written in one
 * transaction, under the tenant's lock, which is taken after every other.
 */
import {
  apply,
  type ChainContext,
  type ChainedEntry,
  type CommandId,
  chainDrafts,
  type Decision,
  type EntryDraft,
  type Env,
  instantText,
  isFolded,
  isRecorded,
  type LedgerEntry,
  newId,
  type OriginId,
  type Outcome,
  type Refusal,
} from '@totem/domain';
import type { WriteHandle } from '../db/with-tenant.ts';
import { tell } from '../events/event.ts';
import { happeningsOf } from '../events/from-ledger.ts';
import { markClashes } from './clashes.ts';
import { type FoundConflict, insertConflicts } from './conflicts.ts';
import { insertEntries } from './entries.ts';
import { type AllRows, noRows, writeAllRows } from './folded-tables.ts';
import { insertOrigin } from './origins.ts';
import { lockTenantHead, saveTenantHead, type TenantHead } from './tenant-head.ts';

export interface CommitRequest {
  readonly commandId: CommandId | null;
  /** Rows that the entries are about, as locked by this transaction; rows that the entries create are not there. */
  readonly locked: AllRows;
  /** Runs under the tenant's lock, so numbers drawn in it are in the order of commits. It must not wait for another lock. */
  decide(): Decision | Promise<Decision>;
}

/** Facts of the cloud's own: what has happened and is merged, as on the path of totems. */
export interface MergeRequest {
  /** Rows that the entries are about, as locked by this transaction. */
  readonly locked: AllRows;
  readonly drafts: readonly EntryDraft[];
}

export type Committed =
  | { readonly ok: true; readonly rows: AllRows; readonly entries: readonly LedgerEntry[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Writes what is decided, or nothing when it is refused. `rows` are the changed ones, as they are now. */
export async function commitEntries(tx: WriteHandle, env: Env, request: CommitRequest): Promise<Committed> {
  // What is read while deciding is asked for after the lock, and answered after it.
  const [head, decision] = await Promise.all([lockTenantHead(tx), request.decide()]);
  if (!decision.ok) return decision;
  const rows = noRows();
  if (decision.drafts.length === 0) return { ok: true, rows, entries: [] };
  const chained = await chain(tx, env, head, request.commandId, decision.drafts);
  const entries = chained.map(({ entry }) => entry);
  for (const entry of entries) {
    const outcome = applyOne(entry, request.locked, rows);
    // What the strict side has allowed always fits; if not, the two sides of the machine disagree.
    if (outcome !== undefined && (outcome.kind !== 'applied' || outcome.conflict !== undefined))
      throw new Error(`${entry.action} was decided and does not apply: ${JSON.stringify(outcome)}`);
  }
  write(tx, env, head, { chained, rows, locked: request.locked, applied: entries, conflicts: [] });
  return { ok: true, rows, entries };
}

/** Writes facts of the cloud's own. What does not fit its row is kept, and shown to people. @returns the changed rows. */
export async function mergeEntries(tx: WriteHandle, env: Env, request: MergeRequest): Promise<AllRows> {
  const { locked, drafts } = request;
  const rows = noRows();
  if (drafts.length === 0) return rows;
  const head = await lockTenantHead(tx);
  const chained = await chain(tx, env, head, null, drafts);
  const conflicts: FoundConflict[] = [];
  const applied: LedgerEntry[] = [];
  for (const { entry } of chained) {
    const outcome = applyOne(entry, locked, rows);
    if (outcome?.kind === 'parked') throw new Error(`${entry.action} is about a row that is not there`);
    if (outcome?.kind === 'applied') applied.push(entry);
    if (outcome !== undefined && 'conflict' in outcome && outcome.conflict !== undefined)
      conflicts.push({
        kind: outcome.conflict,
        entry,
        detail: { action: entry.action, outcome: outcome.kind },
      });
  }
  for (const { entity, id, kind } of await markClashes(tx, rows, locked)) {
    const by = chained.findLast(({ entry }) => entry.entity === entity && entry.entityId === id);
    if (by !== undefined) conflicts.push({ kind, entry: by.entry, detail: { action: by.entry.action } });
  }
  await insertConflicts(tx, env, conflicts, instantText(env.now()));
  write(tx, env, head, { chained, rows, locked, applied, conflicts });
  return rows;
}

function write(
  tx: WriteHandle,
  env: Env,
  head: TenantHead,
  what: {
    readonly chained: readonly ChainedEntry[];
    readonly rows: AllRows;
    readonly locked: AllRows;
    /** Entries that have changed their row, for those who are told. */
    readonly applied: readonly LedgerEntry[];
    readonly conflicts: readonly FoundConflict[];
  },
): void {
  const { chained, rows, locked, applied, conflicts } = what;
  const position = insertEntries(tx, chained, head.position, instantText(env.now()));
  writeAllRows(tx, rows, locked);
  if (head.told.size > 0) tell(tx, env, head.told, happeningsOf(applied, rows, locked, conflicts));
  const last = chained.at(-1)?.entry;
  if (last !== undefined)
    saveTenantHead(tx, { position, change: head.change, cloudOrigin: last.origin, cloud: last });
}

/** Entries without rows of their own, from any place that holds locks already: nothing to decide. */
export async function recordEntries(tx: WriteHandle, env: Env, drafts: readonly EntryDraft[]): Promise<void> {
  await commitEntries(tx, env, { commandId: null, locked: noRows(), decide: () => ({ ok: true, drafts }) });
}

/** The first entry of the cloud for a tenant opens its origin. */
async function chain(
  tx: WriteHandle,
  env: Env,
  { cloudOrigin, cloud }: TenantHead,
  commandId: CommandId | null,
  drafts: readonly EntryDraft[],
): Promise<ChainedEntry[]> {
  const context = (origin: OriginId): ChainContext => ({
    tenantId: tx.tenantId,
    origin,
    commandId,
    clockSuspect: false,
  });
  if (cloudOrigin !== null) return chainDrafts(env, context(cloudOrigin), cloud, drafts);
  const origin = newId<'origin'>(env);
  const reason = 'enrolled';
  await insertOrigin(tx, { id: origin, device: null, reason }, instantText(env.now()));
  const opened: EntryDraft = {
    siteId: null,
    userId: null,
    action: 'ORIGIN_OPENED',
    entity: 'origin',
    entityId: origin,
    data: { reason },
  };
  const first = chainDrafts(env, { ...context(origin), commandId: null }, cloud, [opened]);
  return [...first, ...chainDrafts(env, context(origin), first.at(-1)?.entry ?? cloud, drafts)];
}

/** Applies an entry to its row, where it has one. */
function applyOne(entry: LedgerEntry, locked: AllRows, rows: AllRows): Outcome | undefined {
  const { entity } = entry;
  if (!isFolded(entity) || isRecorded(entry.action)) return undefined;
  switch (entity) {
    case 'ticket':
      return applyTo('ticket', entry, locked, rows);
    case 'call':
      return applyTo('call', entry, locked, rows);
    case 'operator_session':
      return applyTo('operator_session', entry, locked, rows);
    case 'payment_session':
      return applyTo('payment_session', entry, locked, rows);
    case 'payment_transaction':
      return applyTo('payment_transaction', entry, locked, rows);
    default:
      return entity satisfies never;
  }
}

function applyTo<E extends keyof AllRows>(
  entity: E,
  entry: LedgerEntry,
  locked: AllRows,
  rows: AllRows,
): Outcome {
  const { row, outcome } = apply(
    entity,
    rows[entity].get(entry.entityId) ?? locked[entity].get(entry.entityId),
    entry,
  );
  if (row !== undefined) rows[entity].set(entry.entityId, row);
  return outcome;
}
