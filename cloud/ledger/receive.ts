/**
 * Receiving a batch, `POST /v1/ledger`: exactly once, in order, nothing dropped. One batch is one transaction: entries, rows
 * and the origin's cursor, so a lost answer costs no more than sending it again.
 */
import {
  type Env,
  epochMsOf,
  GENESIS_HASH,
  instantText,
  type OriginId,
  ProblemError,
  type SiteId,
  type Timers,
} from '@totem/domain';
import { faultPoint, type Log } from '@totem/host';
import {
  type JudgedEntry,
  judgeBatch,
  ledgerBatchSchema,
  type OutboxReport,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  type PreparedBatch,
  type PushAnswer,
  prepareBatch,
  type ReceivedBatch,
} from '@totem/sync/push';
import { z } from 'zod';
import type { Database } from '../db/pool.ts';
import { readTenant, type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import type { CountedEntries, Counts } from '../metrics/counts.ts';
import { applyBatch } from './apply-batch.ts';
import { attribute, type Carrier } from './attribute.ts';
import { recordEntries } from './commit.ts';
import { type Device, hasLivedOn, insertCursor, insertOrigin, knownHashes, lockOrigin } from './origins.ts';
import { type Aside, type AsideReason, keepAside } from './quarantine.ts';
import { sayable } from './sift.ts';
import type { Turns } from './turns.ts';

export interface LedgerParts {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  /** Lets a batch that is slightly ahead wait for its predecessor. */
  readonly turns: Turns;
  readonly counts: Pick<Counts, 'batch' | 'entries'>;
}

/** A batch at most this far ahead of the cursor may only be early: four batches may be on their way at once. */
const EARLY_ENTRIES_MAX = 4_000;
/** How long an early batch waits for its predecessor. */
const EARLY_WAIT_MS = 2_000;

/** A version from the future has fields that the strict schema would refuse: it is looked at first. */
const versionSchema = z.looseObject({ protocol: z.int() });

/** What was new is counted once its transaction is committed. */
interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly answer: PushAnswer;
  readonly counted?: CountedEntries;
}

type Outcome =
  | Acknowledged
  | { readonly kind: 'gap'; readonly expected: number; readonly hash: string }
  | { readonly kind: 'fork'; readonly seq: number }
  | { readonly kind: 'malformed'; readonly seq: number };

/**
 * Judges and applies a batch. @param bytes the body, uncompressed.
 * @throws ProblemError `ledger_gap` (with `expected` and `hash`), `ledger_fork`, `ledger_unattributed`, `device_suspended`,
 * `protocol_unsupported`, `invalid_request`.
 */
export async function receiveBatch(
  parts: LedgerParts,
  carrier: Carrier,
  bytes: Uint8Array,
  report?: OutboxReport,
): Promise<PushAnswer> {
  const batch = await parseBatch(parts, carrier, bytes);
  const prepared = lazily(() => prepareBatch(sayable(batch)));
  const received = { batch, bytes, prepared, report };
  const outcome = await attempt(parts, carrier, received);
  if (outcome.kind !== 'gap' || batch.fromSeq - outcome.expected > EARLY_ENTRIES_MAX)
    return settle(parts, batch, outcome);
  // Asked again after waiting in any case: the predecessor may have come by another node.
  await parts.turns.waitFor(batch.origin, batch.fromSeq - 1, EARLY_WAIT_MS);
  return settle(parts, batch, await attempt(parts, carrier, received));
}

/** A batch as it came, and judged by itself when that is asked for. */
interface Received {
  readonly batch: ReceivedBatch;
  readonly bytes: Uint8Array;
  readonly prepared: () => PreparedBatch;
  /** What the carrier says of its outbox. */
  readonly report: OutboxReport | undefined;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function attempt(parts: LedgerParts, carrier: Carrier, received: Received): Promise<Outcome> {
  const { batch, bytes } = received;
  const attribution = await readTenant(parts.db, carrier.tenantId, (tx) => attribute(tx, carrier, batch));
  switch (attribution.kind) {
    case 'suspended':
      throw new ProblemError('device_suspended');
    case 'gap':
      return attribution;
    case 'unattributed':
      await keepBatchAside(parts, carrier, batch, bytes, attribution.reason);
      throw new ProblemError('ledger_unattributed', { extra: { reason: attribution.reason } });
    case 'known':
    case 'first':
      // Before anything is locked: meanwhile the batch before this one is being written.
      received.prepared();
      return withTenant(parts.db, carrier.tenantId, (tx) =>
        takeBatch(tx, parts, carrier, attribution.device, received),
      );
    default:
      return attribution satisfies never;
  }
}

function settle(parts: LedgerParts, batch: ReceivedBatch, outcome: Outcome): PushAnswer {
  switch (outcome.kind) {
    case 'acknowledged':
      faultPoint('batch_committed');
      parts.turns.moved(batch.origin, outcome.answer.acknowledged);
      if (outcome.counted !== undefined) parts.counts.entries(outcome.counted);
      parts.counts.batch(outcome.counted === undefined ? 'repeated' : 'acknowledged');
      return outcome.answer;
    case 'gap':
      throw new ProblemError('ledger_gap', { extra: { expected: outcome.expected, hash: outcome.hash } });
    case 'fork':
      parts.log.error({ origin: batch.origin, seq: outcome.seq }, 'a ledger forked; its device is suspended');
      throw new ProblemError('ledger_fork', { extra: { seq: outcome.seq } });
    case 'malformed':
      throw new ProblemError('ledger_unattributed', {
        extra: { reason: 'batch_malformed', seq: outcome.seq },
      });
    default:
      return outcome satisfies never;
  }
}

async function takeBatch(
  tx: WriteHandle,
  parts: LedgerParts,
  carrier: Carrier,
  device: Device,
  received: Received,
): Promise<Outcome> {
  const { env } = parts;
  const { batch, bytes } = received;
  const now = instantText(env.now());
  const known = await lockOrigin(tx, batch.origin);
  if (known === undefined && batch.fromSeq > 1) return { kind: 'gap', expected: 1, hash: GENESIS_HASH };
  const cursor = known?.cursor ?? { seq: 0, hash: GENESIS_HASH };
  // Only where the batch overlaps: a sender that was rewound far must not cost the whole history.
  const until = Math.min(cursor.seq, batch.seal.seq);
  const hashes = await knownHashes(tx, batch.origin, batch.fromSeq - 1, until);
  const verdict = judgeBatch(cursor, received.prepared(), (seq) => hashes.get(seq) ?? null);
  const aside = (reason: AsideReason, seq: number): Aside => ({
    reason,
    equipmentId: device.id,
    origin: batch.origin,
    seq,
    hash: null,
    bytes,
  });
  switch (verdict.kind) {
    case 'malformed':
      await keepAside(tx, env, aside('batch_malformed', verdict.seq), now);
      return verdict;
    case 'gap':
      return { ...verdict, hash: cursor.hash };
    case 'fork':
      await keepAside(tx, env, aside('batch_fork', verdict.seq), now);
      await suspend(tx, env, device, batch.origin, verdict.seq);
      return verdict;
    case 'repeated':
      return acknowledged(batch.origin, cursor, await positionOf(tx), now);
    case 'new': {
      // What a hub has carried may have been on its way for days.
      const isOwn = carrier.equipmentId === device.id;
      if (known !== undefined && isOwn && (await hasLivedOn(tx, batch.origin))) {
        const seq = cursor.seq + 1;
        await keepAside(tx, env, aside('batch_fork', seq), now);
        await suspend(tx, env, device, batch.origin, seq);
        return { kind: 'fork', seq };
      }
      if (known === undefined) {
        await insertOrigin(
          tx,
          { id: batch.origin, device, reason: reasonOf(received.prepared().batch) },
          now,
        );
        await insertCursor(tx, batch.origin, now);
      }
      const { report } = received;
      const telemetry = report === undefined ? {} : { outbox: { ...report, at: now } };
      await tx.run(SEEN, [tx.tenantId, carrier.equipmentId, now, JSON.stringify(telemetry)]);
      const applied = await applyBatch(tx, env, {
        origin: batch.origin,
        device,
        judged: verdict.entries.map((one) => asReceived(one, batch)),
        head: verdict.head,
      });
      if (applied.refused + applied.conflicts > 0)
        parts.log.warn({ origin: batch.origin, ...applied }, 'a batch needs somebody to look at it');
      const counted = { ...applied, delaySeconds: delayOf(verdict.entries, env.now()) };
      return { ...acknowledged(batch.origin, verdict.head, applied.position, now), counted };
    }
    default:
      return verdict satisfies never;
  }
}

const SEEN: Statement = {
  name: 'equipment-seen',
  text: `UPDATE equipment SET last_seen = $3, telemetry = telemetry || $4::jsonb WHERE tenant_id = $1 AND id = $2`,
};
const SUSPEND: Statement = {
  name: 'equipment-suspend',
  text: `UPDATE equipment SET suspended_at = $3, suspended_reason = $4
    WHERE tenant_id = $1 AND id = $2 AND suspended_at IS NULL`,
};
const POSITION: Statement = {
  name: 'ledger-position',
  text: 'SELECT ledger_position FROM change_head WHERE tenant_id = $1',
};

function acknowledged(
  origin: OriginId,
  { seq, hash }: { seq: number; hash: string },
  position: number,
  serverTime: string,
): Acknowledged {
  return {
    kind: 'acknowledged',
    answer: { origin, acknowledged: seq, hash, position: String(position), serverTime },
  };
}

/** How late the newest entry is, in seconds; a clock that is ahead or suspect says nothing. */
function delayOf(judged: readonly JudgedEntry[], now: number): number | undefined {
  const newest = judged.findLast((one) => one.verdict === 'accept');
  if (newest === undefined || newest.entry.clockSuspect) return undefined;
  const delayMs = now - epochMsOf(newest.entry.occurredAt);
  return delayMs < 0 ? undefined : delayMs / 1_000;
}

async function positionOf(tx: WriteHandle): Promise<number> {
  return Number((await tx.one(POSITION, [tx.tenantId]))?.ledger_position ?? 0);
}

/** What is kept aside is kept as it came, not as it was judged. */
function asReceived(judged: JudgedEntry, batch: ReceivedBatch): JudgedEntry {
  if (judged.verdict !== 'quarantine') return judged;
  return { ...judged, raw: batch.entries[judged.raw.seq - batch.fromSeq] ?? judged.raw };
}

/** Two histories under one name: the device may not go on until a person has found the true one. */
async function suspend(
  tx: WriteHandle,
  env: Env,
  device: Device,
  origin: OriginId,
  seq: number,
): Promise<void> {
  const suspended = await tx.run(SUSPEND, [tx.tenantId, device.id, instantText(env.now()), 'ledger_fork']);
  if (suspended === 0) return;
  const data = { reason: 'ledger_fork', origin, seq };
  await recordEntries(tx, env, [
    {
      siteId: device.siteId satisfies SiteId,
      userId: null,
      action: 'DEVICE_SUSPENDED',
      entity: 'equipment',
      entityId: device.id,
      data,
    },
  ]);
}

function reasonOf(batch: ReceivedBatch): string {
  const data = z.looseObject({ reason: z.string().max(40) }).safeParse(batch.entries[0]?.data);
  return data.success ? data.data.reason : 'unknown';
}

async function parseBatch(parts: LedgerParts, carrier: Carrier, bytes: Uint8Array): Promise<ReceivedBatch> {
  try {
    const raw: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const version = versionSchema.safeParse(raw);
    const { protocol = PROTOCOL_VERSION } = version.success ? version.data : {};
    if (protocol < PROTOCOL_FLOOR || protocol > PROTOCOL_VERSION)
      throw new ProblemError('protocol_unsupported', {
        extra: { floor: PROTOCOL_FLOOR, version: PROTOCOL_VERSION },
      });
    return ledgerBatchSchema.parse(raw);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    await keepBatchAside(parts, carrier, undefined, bytes, 'batch_unparsable');
    throw new ProblemError('invalid_request', { cause: error });
  }
}

async function keepBatchAside(
  parts: LedgerParts,
  carrier: Carrier,
  batch: ReceivedBatch | undefined,
  bytes: Uint8Array,
  reason: AsideReason,
): Promise<void> {
  const { db, env, log } = parts;
  const { equipmentId, tenantId } = carrier;
  const origin = batch?.origin ?? null;
  log.warn({ origin, equipmentId, reason }, 'a batch was kept aside');
  const aside = { reason, equipmentId, origin, seq: batch?.fromSeq ?? null, hash: null, bytes };
  await withTenant(db, tenantId, (tx) => keepAside(tx, env, aside, instantText(env.now())));
}
