/** The cloud for the write door's suite: commands go through its core, and its database is looked at from outside. */
import {
  appointmentTable,
  type CallRow,
  callTable,
  type Env,
  instantText,
  operatorSessionTable,
  rowFromSql,
  ticketTable,
} from '@totem/domain';
import type { DoorWorld } from '@totem/domain/conformance';
import { systemEnv } from '@totem/host';
import { testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { runCommand } from '../commands/run.ts';
import { readTenant, type Statement } from '../db/with-tenant.ts';
import { onlooker } from './owner.ts';
import { putRows } from './records.ts';

const TICKET: Statement = {
  name: 'test-door-ticket',
  text: 'SELECT * FROM ticket WHERE tenant_id = $1 AND id = $2',
};
const APPOINTMENT: Statement = {
  name: 'test-door-appointment',
  text: 'SELECT * FROM appointment WHERE tenant_id = $1 AND id = $2',
};
const CALLS: Statement = {
  name: 'test-door-calls',
  text: 'SELECT * FROM call WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY number',
};
const SESSIONS: Statement = {
  name: 'test-door-sessions',
  text: 'SELECT * FROM operator_session WHERE tenant_id = $1 AND user_id = $2 AND until IS NULL',
};

export async function cloudDoorWorld(): Promise<DoorWorld> {
  const world = virtualWorld();
  const env: Env = { ...systemEnv, now: world.env.now };
  const cloud = await testCloud({ env });
  const look = await onlooker(cloud.urls);
  const { db } = cloud.cloud;
  const { tenantId, siteId } = cloud.seed;
  const all = (statement: Statement, id: string) =>
    readTenant(db, tenantId, (tx) => tx.all(statement, [tenantId, id]));
  return {
    env,
    tenantId,
    siteId,
    advance: (ms) => world.advance(ms),
    // How long one takes is the cloud's alone to know.
    give: (table, row) =>
      putRows(look, table, [{ ...row, ...(table === 'appointment' ? { durationMinutes: 10 } : {}) }]),
    employ: async ({ userId, role, siteIds, serviceIds }) => {
      const at = instantText(env.now());
      await look.rows(
        `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
         VALUES ($1, $2, $3, $4, 'Alguém', 'none', $5)`,
        [tenantId, userId, at, userId, role],
      );
      await look.rows(
        `INSERT INTO user_site (tenant_id, user_id, site_id)
         SELECT $1, $2, id FROM site WHERE tenant_id = $1 AND id = ANY($3::uuid[])`,
        [tenantId, userId, siteIds],
      );
      await look.rows(
        'INSERT INTO user_service (tenant_id, user_id, service_id) SELECT $1, $2, unnest($3::uuid[])',
        [tenantId, userId, serviceIds],
      );
    },
    run: (principal, command) => runCommand({ db, env }, principal, command),
    ticket: async (id) => {
      const [row] = await all(TICKET, id);
      return row && rowFromSql(ticketTable, row);
    },
    appointment: async (id) => {
      const [row] = await all(APPOINTMENT, id);
      return row && rowFromSql(appointmentTable, row);
    },
    callsOf: async (id) => (await all(CALLS, id)).map((row): CallRow => rowFromSql(callTable, row)),
    openSessionsOf: async (id) =>
      (await all(SESSIONS, id)).map((row) => rowFromSql(operatorSessionTable, row)),
    entriesOf: async (commandId) =>
      (
        await look.rows(
          'SELECT action, user_id, entity_id FROM audit_log WHERE command_id = $1 ORDER BY position',
          [commandId],
        )
      ).map((row) => ({
        action: String(row.action),
        userId: row.user_id === null ? null : String(row.user_id),
        entityId: String(row.entity_id),
      })),
    privateOf: async (ticketId) =>
      (await look.rows('SELECT data FROM entry_private WHERE entity_id = $1', [ticketId]))[0]?.data,
    close: async () => {
      await look.close();
      await cloud.close();
    },
  };
}
