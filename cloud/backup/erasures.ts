/**
 * Erasures outlive a restore: who was erased since a dump was made would be there again in what is restored from it, and the
 * ledger's entry about it would not. So the list of erasures is kept beside the dumps, by itself and often, and is gone
 * through again after each restore. It names rows, never people.
 */
import { type Env, epochMsOf, idSchema, instantText, type TenantId } from '@totem/domain';
import pg from 'pg';
import { z } from 'zod';
import type { Database } from '../db/pool.ts';
import { type WriteHandle, withTenant } from '../db/with-tenant.ts';
import {
  type Erased,
  forgetAtTickets,
  forgetBooked,
  forgetUser,
  isErased,
  recordErasures,
} from '../privacy/erase.ts';
import { BackupError } from './faults.ts';
import { readJson, writeJson } from './manifest.ts';
import type { Place } from './place.ts';
import type { Sealer } from './sealed-stream.ts';

const ERASABLE = ['ticket', 'appointment', 'user'] as const;
const erasureSchema = z.object({
  tenantId: idSchema<'tenant'>(),
  entity: z.enum(ERASABLE),
  entityId: idSchema<'entity'>(),
  erasedAt: z.string(),
});
export type Erasure = z.infer<typeof erasureSchema>;
const listSchema = z.object({ format: z.literal(1), readAt: z.string(), erasures: z.array(erasureSchema) });
export type ErasureList = z.infer<typeof listSchema>;
const DAY_MS = 86_400_000;

/** There is one, written over and over: it reaches further back than dumps are kept, and what was erased before those is in none of them. */
const FILE = 'erasures.list';
const DAYS = 62;
/** How long dumps may be kept: what is restored from an older one would bring back who is on no list any more. */
export const BACKUP_DAYS_MAX = 60;
const READ = `SELECT tenant_id AS "tenantId", entity, entity_id AS "entityId",
    to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "erasedAt"
  FROM audit_log WHERE action = 'PERSON_ERASED' AND received_at > now() - make_interval(days => ${DAYS})
  ORDER BY received_at, tenant_id, entity_id`;

/**
 * Keeps the list as it is now in each place; one that cannot be written keeps it from no other.
 * @param url as a role that sees every row.
 * @returns how many there are.
 * @throws BackupError `erasures` naming the places that do not have it.
 */
export async function keepErasures(
  parts: { readonly env: Env; readonly sealer: Sealer; readonly places: readonly Place[] },
  url: string,
): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: 'totem-backup' });
  await client.connect();
  let erasures: Erasure[];
  try {
    await client.query('SET row_security = off');
    erasures = z.array(erasureSchema).parse((await client.query(READ)).rows);
  } finally {
    await client.end();
  }
  const list = { format: 1, readAt: instantText(parts.env.now()), erasures };
  const tried = await Promise.allSettled(
    parts.places.map((place) => writeJson(place, parts.sealer, FILE, list)),
  );
  const refused = tried.flatMap((one, index) =>
    one.status === 'rejected' ? [`${parts.places[index]?.label}: ${String(one.reason)}`] : [],
  );
  if (refused.length > 0) throw new BackupError('erasures', `the list was not kept in ${refused.join('; ')}`);
  return erasures.length;
}

/** @returns the list as it was last kept; undefined where none ever was. */
export async function readErasures(place: Place, sealer: Sealer): Promise<ErasureList | undefined> {
  if (!(await place.list()).some(({ name }) => name === FILE)) return undefined;
  return listSchema.parse(await readJson(sealer, await place.open(FILE)));
}

/** Whether a list names everybody who was erased since a dump was begun at `takenAt`, up to when the list was read. */
export function reachesBackTo(takenAt: string, { readAt }: Pick<ErasureList, 'readAt'>): boolean {
  return epochMsOf(takenAt) >= epochMsOf(readAt) - DAYS * DAY_MS;
}

/**
 * Erases again what is there again. Each of them has an entry of its own afterwards, also where nothing had come back: totems
 * still keep what they sent since the dump, and by that entry it is kept out.
 * @returns how many of them had come back.
 */
export async function eraseAgain(db: Database, env: Env, erasures: readonly Erasure[]): Promise<number> {
  let again = 0;
  for (const one of erasures) if (await eraseOne(db, env, one)) again += 1;
  return again;
}

function eraseOne(db: Database, env: Env, { tenantId, entity, entityId }: Erasure): Promise<boolean> {
  return withTenant(db, tenantId as TenantId, async (tx) => {
    const gone = await forgetOne(tx, entity, entityId);
    const isKnown = gone.length === 0 && (await isErased(tx, { entity, entityId }));
    const said = gone.length > 0 || isKnown ? gone : [{ entity, entityId, siteId: null, entries: 0 }];
    await recordErasures(tx, env, said, { userId: null, data: { by: 'restore' } });
    return gone.length > 0;
  });
}

async function forgetOne(tx: WriteHandle, entity: Erasure['entity'], entityId: string): Promise<Erased[]> {
  switch (entity) {
    case 'ticket':
      return forgetAtTickets(tx, [entityId]);
    case 'appointment':
      return forgetBooked(tx, [entityId]);
    case 'user': {
      const user = await forgetUser(tx, entityId);
      return user === undefined ? [] : [user];
    }
    default:
      return entity satisfies never;
  }
}
