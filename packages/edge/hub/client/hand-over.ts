/**
 * Handing the own entries over to the hub: sealed batches from where the hub holds this origin, or from some days ago when it has
 * not heard of it. What the hub holds is not safe yet: only the cloud's acknowledgement, which the hub passes down, moves the
 * outbox (I-EDG-6).
 */
import { instantText, type OriginId, ProblemError } from '@totem/domain';
import { faultPoint } from '@totem/host';
import { type HandOverAnswer, handOverAnswerSchema } from '@totem/sync/hub';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import type { DeviceKey } from '../../identity/device-key.ts';
import { allOrigins, type OriginState, originById, saveAcked } from '../../ledger/origins.ts';
import { problemIn } from '../../link/cloud-link.ts';
import { agrees, encodeBatch, nextBatch } from '../../outbox/batch.ts';
import type { ReadHandle } from '../../store/connection.ts';
import { readSetting } from '../../store/settings.ts';
import type { Store } from '../../store/store.ts';
import type { HubLink } from './hub-link.ts';

/** A hub that begins with this totem is given what its screens may still show: as far back as its shapes go. */
const HISTORY_MS = 2 * 86_400_000;

export interface HandOverParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly key: DeviceKey;
}

/**
 * Brings the hub up to the end of every origin of this database, and takes down what the cloud has acknowledged.
 * @returns whether everything that was here at the beginning is at the hub. @throws ProblemError
 */
export async function handOver(parts: HandOverParts, link: HubLink): Promise<boolean> {
  const { store } = parts;
  // An old image hands nothing over: its numbers are not known yet.
  if (store.read((db) => readSetting(db, 'restoring')) !== undefined) return false;
  for (const state of store.read(allOrigins)) await handOverOrigin(parts, link, state);
  return true;
}

async function handOverOrigin(
  parts: HandOverParts,
  link: HubLink,
  { origin, head, acked }: OriginState,
): Promise<void> {
  const { store, key, device } = parts;
  // A life that is over and that the cloud has is of no use to a hub that has not heard of it.
  let answer = await askTaken(link, origin);
  keepAcked(parts, answer);
  const { taken } = answer;
  const isOurs = taken === null || store.read((db) => agrees(db, origin, taken.seq, taken.hash));
  // Where the hub holds something else, the last of what is here shows it whether there are two histories.
  let after = isOurs
    ? (taken?.seq ??
      Math.min(
        acked,
        store.read((db) => historyFrom(db, parts, origin)),
      ))
    : Math.min(taken.seq, head.seq) - 1;
  while (after < head.seq) {
    const batch = store.read((db) => nextBatch(db, key, device.tenantId, origin, after));
    if (batch === undefined) return;
    answer = await give(link, encodeBatch(batch));
    faultPoint('handed_over');
    keepAcked(parts, answer);
    const nowTaken = answer.taken?.seq ?? 0;
    if (nowTaken <= after) throw new ProblemError('ledger_gap');
    after = nowTaken;
  }
}

/** The seq before the first entry of the last days that is still kept. */
function historyFrom(db: ReadHandle, { clock }: HandOverParts, origin: OriginId): number {
  const row = db.one(
    'SELECT min(seq) AS seq FROM audit_log WHERE origin = ? AND occurred_at >= ?',
    origin,
    instantText(clock.env.now() - HISTORY_MS),
  );
  return row?.seq == null ? Number.MAX_SAFE_INTEGER : Number(row.seq) - 1;
}

/** The cloud's word, by way of the hub; one that does not fit what is here is not believed. */
function keepAcked({ store, clock }: HandOverParts, { origin, acknowledged }: HandOverAnswer): void {
  if (acknowledged === null) return;
  const { seq, hash } = acknowledged;
  const isNews = store.read((db) => {
    const state = originById(db, origin);
    return state !== undefined && seq > state.acked && seq <= state.head.seq && agrees(db, origin, seq, hash);
  });
  if (isNews) store.write((db) => saveAcked(db, origin, seq, instantText(clock.env.now())));
}

async function askTaken(link: HubLink, origin: OriginId): Promise<HandOverAnswer> {
  return parsed(await link.request({ method: 'GET', path: `/v1/ledger/taken?origin=${origin}` }));
}

async function give(link: HubLink, body: Uint8Array<ArrayBuffer>): Promise<HandOverAnswer> {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return parsed(await link.request({ method: 'POST', path: '/v1/ledger', body, headers }));
}

async function parsed(answer: Response): Promise<HandOverAnswer> {
  if (!answer.ok) throw await problemIn(answer);
  const read = handOverAnswerSchema.safeParse(await answer.json().catch(() => undefined));
  if (!read.success) throw new ProblemError('unreachable', { cause: read.error });
  return read.data;
}
