/** A hub for the write door's suite: a totem's own parts over a real file, which the cloud has named the hub of its site. */
import {
  type AppointmentRow,
  appointmentTable,
  type CallRow,
  callTable,
  counterTable,
  newId,
  operatorSessionTable,
  priorityClassTable,
  rowFromSql,
  serviceTable,
  siteTable,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { DoorWorld, GivenRows } from '@totem/domain/conformance';
import type { Parts } from '../../parts.ts';
import { rowByKey, upsertRow } from '../../store/rows.ts';
import { writeSetting } from '../../store/settings.ts';
import { openTotem, type TestPlace, testPlace } from '../../testing/totem.ts';
import { runHubCommand } from '../door/run.ts';
import { replacePeople, type SitePerson } from '../people.ts';

/** Of the hub in tests; not the first, so that a term that is left out is noticed. */
export const TEST_TERM = 3;

export interface TestHub {
  readonly place: TestPlace;
  readonly parts: Parts;
  close(): void;
}

/** A totem that is the hub of its site, with the site's catalogue, and nothing running. */
export function testHub(options: Parameters<typeof testPlace>[0] = {}): TestHub {
  const place = testPlace(options);
  const parts = openTotem(place);
  makeHub(parts, place);
  return {
    place,
    parts,
    close: () => {
      parts.store.close();
      place.remove();
    },
  };
}

/** Gives a totem the role, as if the cloud's row of the site had come. */
export function makeHub({ store, device }: Parts, { catalogue }: TestPlace, term: number = TEST_TERM): void {
  store.write((db) => {
    upsertRow(db, siteTable, { ...catalogue.site, hubEquipmentId: device.equipmentId, hubTerm: term });
    writeSetting(db, 'hub_ready', { term });
  });
}

export function hubDoorWorld(): DoorWorld {
  const hub = testHub();
  const { parts, place } = hub;
  const { store, device } = parts;
  const { tenantId, siteId } = device;
  const people: SitePerson[] = [];
  const tables = {
    service: serviceTable,
    priority_class: priorityClassTable,
    counter: counterTable,
    ticket: ticketTable,
    appointment: appointmentTable,
  } as const;
  return {
    env: place.world.env,
    tenantId,
    siteId,
    advance: (ms) => place.world.advance(ms),
    give: async (table, row) => {
      store.write((db) => upsertRow(db, tables[table] as typeof ticketTable, row as GivenRows['ticket']));
    },
    employ: async ({ userId, role, siteIds, serviceIds }) => {
      const named = { fullName: 'Alguém', username: userId };
      people.push({ userId, role, siteIds, serviceIds, ...named });
      store.write((db) => replacePeople(db, people));
    },
    run: async (principal, command) => runHubCommand(parts, principal, command),
    ticket: async (id) => store.read((db): TicketRow | undefined => rowByKey(db, ticketTable, tenantId, id)),
    appointment: async (id) =>
      store.read((db): AppointmentRow | undefined => rowByKey(db, appointmentTable, tenantId, id)),
    callsOf: async (ticketId) =>
      store.read((db) =>
        db
          .all('SELECT * FROM call WHERE ticket_id = ? ORDER BY number', ticketId)
          .map((row): CallRow => rowFromSql(callTable, row)),
      ),
    openSessionsOf: async (userId) =>
      store.read((db) =>
        db
          .all('SELECT * FROM operator_session WHERE user_id = ? AND until IS NULL', userId)
          .map((row) => rowFromSql(operatorSessionTable, row)),
      ),
    entriesOf: async (commandId) =>
      store.read((db) =>
        db
          .all(
            'SELECT action, user_id, entity_id FROM audit_log WHERE command_id = ? ORDER BY seq',
            commandId,
          )
          .map((row) => ({
            action: String(row.action),
            userId: row.user_id === null ? null : String(row.user_id),
            entityId: String(row.entity_id),
          })),
      ),
    privateOf: async (ticketId) =>
      store.read((db) => {
        const row = db.one(
          'SELECT p.data FROM entry_private AS p JOIN audit_log AS a ON a.id = p.entry_id WHERE a.entity_id = ?',
          ticketId,
        );
        return row && JSON.parse(String(row.data));
      }),
    close: async () => hub.close(),
  };
}

/** An operator of a hub's site. */
export function operatorAt({ tenantId, siteId }: Parts['device'], place: TestPlace) {
  const { env } = place.world;
  return {
    kind: 'user',
    tenantId,
    userId: newId<'user'>(env),
    sessionId: newId<'session'>(env),
    role: 'operator',
    siteIds: [siteId],
    serviceIds: null,
  } as const;
}
