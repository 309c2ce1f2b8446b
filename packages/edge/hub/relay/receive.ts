/**
 * Taking a sealed batch of another totem of the site: its entries are put on the rows here, so that the hub can call its tickets,
 * and the batch is kept as it came until the cloud has it. Taking is idempotent; only the cloud acknowledges (I-HUB-2).
 */
import { verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  CLOUD_ACTIONS,
  type EquipmentId,
  factOf,
  instantText,
  type LedgerAction,
  type LedgerEntry,
  type OriginId,
  ProblemError,
  sealText,
  type TicketId,
} from '@totem/domain';
import type { HandOverAnswer } from '@totem/sync/hub';
import {
  judgeBatch,
  ledgerBatchSchema,
  PUSH_BODY_BYTES_MAX,
  prepareBatch,
  type ReceivedBatch,
} from '@totem/sync/push';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import { publicKeyOf } from '../../identity/device-key.ts';
import { markCheckedIn } from '../../issue/check-in.ts';
import { hashAt, insertEntry } from '../../ledger/entries.ts';
import { applyToShown } from '../../ledger/folded.ts';
import type { ReadHandle, WriteHandle } from '../../store/connection.ts';
import type { Store } from '../../store/store.ts';
import { deviceById } from '../devices.ts';
import { keepRelayFork } from './forks.ts';
import { insertRelayBatch, relayOrigin, saveRelayOrigin } from './origins.ts';

/** Batches that wait for the cloud: weeks of a busy site. */
const WAITING_BATCHES_MAX = 200_000;

export interface ReceiveParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
}

/**
 * Takes a batch. @param carrier the totem that hands it over, whose own it must be. @param body as it came, compressed.
 * @throws ProblemError `invalid_request`, `ledger_unattributed`, `ledger_gap` (with `expected`), `ledger_fork`, `storage_fault`.
 */
export function takeOver(parts: ReceiveParts, carrier: EquipmentId, body: Uint8Array): HandOverAnswer {
  const { store, clock, device } = parts;
  const batch = parsed(body);
  requireSeal(store.read((db) => deviceById(db, carrier)?.publicKey) ?? null, device, batch);
  const prepared = prepareBatch(batch);
  const taken = store.write((db): HandOverAnswer | { readonly forkAt: number } => {
    const known = relayOrigin(db, batch.origin);
    if (known !== undefined && known.equipmentId !== carrier) throw new ProblemError('ledger_unattributed');
    // The hub may have come to be long after the origin began: it takes the chain up where the totem hands it over.
    const cursor = known ?? { seq: batch.fromSeq - 1, hash: batch.prevHash };
    const verdict = judgeBatch(cursor, prepared, (seq) => hashAt(db, batch.origin, seq) ?? null);
    switch (verdict.kind) {
      case 'malformed':
        throw new ProblemError('ledger_unattributed', { extra: { reason: 'batch_malformed' } });
      case 'fork':
        keepRelayFork(db, { origin: batch.origin, body }, instantText(clock.env.now()));
        return { forkAt: verdict.seq };
      case 'gap':
        throw new ProblemError('ledger_gap', { extra: { expected: verdict.expected, hash: cursor.hash } });
      case 'repeated':
        return answerOf(db, batch.origin);
      case 'new': {
        requireRoom(db);
        for (const one of verdict.entries) if (one.verdict === 'accept') take(db, device, one.entry);
        saveRelayOrigin(db, {
          origin: batch.origin,
          equipmentId: carrier,
          fromSeq: known?.fromSeq ?? batch.fromSeq,
          ...verdict.head,
        });
        const kept = { origin: batch.origin, fromSeq: batch.fromSeq, toSeq: batch.seal.seq, body };
        insertRelayBatch(db, kept, instantText(clock.env.now()));
        return answerOf(db, batch.origin);
      }
      default:
        return verdict satisfies never;
    }
  });
  if ('forkAt' in taken) throw new ProblemError('ledger_fork', { extra: { seq: taken.forkAt } });
  return taken;
}

/** How far an origin is held here, and how far the cloud has it. */
export function answerOf(db: ReadHandle, origin: OriginId): HandOverAnswer {
  const known = relayOrigin(db, origin);
  if (known === undefined) return { origin, taken: null, acknowledged: null };
  const { seq, hash, acked, ackedHash } = known;
  return {
    origin,
    taken: { seq, hash },
    acknowledged: ackedHash === null ? null : { seq: acked, hash: ackedHash },
  };
}

/** What only the cloud says is nobody's to hand over; the cloud keeps it aside when the batch comes there. */
const OF_CLOUD_ONLY: readonly LedgerAction[] = ['TICKET_OVERRIDE', ...CLOUD_ACTIONS];

/** Without the personal data: it is in the batch, and no row here has it. */
function take(db: WriteHandle, device: Device, entry: LedgerEntry): void {
  const isForeign = entry.siteId !== null && entry.siteId !== device.siteId;
  if (isForeign || OF_CLOUD_ONLY.includes(entry.action)) return;
  insertEntry(db, { entry, private: null });
  applyToShown(db, entry);
  const { action, data, entityId } = factOf(entry);
  if (action === 'TICKET_CREATE' && typeof data.appointmentId === 'string')
    markCheckedIn(db, device, data.appointmentId, entityId as string as TicketId);
}

function requireSeal(publicKey: string | null, device: Device, batch: ReceivedBatch): void {
  const { tenantId, origin, seal } = batch;
  const isSealed =
    publicKey !== null &&
    tenantId === device.tenantId &&
    verify(
      null,
      Buffer.from(sealText(tenantId, origin, seal), 'utf8'),
      publicKeyOf({ kty: 'OKP', crv: 'Ed25519', x: publicKey }),
      Buffer.from(seal.signature, 'base64url'),
    );
  if (!isSealed) throw new ProblemError('ledger_unattributed', { extra: { reason: 'batch_seal' } });
}

function requireRoom(db: ReadHandle): void {
  const waiting = Number(db.one('SELECT count(*) AS count FROM relay_batch')?.count ?? 0);
  if (waiting >= WAITING_BATCHES_MAX) throw new ProblemError('storage_fault');
}

function parsed(body: Uint8Array): ReceivedBatch {
  try {
    const bytes = gunzipSync(body, { maxOutputLength: PUSH_BODY_BYTES_MAX });
    return ledgerBatchSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new ProblemError('invalid_request', { cause });
  }
}
