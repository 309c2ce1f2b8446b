/**
 * Sessions: one sign-in and all its refreshes. A refresh moves the session one generation on; the token before may ask once
 * more for a moment and gets the same successor, because an answer can be lost; any older one was copied, and ends the session
 * for both who use it. Nothing here reads a clock or throws what would roll its own writes back.
 */
import { type Env, epochMsOf, type InstantText, instantText, newId, type SessionId } from '@totem/domain';
import { and, desc, eq, inArray, isNull, lt, ne, type SQL } from 'drizzle-orm';
import { userSession } from '../db/schema/people.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { columnsOf, type Holder, rowsOf } from './holder.ts';

/** From the sign-in, however much it is used. */
export const SESSION_LIFE_MS = 30 * 24 * 3_600_000;
/** Without a refresh. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
/** In which the token before gets the same successor. */
export const GRACE_MS = 30_000;
/** Sessions of one person at once; the one unused for longest makes room. */
export const SESSIONS_MAX = 20;
/** Ended sessions stay for whoever looks into what happened. */
const KEPT_MS = 90 * 24 * 3_600_000;
const USER_AGENT_LENGTH_MAX = 200;

export type EndReason = NonNullable<(typeof userSession.$inferSelect)['endedReason']>;

/** Where a sign-in came from. */
export interface Origin {
  readonly addressHash: string;
  readonly userAgent: string | undefined;
}

export interface LiveSession {
  readonly id: SessionId;
  readonly holder: Holder;
  readonly generation: number;
  readonly expiresAt: InstantText;
}

export async function openSession(
  tx: WriteHandle,
  env: Env,
  holder: Holder,
  origin: Origin,
): Promise<LiveSession> {
  await makeRoom(tx, env, holder);
  const id = newId<'session'>(env);
  const at = instantText(env.now());
  const expiresAt = instantText(env.now() + SESSION_LIFE_MS);
  await tx.orm.insert(userSession).values({
    ...columnsOf(holder),
    tenantId: tx.tenantId,
    id,
    createdAt: at,
    usedAt: at,
    rotatedAt: at,
    expiresAt,
    addressHash: origin.addressHash,
    userAgent: origin.userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
  });
  return { id, holder, generation: 1, expiresAt };
}

export type Rotation =
  | { readonly kind: 'live'; readonly session: LiveSession }
  | { readonly kind: 'ended' }
  /** The session was ended just now. */
  | { readonly kind: 'reused'; readonly holder: Holder };

/** Moves a session on, for the token of a generation. Whoever comes at the same moment waits, and finds the same successor. */
export async function rotateSession(
  tx: WriteHandle,
  env: Env,
  id: SessionId,
  generation: number,
): Promise<Rotation> {
  const [row] = await tx.orm.select().from(userSession).where(isSession(tx, id)).for('update');
  const now = env.now();
  const holder = row && holderOf(row);
  if (row === undefined || holder === undefined || !isLive(row, now)) return { kind: 'ended' };
  const session = { id, holder, expiresAt: row.expiresAt };
  if (generation === row.generation - 1 && now - epochMsOf(row.rotatedAt) <= GRACE_MS)
    return { kind: 'live', session: { ...session, generation: row.generation } };
  if (generation !== row.generation) {
    await endSessions(tx, env, isSession(tx, id), 'reuse');
    return { kind: 'reused', holder };
  }
  const at = instantText(now);
  await tx.orm
    .update(userSession)
    .set({ generation: generation + 1, rotatedAt: at, usedAt: at })
    .where(isSession(tx, id));
  return { kind: 'live', session: { ...session, generation: generation + 1 } };
}

/** Ends one session of a holder, or of whoever has it. @returns who had it, unless it had ended already. */
export async function endSession(
  tx: WriteHandle,
  env: Env,
  id: SessionId,
  reason: EndReason,
  holder?: Holder,
): Promise<Holder | undefined> {
  const own = holder && rowsOf(tx, userSession, holder);
  const [ended] = await endSessions(tx, env, and(isSession(tx, id), own), reason);
  return ended && holderOf(ended);
}

/** Ends all sessions of a holder, but for one that may be kept. @returns how many. */
export async function endSessionsOf(
  tx: WriteHandle,
  env: Env,
  holder: Holder,
  reason: EndReason,
  kept?: SessionId,
): Promise<number> {
  const others = kept === undefined ? undefined : ne(userSession.id, kept);
  const ended = await endSessions(tx, env, and(rowsOf(tx, userSession, holder), others), reason);
  return ended.length;
}

/** The sessions of a holder that have not ended, the one used last at first. */
export async function liveSessionsOf(tx: ReadHandle, env: Env, holder: Holder) {
  const rows = await tx.orm
    .select()
    .from(userSession)
    .where(and(rowsOf(tx, userSession, holder), isNull(userSession.endedAt)))
    .orderBy(desc(userSession.usedAt), desc(userSession.id))
    .limit(SESSIONS_MAX);
  const now = env.now();
  return rows
    .filter((row) => isLive(row, now))
    .map(({ id, createdAt, usedAt, expiresAt, userAgent }) => ({
      id,
      createdAt,
      usedAt,
      expiresAt,
      userAgent,
    }));
}

type Row = typeof userSession.$inferSelect;

function isLive(row: Row, now: number): boolean {
  return (
    row.endedAt === null && now < epochMsOf(row.expiresAt) && now - epochMsOf(row.usedAt) < SESSION_IDLE_MS
  );
}

const isSession = (tx: ReadHandle, id: SessionId) =>
  and(eq(userSession.tenantId, tx.tenantId), eq(userSession.id, id));

async function endSessions(
  tx: WriteHandle,
  env: Env,
  which: SQL | undefined,
  reason: EndReason,
): Promise<Row[]> {
  return tx.orm
    .update(userSession)
    .set({ endedAt: instantText(env.now()), endedReason: reason })
    .where(and(eq(userSession.tenantId, tx.tenantId), which, isNull(userSession.endedAt)))
    .returning();
}

function holderOf({ userId, ownerId }: Row): Holder | undefined {
  if (userId !== null) return { kind: 'user', id: userId };
  return ownerId === null ? undefined : { kind: 'owner', id: ownerId };
}

/** Forgets what ended long ago, and ends what is too many with the one to come. */
async function makeRoom(tx: WriteHandle, env: Env, holder: Holder): Promise<void> {
  const own = rowsOf(tx, userSession, holder);
  await tx.orm
    .delete(userSession)
    .where(and(own, lt(userSession.expiresAt, instantText(env.now() - KEPT_MS))));
  const open = await tx.orm
    .select({ id: userSession.id })
    .from(userSession)
    .where(and(own, isNull(userSession.endedAt)))
    .orderBy(desc(userSession.usedAt), desc(userSession.id))
    .offset(SESSIONS_MAX - 1);
  const ids = open.map(({ id }) => id);
  if (ids.length > 0) await endSessions(tx, env, inArray(userSession.id, ids), 'replaced');
}
