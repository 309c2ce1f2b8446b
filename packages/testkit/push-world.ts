/**
 * A small world for the ledger's push: totems that write, a cloud that judges and folds, and a network between them that
 * loses requests, loses answers, repeats and delays. Everything follows from one seed, so a failing run can be had again.
 */
import {
  apply,
  CHAIN_START,
  type ChainHead,
  canonicalJson,
  type EntryDraft,
  fold,
  type Id,
  type LedgerEntry,
  newId,
  type OriginId,
  type SiteId,
  sha256Hex,
  type TenantId,
  type TicketRow,
  ticketCode,
} from '@totem/domain';
import {
  type BatchVerdict,
  judgeBatch,
  type LedgerCursor,
  PROTOCOL_VERSION,
  prepareBatch,
  type ReceivedBatch,
} from '@totem/sync/push';
import { buildOrigin, draft } from './builders.ts';
import { seededRandom, type VirtualWorld, virtualWorld } from './virtual.ts';

const TOTEMS = 3;
const STEPS = 120;
const BATCH_MAX = 5;

interface Totem {
  readonly origin: ReturnType<typeof buildOrigin>;
  readonly lane: string;
  readonly entries: LedgerEntry[];
  readonly tickets: string[];
  acked: number;
  issued: number;
}

interface Cloud {
  readonly cursors: Map<OriginId, LedgerCursor>;
  /** In the order of receipt. */
  readonly received: LedgerEntry[];
  readonly tickets: Map<string, TicketRow>;
  readonly parked: Map<string, LedgerEntry[]>;
}

export interface PushRun {
  /** Over everything that happened: two runs of one seed have one digest. */
  readonly digest: string;
  readonly written: number;
  readonly deliveries: number;
  readonly faults: number;
}

/** Runs one seed: a time of faults, then a time in which the network heals. @throws Error naming the first broken promise. */
export function runPushWorld(seed: number): PushRun {
  const random = seededRandom(seed);
  const world = virtualWorld({ seed });
  const tenantId = newId<'tenant'>(world.env);
  const siteId = newId<'site'>(world.env);
  const totems = Array.from({ length: TOTEMS }, (_, index) => openTotem(world, tenantId, `${index + 1}`));
  const cloud: Cloud = { cursors: new Map(), received: [], tickets: new Map(), parked: new Map() };
  const happened: string[] = [];
  const delayed: (() => void)[] = [];
  let deliveries = 0;
  let faults = 0;
  // Each seed has its own weather; one in ten has none.
  const [lossy, repeating, late] = random() < 0.1 ? [0, 0, 0] : [random() / 2, random() / 2, random() / 2];

  const push = (totem: Totem, healthy: boolean): void => {
    const batch = batchOf(totem, tenantId, 1 + Math.floor(random() * BATCH_MAX));
    if (batch === undefined) return;
    const deliver = (): void => {
      deliveries += 1;
      const verdict = receive(cloud, batch);
      happened.push(`${totem.lane} ${batch.fromSeq}+${batch.entries.length} ${verdict.kind}`);
      if (!healthy && random() < lossy) {
        faults += 1;
        return;
      }
      answer(totem, cloud, verdict);
    };
    if (!healthy && random() < lossy) {
      faults += 1;
      return;
    }
    const copies = !healthy && random() < repeating ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (!healthy && random() < late) delayed.push(deliver);
      else deliver();
    }
    faults += copies - 1;
  };
  for (let step = 0; step < STEPS; step += 1) {
    world.advance(1 + Math.floor(random() * 5_000));
    const totem = pick(totems, random);
    if (random() < 0.5) act(totem, siteId, world, random);
    else push(totem, false);
    if (random() < 0.3) delayed.splice(Math.floor(random() * delayed.length), 1)[0]?.();
    check(totems, cloud);
  }
  for (const deliver of delayed.splice(0)) deliver();
  while (totems.some((totem) => totem.acked < totem.entries.length))
    for (const totem of totems) push(totem, true);
  check(totems, cloud);
  checkEnd(totems, cloud);
  const state = [...cloud.tickets.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    digest: sha256Hex(`${happened.join('\n')}\n${canonicalJson(state)}`),
    written: totems.reduce((sum, { entries }) => sum + entries.length, 0),
    deliveries,
    faults,
  };
}

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function openTotem(world: VirtualWorld, tenantId: TenantId, lane: string): Totem {
  const origin = buildOrigin(world.env, tenantId);
  const [opened] = origin.write([draft('ORIGIN_OPENED', 'origin', origin.id, { reason: 'enrolled' })]);
  if (opened === undefined) throw new Error('no entry');
  return { origin, lane, entries: [opened.entry], tickets: [], acked: 0, issued: 0 };
}

/** Issues a ticket, or cancels one: sometimes one of another totem, whose creation may not have arrived yet. */
function act(totem: Totem, siteId: SiteId, world: VirtualWorld, random: () => number): void {
  const write = (one: EntryDraft) => {
    for (const { entry } of totem.origin.write([one])) totem.entries.push(entry);
  };
  if (totem.tickets.length > 0 && random() < 0.3) {
    const ticket = pick(totem.tickets, random) as Id<string>;
    write(draft('TICKET_CANCEL', 'ticket', ticket, { reason: 'customer_left' }, { siteId }));
    return;
  }
  totem.issued += 1;
  const id = newId<string>(world.env);
  totem.tickets.push(id);
  const data = {
    state: 'waiting',
    serviceId: newId<string>(world.env),
    code: ticketCode('A', totem.lane, totem.issued),
    businessDay: '2026-11-23',
    lane: totem.lane,
    number: totem.issued,
    priorityClassId: newId<string>(world.env),
    priority: Math.floor(random() * 4),
    partySize: 1,
    channel: 'totem',
    priceCents: 0,
  };
  write(draft('TICKET_CREATE', 'ticket', id, data, { siteId }));
}

function batchOf(totem: Totem, tenantId: TenantId, size: number): ReceivedBatch | undefined {
  const entries = totem.entries.slice(totem.acked, totem.acked + size);
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return {
    protocol: PROTOCOL_VERSION,
    tenantId,
    origin: totem.origin.id,
    fromSeq: first.seq,
    prevHash: first.prevHash,
    entries: entries.map((entry) => ({ ...entry })),
    privates: {},
    seal: { seq: last.seq, hash: last.hash, signature: 'A'.repeat(86) },
  };
}

/** The cloud's side: judged against the cursor, folded in the order of receipt. */
function receive(cloud: Cloud, batch: ReceivedBatch): BatchVerdict {
  const cursor: ChainHead = cloud.cursors.get(batch.origin) ?? CHAIN_START;
  const known = (seq: number) =>
    cloud.received.find((entry) => entry.origin === batch.origin && entry.seq === seq)?.hash ?? null;
  const verdict = judgeBatch(cursor, prepareBatch(batch), known);
  if (verdict.kind !== 'new') return verdict;
  for (const one of verdict.entries) {
    if (one.verdict === 'quarantine') throw new Error(`quarantined: ${one.reason}`);
    cloud.received.push(one.entry);
    if (one.entry.entity !== 'ticket') continue;
    const id = one.entry.entityId;
    const folded = fold('ticket', cloud.tickets.get(id), cloud.parked.get(id) ?? [], [one.entry]);
    if (folded.row !== undefined) cloud.tickets.set(id, folded.row);
    cloud.parked.set(id, folded.parked);
  }
  cloud.cursors.set(batch.origin, verdict.head);
  return verdict;
}

/** What a totem makes of an answer: only the cloud's acknowledgement moves its outbox. */
function answer(totem: Totem, cloud: Cloud, verdict: BatchVerdict): void {
  if (verdict.kind === 'fork' || verdict.kind === 'malformed') throw new Error(`refused: ${verdict.kind}`);
  const acknowledged =
    verdict.kind === 'gap' ? verdict.expected - 1 : (cloud.cursors.get(totem.origin.id)?.seq ?? 0);
  totem.acked = Math.max(totem.acked, acknowledged);
}

/** What must hold after every step. */
function check(totems: readonly Totem[], cloud: Cloud): void {
  for (const { origin, entries, acked } of totems) {
    const received = cloud.received.filter((entry) => entry.origin === origin.id);
    if (received.some((entry, index) => entry.hash !== entries[index]?.hash))
      throw new Error('the cloud has an entry twice, out of order, or one that nobody wrote');
    if (acked > received.length) throw new Error('acknowledged and not received');
  }
}

/** What must hold when everything has arrived. */
function checkEnd(totems: readonly Totem[], cloud: Cloud): void {
  const codes = [...cloud.tickets.values()].map(({ code }) => code);
  if (new Set(codes).size !== codes.length) throw new Error('one code twice');
  if (codes.length !== totems.reduce((sum, { issued }) => sum + issued, 0))
    throw new Error('a ticket is missing');
  if ([...cloud.parked.values()].some((parked) => parked.length > 0))
    throw new Error('an entry is still parked');
  for (const row of cloud.tickets.values()) {
    let replayed: TicketRow | undefined;
    for (const entry of cloud.received)
      if (entry.entityId === (row.id as string)) replayed = apply('ticket', replayed, entry).row;
    if (canonicalJson(replayed) !== canonicalJson(row))
      throw new Error('a row is not the replay of its entries');
  }
}
