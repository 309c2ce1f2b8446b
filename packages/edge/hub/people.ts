/** The people of the site as the cloud last said: what they may serve is asked here anew, because a token may be older. */
import type { Colleague, Role, ServiceId, SiteId, UserId } from '@totem/domain';
import type { SiteDesk } from '@totem/sync/hub';
import type { ReadHandle, SqlRow, WriteHandle } from '../store/connection.ts';

export interface SitePerson {
  readonly userId: UserId;
  readonly fullName: string;
  readonly username: string;
  readonly role: Role;
  /** Null means every site, or every service. */
  readonly siteIds: readonly SiteId[] | null;
  readonly serviceIds: readonly ServiceId[] | null;
}

const COLUMNS = 'user_id, full_name, username, role, site_ids, service_ids';

export function personById(db: ReadHandle, userId: UserId): SitePerson | undefined {
  const row = db.one(`SELECT ${COLUMNS} FROM site_person WHERE user_id = ?`, userId);
  return row && fromSql(row);
}

export function personByUsername(db: ReadHandle, username: string): SitePerson | undefined {
  const row = db.one(`SELECT ${COLUMNS} FROM site_person WHERE username = ?`, username);
  return row && fromSql(row);
}

/** Everybody to whom a ticket can be sent on, by name. */
export function colleaguesHere(db: ReadHandle): SiteDesk['people'] {
  return db
    .all("SELECT user_id, full_name FROM site_person WHERE role <> 'technician' ORDER BY full_name, user_id")
    .map((row) => ({ userId: row.user_id as UserId, fullName: String(row.full_name) }));
}

/** Somebody to whom a ticket can be sent on. Whoever was removed or switched off is not in the cloud's list. */
export function colleagueById(db: ReadHandle, userId: UserId): Colleague | undefined {
  const person = personById(db, userId);
  if (person === undefined) return undefined;
  const { siteIds, serviceIds, role } = person;
  return { id: userId, serves: role !== 'technician', siteIds, serviceIds };
}

/** Puts the cloud's list in place of the one before. */
export function replacePeople(db: WriteHandle, people: readonly SitePerson[]): void {
  db.run('DELETE FROM site_person');
  for (const person of people)
    db.run(
      `INSERT INTO site_person (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`,
      person.userId,
      person.fullName,
      person.username,
      person.role,
      person.siteIds && JSON.stringify(person.siteIds),
      person.serviceIds && JSON.stringify(person.serviceIds),
    );
}

function fromSql(row: SqlRow): SitePerson {
  // Ids and roles as `replacePeople` was given them, parsed where they came in.
  return {
    userId: row.user_id as UserId,
    fullName: String(row.full_name),
    username: String(row.username),
    role: row.role as Role,
    siteIds: row.site_ids === null ? null : (JSON.parse(String(row.site_ids)) as SiteId[]),
    serviceIds: row.service_ids === null ? null : (JSON.parse(String(row.service_ids)) as ServiceId[]),
  };
}
