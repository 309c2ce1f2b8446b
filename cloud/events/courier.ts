/**
 * Carries messages to receivers: on every node, each message by one of them. Tenants take turns, and each has a few at once, so
 * that a receiver that is slow delays its own tenant and nobody else.
 */
import type { Env, TenantId, Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type { Database } from '../db/pool.ts';
import { type ReadHandle, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import type { Counts } from '../metrics/counts.ts';
import { type Carried, claim, dueTenants, type Message, type Sent, settle } from './delivery.ts';
import type { ReceiverKind } from './schedule.ts';

/** One who is told. */
export interface Receiver {
  /** One attempt. Whatever it throws counts as a refusal. */
  send(message: Message): Promise<Sent>;
}

/** A kind of receivers. */
export interface Channel {
  /** The receivers of some messages, as they are configured now. One that is not there any more is left out. */
  receivers(tx: ReadHandle, ids: readonly string[]): Promise<ReadonlyMap<string, Receiver>>;
  /** What follows from what became of messages, in the transaction that writes it down. */
  settled?(tx: WriteHandle, carried: readonly Carried[], givenUp: readonly Message[]): Promise<void>;
  /** Ends what is under way: it is tried again by somebody else. */
  close(): void;
}

export interface Courier {
  start(): void;
  /** Looks at once, and resolves when all that was due has been tried. */
  carryDue(): Promise<void>;
  /** Takes on nothing more; resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** Between two looks. */
const LOOK_EVERY_MS = 1_000;
/** Messages under way at once: of one tenant, and in all. */
const EACH_TENANT_MAX = 8;
const IN_ALL_MAX = 400;
/** Tenants that are asked for in one look, and those that are served. */
const TENANTS_MAX = 10_000;
const SERVED_MAX = 200;
/** A tenant whose receivers all want to be left alone is not looked at again for a while: it would take others' places. */
const REST_MS = 5_000;

interface Turn {
  underWay: number;
  mayHaveMore: boolean;
  isSettling: boolean;
  readonly carried: Carried[];
}

export function createCourier(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  readonly channels: Readonly<Record<ReceiverKind, Channel>>;
  readonly counts: Pick<Counts, 'delivery'>;
}): Courier {
  const { db, env, timers, log, channels, counts } = parts;
  const turns = new Map<TenantId, Turn>();
  /** Tenants that had something due and nothing that could be taken, until when. */
  const resting = new Map<TenantId, number>();
  const tasks = new Set<Promise<void>>();
  let inAll = 0;
  let isClosed = false;
  let cancel = () => {};

  const track = (tenantId: TenantId, work: Promise<void>): void => {
    const task = work
      .catch((error: unknown) => log.error({ err: error, tenantId }, 'messages could not be carried'))
      .finally(() => tasks.delete(task));
    tasks.add(task);
  };
  const turnOf = (tenantId: TenantId): Turn => {
    const known = turns.get(tenantId);
    if (known !== undefined) return known;
    const turn: Turn = { underWay: 0, mayHaveMore: false, isSettling: false, carried: [] };
    turns.set(tenantId, turn);
    return turn;
  };
  const move = (tenantId: TenantId, turn: Turn, by: number): void => {
    turn.underWay += by;
    inAll += by;
    if (turn.underWay === 0) turns.delete(tenantId);
  };

  /** Takes on what a tenant has due, as far as there is room. */
  const serve = async (tenantId: TenantId, isLooked = false): Promise<void> => {
    const turn = turnOf(tenantId);
    const room = isClosed ? 0 : Math.min(EACH_TENANT_MAX - turn.underWay, IN_ALL_MAX - inAll);
    if (room <= 0) {
      if (turn.underWay === 0) turns.delete(tenantId);
      return;
    }
    move(tenantId, turn, room);
    let taken = 0;
    try {
      const { messages, receivers } = await withTenant(db, tenantId, async (tx) => {
        const messages = await claim(tx, env.now(), room);
        return { messages, receivers: await receiversOf(tx, channels, messages) };
      });
      taken = messages.length;
      if (taken === 0 && isLooked) resting.set(tenantId, timers.monotonicMs() + REST_MS);
      turn.mayHaveMore = taken === room;
      for (const message of messages)
        track(tenantId, carry(tenantId, turn, message, receivers.get(message.receiverId)));
    } finally {
      move(tenantId, turn, taken - room);
    }
  };
  const carry = async (
    tenantId: TenantId,
    turn: Turn,
    message: Message,
    receiver: Receiver | undefined,
  ): Promise<void> => {
    const startedAt = env.now();
    const began = timers.monotonicMs();
    const sent = await sendOf(message, receiver, log);
    const durationMs = timers.monotonicMs() - began;
    counts.delivery(message.kind, sent.kind, durationMs / 1_000);
    turn.carried.push({ message, sent, startedAt, durationMs });
    if (!turn.isSettling) await settleAll(tenantId, turn);
  };
  /** What ends while some is being written down is written down with the next. */
  const settleAll = async (tenantId: TenantId, turn: Turn): Promise<void> => {
    turn.isSettling = true;
    try {
      while (turn.carried.length > 0) {
        const carried = turn.carried.splice(0);
        // What has waited behind one that was accepted comes next.
        if (carried.some(({ sent }) => sent.kind === 'accepted')) turn.mayHaveMore = true;
        try {
          await withTenant(db, tenantId, async (tx) => {
            const givenUp = await settle(tx, env, carried);
            for (const [kind, channel] of Object.entries(channels))
              await channel.settled?.(
                tx,
                ofKind(carried, kind),
                givenUp.filter((one) => one.kind === kind),
              );
          });
        } finally {
          move(tenantId, turn, -carried.length);
        }
      }
    } finally {
      turn.isSettling = false;
    }
    if (!turn.mayHaveMore) return;
    turn.mayHaveMore = false;
    await serve(tenantId);
  };

  const look = async (): Promise<void> => {
    const now = timers.monotonicMs();
    for (const [tenantId, until] of resting) if (until <= now) resting.delete(tenantId);
    const due = await dueTenants(db, env.now(), TENANTS_MAX);
    for (const tenantId of due.filter((one) => !resting.has(one)).slice(0, SERVED_MAX))
      track(tenantId, serve(tenantId, true));
  };
  const comeRound = (): void => {
    if (isClosed) return;
    cancel = timers.after(LOOK_EVERY_MS, () => {
      look()
        .catch((error: unknown) => log.warn({ err: error }, 'nobody could be asked what is to be carried'))
        .finally(comeRound);
    });
  };
  const settled = async (): Promise<void> => {
    while (tasks.size > 0) await Promise.all(tasks);
  };
  return {
    start: comeRound,
    carryDue: async () => {
      resting.clear();
      await look();
      await settled();
    },
    close: async () => {
      isClosed = true;
      cancel();
      for (const channel of Object.values(channels)) channel.close();
      await settled();
    },
  };
}

async function sendOf(message: Message, receiver: Receiver | undefined, log: Log): Promise<Sent> {
  if (receiver === undefined) return { kind: 'unwanted', fault: 'receiver_removed' };
  try {
    return await receiver.send(message);
  } catch (error) {
    log.error({ err: error, kind: message.kind }, 'a message could not be sent');
    return { kind: 'refused', status: null, fault: 'internal_error', isOverloaded: false };
  }
}

async function receiversOf(
  tx: ReadHandle,
  channels: Readonly<Record<ReceiverKind, Channel>>,
  messages: readonly Message[],
): Promise<Map<string, Receiver>> {
  const found = new Map<string, Receiver>();
  for (const [kind, channel] of Object.entries(channels)) {
    const ids = new Set(messages.flatMap((one) => (one.kind === kind ? [one.receiverId] : [])));
    if (ids.size === 0) continue;
    for (const [id, receiver] of await channel.receivers(tx, [...ids])) found.set(id, receiver);
  }
  return found;
}

function ofKind(carried: readonly Carried[], kind: string): Carried[] {
  return carried.filter(({ message }) => message.kind === kind);
}
