/** The chain of one origin: giving drafts their place, checking a run of entries, and the seal over its end. */
import { type Env, instantText } from '../env.ts';
import { type CommandId, newId, type OriginId, type TenantId, type TxId } from '../ids/id.ts';
import {
  commitmentOf,
  type EntryDraft,
  entryHash,
  type LedgerEntry,
  type PrivateData,
  saltedPrivate,
} from './entry.ts';

/** What the first entry of an origin names as its predecessor. */
export const GENESIS_HASH = '0'.repeat(64);

/** The end of a chain: the last seq and its hash. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}
export const CHAIN_START: ChainHead = { seq: 0, hash: GENESIS_HASH };

/** Everything that the entries of one local transaction have in common. */
export interface ChainContext {
  readonly tenantId: TenantId;
  readonly origin: OriginId;
  readonly commandId: CommandId | null;
  readonly clockSuspect: boolean;
}

export interface ChainedEntry {
  readonly entry: LedgerEntry;
  readonly private: PrivateData | null;
}

/** Gives drafts ids, seqs and hashes after `head`, as one transaction. The instant is `env.now()`. */
export function chainDrafts(
  env: Env,
  context: ChainContext,
  head: ChainHead,
  drafts: readonly EntryDraft[],
): ChainedEntry[] {
  const tx = newId<'tx'>(env) satisfies TxId;
  const occurredAt = instantText(env.now());
  let { seq, hash: prevHash } = head;
  return drafts.map((draft) => {
    seq += 1;
    const privateData = draft.private === undefined ? null : saltedPrivate(env, draft.private);
    const body = {
      id: newId<'entry'>(env),
      tenantId: context.tenantId,
      siteId: draft.siteId,
      origin: context.origin,
      seq,
      tx,
      commandId: context.commandId,
      userId: draft.userId,
      action: draft.action,
      entity: draft.entity,
      entityId: draft.entityId,
      data: draft.data,
      commitment: privateData === null ? null : commitmentOf(privateData),
      occurredAt,
      clockSuspect: context.clockSuspect,
      prevHash,
    };
    const entry: LedgerEntry = { ...body, hash: entryHash(body) };
    prevHash = entry.hash;
    return { entry, private: privateData };
  });
}

export type ChainFault = {
  readonly fault: 'origin' | 'seq' | 'prev_hash' | 'hash';
  readonly seq: number;
};

/** Checks that entries follow `head` without a gap and that no hash lies. @returns the first fault, or the new head. */
export function verifyChain(
  head: ChainHead,
  origin: OriginId,
  entries: readonly LedgerEntry[],
): { ok: true; head: ChainHead } | ({ ok: false } & ChainFault) {
  let { seq, hash } = head;
  for (const entry of entries) {
    if (entry.origin !== origin) return { ok: false, fault: 'origin', seq: entry.seq };
    if (entry.seq !== seq + 1) return { ok: false, fault: 'seq', seq: entry.seq };
    if (entry.prevHash !== hash) return { ok: false, fault: 'prev_hash', seq: entry.seq };
    if (entryHash(entry) !== entry.hash) return { ok: false, fault: 'hash', seq: entry.seq };
    seq = entry.seq;
    hash = entry.hash;
  }
  return { ok: true, head: { seq, hash } };
}

/** The text that an origin signs with its device's Ed25519 key (RFC 8032), so that anyone may carry a batch. */
export function sealText(tenantId: TenantId, origin: OriginId, head: ChainHead): string {
  return `totem-seal-v1\n${tenantId}\n${origin}\n${head.seq}\n${head.hash}`;
}
