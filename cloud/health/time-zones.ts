/**
 * Whether Node and PostgreSQL have the same clocks in mind. Both carry the time zone database, each in its own version, and a
 * business day is decided by one and reported by the other. PostgreSQL does not say which version it has, so what both make of
 * each zone is compared, day by day for the next two years.
 */
import { type Env, instantText } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { asFault, type SqlRow, type Statement } from '../db/with-tenant.ts';

/** The zones of Brazil, and neighbours that change their clocks. */
export const COMPARED_ZONES = [
  'America/Sao_Paulo',
  'America/Noronha',
  'America/Manaus',
  'America/Cuiaba',
  'America/Rio_Branco',
  'America/Santiago',
  'America/Asuncion',
  'Europe/Lisbon',
  'UTC',
] as const;
export const COMPARED_DAYS = 731;

const OFFSETS: Statement = {
  name: 'zone-offsets',
  text: `SELECT zone, string_agg((extract(epoch FROM (at AT TIME ZONE zone) - (at AT TIME ZONE 'UTC')) / 60)::int::text, ',' ORDER BY at) AS minutes
    FROM unnest($1::text[]) AS zone
    CROSS JOIN generate_series($2::timestamptz, $2::timestamptz + make_interval(days => $3), interval '1 day') AS at
    GROUP BY zone`,
};

export interface TimeZones {
  /** The version of the time zone database that Node carries. */
  readonly node: string;
  /** Zones in which PostgreSQL has other clocks; empty when all is well. */
  readonly differing: readonly string[];
}

/** @throws ProblemError `unreachable` */
export async function compareTimeZones(db: Database, env: Env): Promise<TimeZones> {
  const from = `${instantText(env.now()).slice(0, 10)}T12:00:00.000Z`;
  const values = [[...COMPARED_ZONES], from, COMPARED_DAYS - 1];
  try {
    const { rows } = await db.api.query<SqlRow>({ ...OFFSETS, values });
    const theirs = new Map(rows.map(({ zone, minutes }) => [zone, minutes]));
    return {
      node: process.versions.tz ?? 'unknown',
      differing: COMPARED_ZONES.filter((zone) => theirs.get(zone) !== offsetsOf(zone, from)),
    };
  } catch (error) {
    throw asFault(error);
  }
}

/** Minutes from UTC at noon of each day, in one text. */
function offsetsOf(zone: string, from: string): string {
  const start = Temporal.Instant.from(from);
  return Array.from({ length: COMPARED_DAYS }, (_, day) => {
    const at = start.add({ hours: 24 * day }).toZonedDateTimeISO(zone);
    return at.offsetNanoseconds / 60e9;
  }).join(',');
}
