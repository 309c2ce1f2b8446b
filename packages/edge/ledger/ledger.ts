/**
 * The door for all writes of this totem that others must learn of: entries are chained, applied to the shown rows, and
 * written with whatever belongs to them, in one transaction. Nothing else writes `audit_log`.
 */
import {
  CHAIN_START,
  type ChainedEntry,
  type CommandId,
  chainDrafts,
  type EntryDraft,
  type Env,
  epochMsOf,
  instantText,
  type LedgerEntry,
  newId,
  type OriginId,
  recoveryOf,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { WriteHandle } from '../store/connection.ts';
import type { Store } from '../store/store.ts';
import { entriesAfter, insertEntry } from './entries.ts';
import { applyToShown } from './folded.ts';
import { insertOrigin, type OriginReason, openOrigin, saveAcked, saveHead } from './origins.ts';
import { takeBack } from './shown-again.ts';

/** Entries that are written anew when an origin ends: more than a totem writes in the days that it keeps them. */
const REWRITTEN_MAX = 200_000;

/** A transaction in which entries may be appended. */
export interface LedgerTx {
  readonly db: WriteHandle;
  /** Chains drafts, writes them with their personal data, and puts them on the shown rows. */
  append(drafts: readonly EntryDraft[], options?: AppendOptions): readonly ChainedEntry[];
  /** Whether the disk has room for what has not begun yet. */
  hasRoom(): boolean;
}

export interface AppendOptions {
  readonly commandId?: CommandId;
  /** Another clock than the effective one; for a ticket whose day must not move. */
  readonly env?: Env;
  /** Whether the clock was doubted when it happened; whether it is now by default. */
  readonly clockSuspect?: boolean;
}

export interface Ledger {
  /** One transaction. What it returns is on disk. @throws ProblemError `storage_fault` */
  commit<T>(work: (tx: LedgerTx) => T): T;
  /**
   * Ends the present life of this database as a writer and begins another, in one transaction.
   * @param after the seq of the old origin up to which the cloud has it; what comes after is written anew, because what
   * happened in the branch must reach the cloud whatever became of the chain that first held it.
   * @param also runs in the same transaction, before the new origin.
   */
  renew(reason: OriginReason, after: number, also: (db: WriteHandle) => void): OriginId;
  /**
   * Begins the life of a blank database that took the place of a damaged one, in one transaction.
   * @param facts what the cloud may not have, in order; each is carried on as it was.
   * @param also runs in the same transaction, after the facts.
   */
  salvage(facts: readonly ChainedEntry[], also: (db: WriteHandle) => void): OriginId;
}

/** The first start of a blank database opens its first origin, unless another's facts must come into it first. */
export function createLedger(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly hasRoom?: () => boolean;
}): Ledger {
  const { store, clock, device, hasRoom = () => true } = parts;

  const append = (db: WriteHandle, drafts: readonly EntryDraft[], options: AppendOptions = {}) => {
    const current = openOrigin(db);
    if (current === undefined) throw new Error('no origin is open');
    const context = {
      tenantId: device.tenantId,
      origin: current.origin,
      commandId: options.commandId ?? null,
      clockSuspect: options.clockSuspect ?? clock.suspect(),
    };
    const chained = chainDrafts(options.env ?? clock.env, context, current.head, drafts);
    for (const one of chained) {
      insertEntry(db, one);
      applyToShown(db, one.entry);
    }
    const last = chained.at(-1);
    if (last !== undefined) saveHead(db, current.origin, last.entry);
    return chained;
  };
  const open = (db: WriteHandle, reason: OriginReason): OriginId => {
    const origin = newId<'origin'>(clock.env);
    insertOrigin(db, { origin, reason, openedAt: instantText(clock.env.now()), head: CHAIN_START });
    const opened: EntryDraft = {
      siteId: device.siteId,
      userId: null,
      action: 'ORIGIN_OPENED',
      entity: 'origin',
      entityId: origin,
      data: { reason, equipmentId: device.equipmentId },
    };
    append(db, [opened]);
    return origin;
  };

  /** What was one transaction stays one, and what happened keeps its time. */
  const writeAnew = (
    db: WriteHandle,
    entries: readonly ChainedEntry[],
    draftOf: (one: ChainedEntry) => EntryDraft,
  ): void => {
    for (const [{ occurredAt, clockSuspect, commandId }, together] of transactionsOf(entries)) {
      const env: Env = { now: () => epochMsOf(occurredAt), randomBytes: clock.env.randomBytes };
      append(db, together.map(draftOf), { env, clockSuspect, ...(commandId === null ? {} : { commandId }) });
    }
  };

  const isFirstLife = store.awaiting() === undefined && store.read(openOrigin) === undefined;
  if (isFirstLife) store.write((db) => open(db, 'enrolled'));
  return {
    commit: (work) =>
      store.write((db) => work({ db, append: (drafts, options) => append(db, drafts, options), hasRoom })),
    renew: (reason, after, also) =>
      store.write((db) => {
        const old = openOrigin(db);
        also(db);
        const origin = open(db, reason);
        if (old === undefined) return origin;
        const left = entriesAfter(db, old.origin, after, REWRITTEN_MAX).filter(
          ({ entry }) => entry.action !== 'ORIGIN_OPENED',
        );
        takeBack(
          db,
          device.tenantId,
          left.map(({ entry }) => entry),
        );
        writeAnew(db, left, draftOf);
        saveAcked(db, old.origin, old.head.seq, instantText(clock.env.now()));
        return origin;
      }),
    salvage: (facts, also) =>
      store.write((db) => {
        const origin = open(db, 'salvaged');
        writeAnew(db, facts, (one) => recoveryOf(one.entry, one.private));
        also(db);
        return origin;
      }),
  };
}

/** The transactions of entries that are in order, each with its first entry. */
function transactionsOf(entries: readonly ChainedEntry[]): [LedgerEntry, ChainedEntry[]][] {
  const found: [LedgerEntry, ChainedEntry[]][] = [];
  for (const one of entries) {
    const last = found.at(-1);
    if (last?.[0].tx === one.entry.tx) last[1].push(one);
    else found.push([one.entry, [one]]);
  }
  return found;
}

function draftOf({ entry, private: beside }: ChainedEntry): EntryDraft {
  const { siteId, userId, action, entity, entityId, data } = entry;
  const draft: EntryDraft = { siteId, userId, action, entity, entityId, data };
  return beside === null ? draft : { ...draft, private: beside.data };
}
