/**
 * How a record of each kind comes to be in a company, by the path under which it is found: one line for each resource of the
 * API. What is configured is posted, and its body serves as an example of a right one; what the queue and its devices write is
 * put into its tables as it is.
 */
import { instantText, newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { TEST_PASSWORDS } from '@totem/testkit/postgres';
import { signInAt } from './access.ts';
import type { Company } from './company.ts';
import {
  buildCharge,
  buildConflict,
  buildPayment,
  buildReceipt,
  buildReconciliation,
  buildReconciliationItem,
  buildRefundOrder,
  buildTicket,
  buildTransaction,
  putRows,
} from './records.ts';

export interface RecordKind {
  /** The body that makes one. */
  body?(company: Company): object | Promise<object>;
  /** Makes one where nothing can be posted. @returns its id. */
  make?(company: Company): Promise<string>;
  /** An id that nobody has, where it is no UUID. */
  readonly nobodys?: string;
}

const PASSWORD = 'jabuticaba no quintal azul';
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

export const RECORD_KINDS: Readonly<Record<string, RecordKind>> = {
  '/v1/tenants': { make: async ({ tenantId }) => tenantId, body: tenantBody },
  '/v1/me/sessions': { make: anotherSession },
  '/v1/sites': { body: (c) => ({ name: c.text(), slug: slug(c), timezone: 'America/Sao_Paulo' }) },
  '/v1/services': {
    body: (c) => ({ name: { en: c.text() }, prefix: 'Z', siteIds: [c.siteId], slotCapacity: 99 }),
  },
  '/v1/priority-classes': { body: (c) => ({ name: { 'pt-BR': c.text() }, tier: 2 }) },
  '/v1/counters': {
    body: async (c) => ({
      siteId: c.siteId,
      name: c.text(),
      number: 100 + c.number(),
      serviceIds: [await c.idOf('/v1/services')],
    }),
  },
  '/v1/settings/prints': {
    body: (c) => ({ siteId: c.siteId, kind: 'ticket', name: c.text(), layout: { header: [c.text()] } }),
  },
  '/v1/settings/notifications': {
    body: (c) => ({
      siteId: c.siteId,
      channel: 'slack',
      name: c.text(),
      events: ['device.offline'],
      target: { to: [c.text()] },
      secret: c.text(),
    }),
  },
  '/v1/settings/webhooks': {
    body: (c) => ({ name: c.text(), url: `https://example.com/${c.canary}`, events: ['ticket.called'] }),
  },
  '/v1/settings/psp-accounts': {
    body: (c) => ({
      name: c.text(),
      adapter: 'pix',
      baseUrl: 'http://127.0.0.1:9/api/v2',
      tokenUrl: 'http://127.0.0.1:9/oauth/token',
      clientId: c.text(),
      clientSecret: c.text(),
      pixKey: c.text(),
      merchantName: 'Loja',
      merchantCity: 'Recife',
      // Nobody listens there: who charges is told at once that there is no provider.
      active: false,
    }),
  },
  '/v1/charges': { make: putCharge },
  '/v1/refunds': { make: putRefund },
  '/v1/reconciliations': { make: putReconciliation },
  '/v1/reconciliation-items': { make: putReconciliationItem },
  '/v1/deliveries': { make: putDelivery },
  '/v1/users': {
    body: async (c) => ({
      username: `${c.canary}.${c.number()}`,
      fullName: c.text(),
      role: 'operator',
      password: PASSWORD,
      siteIds: [c.siteId],
      serviceIds: [await c.idOf('/v1/services')],
    }),
  },
  '/v1/api-keys': { body: (c) => ({ name: c.text(), scopes: ['configuration.read'], siteIds: [c.siteId] }) },
  '/v1/equipment': { body: (c) => ({ siteId: c.siteId, type: 'totem', identifier: c.text() }) },
  '/v1/enrolments': { make: putEnrolment },
  '/v1/pairings': { make: putPairing },
  '/v1/device-commands': { make: putDeviceCommand },
  '/v1/media': { make: putMedia },
  '/v1/appointments': {
    body: async (c) => ({
      siteId: c.siteId,
      serviceId: await c.idOf('/v1/services'),
      slot: instantText(Math.ceil(systemEnv.now() / DAY_MS + 1) * DAY_MS + c.number() * HOUR_MS),
      person: { name: c.text() },
    }),
  },
  '/v1/tickets': { make: putTicket },
  '/v1/payments': { make: putPayment },
  '/v1/receipts': {
    make: (c) => put(c, 'receipt', buildReceipt(systemEnv, c, { text: c.text(), code: c.text() })),
  },
  '/v1/conflicts': {
    make: (c) => put(c, 'conflict', buildConflict(systemEnv, c, { detail: { note: c.text() } })),
  },
  '/v1/quarantine': { make: putAside },
  '/v1/audit': { make: lastEntry },
  '/v1/audit/origins': { make: ofTable('origin') },
  '/v1/audit/seals': { make: putSeal, nobodys: '2019-01' },
};

/** What a new tenant is taken in with. */
function tenantBody(c: Company): object {
  return {
    name: c.text(),
    slug: slug(c),
    site: { name: c.text(), slug: slug(c), timezone: 'America/Sao_Paulo' },
    admin: { username: `${c.canary}.${c.number()}`, fullName: c.text(), password: PASSWORD },
  };
}

function slug(c: Company): string {
  return `${c.canary}-${c.number()}`;
}

/** A second session of the admin's. */
async function anotherSession({ url, username, look, adminId }: Company): Promise<string> {
  const { sessionId } = await signInAt(url, username, TEST_PASSWORDS.admin);
  const live = await look.count('user_session WHERE user_id = $1 AND ended_at IS NULL', [adminId]);
  if (live < 2) throw new Error('somebody ended the session of the admin');
  return sessionId;
}

/** The last row of a table that the company has by itself. */
function ofTable(table: string): (c: Company) => Promise<string> {
  return async ({ look, tenantId }) => {
    const [row] = await look.rows(`SELECT id FROM ${table} WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1`, [
      tenantId,
    ]);
    return String(row?.id);
  };
}

async function put(
  { look }: Company,
  table: string,
  row: { readonly id: string } & Readonly<Record<string, unknown>>,
): Promise<string> {
  await putRows(look, table, [row]);
  return row.id;
}

/** Something that a device was asked, and its log. */
async function putDeviceCommand(c: Company): Promise<string> {
  const at = instantText(systemEnv.now());
  return put(c, 'device_command', {
    id: newId<'device_command'>(systemEnv),
    tenantId: c.tenantId,
    createdAt: at,
    equipmentId: await c.idOf('/v1/equipment'),
    kind: 'logs',
    state: 'done',
    createdBy: c.adminId,
    expiresAt: at,
    takenAt: at,
    endedAt: at,
    log: c.text(),
  });
}

/** A picture of a few bytes. */
async function putMedia(c: Company): Promise<string> {
  return put(c, 'media', {
    id: newId<'media'>(systemEnv),
    tenantId: c.tenantId,
    createdAt: instantText(systemEnv.now()),
    name: c.text(),
    type: 'image/png',
    size: 4,
    content: '\\x89504e47',
    version: 1,
  });
}

/** A screen that has become a device of the company's. */
async function putPairing(c: Company): Promise<string> {
  const at = instantText(systemEnv.now());
  return put(c, 'pairing', {
    id: newId<'pairing'>(systemEnv),
    createdAt: at,
    codeHash: c.text(),
    publicKey: 'A'.repeat(43),
    about: { host: c.text() },
    expiresAt: instantText(systemEnv.now() + HOUR_MS),
    takenAt: at,
    takenTenant: c.tenantId,
    takenEquipment: await c.idOf('/v1/equipment'),
  });
}

/** A device that has shown its code. */
async function putEnrolment(c: Company): Promise<string> {
  const at = instantText(systemEnv.now());
  return put(c, 'enrolment', {
    id: newId<'enrolment'>(systemEnv),
    tenantId: c.tenantId,
    createdAt: at,
    equipmentId: await c.idOf('/v1/equipment'),
    codeHash: c.text(),
    state: 'claimed',
    expiresAt: instantText(systemEnv.now() + HOUR_MS),
    claimedAt: at,
    publicKey: 'A'.repeat(43),
    about: { host: c.text() },
  });
}

/** A ticket with the name of a person beside it. */
async function putTicket(c: Company): Promise<string> {
  const id = await put(
    c,
    'ticket',
    buildTicket(systemEnv, c, { heldReason: c.text(), serviceId: await c.idOf('/v1/services') }),
  );
  await c.look.rows(
    `INSERT INTO entry_private (tenant_id, entry_id, entity, entity_id, salt, data) VALUES ($1, $2, 'ticket', $3, 'x', $4)`,
    [c.tenantId, newId<'entry'>(systemEnv), id, { name: c.text() }],
  );
  return id;
}

/** A payment with an exchange behind it. */
async function putPayment(c: Company): Promise<string> {
  const id = await put(c, 'payment_session', buildPayment(systemEnv, c, { externalId: c.text() }));
  const raw = { said: c.text() };
  await putRows(c.look, 'payment_transaction', [
    buildTransaction(systemEnv, c, { paymentSessionId: id, raw }),
  ]);
  return id;
}

/** A charge that has ended, and a refund under the same id: nobody is asked for either. */
async function putCharge(c: Company): Promise<string> {
  const id = await put(
    c,
    'charge',
    buildCharge(systemEnv, c, {
      equipmentId: await c.idOf('/v1/equipment'),
      pspAccountId: await c.idOf('/v1/settings/psp-accounts'),
      reference: c.text(),
    }),
  );
  await putRows(c.look, 'refund_order', [
    buildRefundOrder(systemEnv, c, {
      id,
      paymentSessionId: id,
      equipmentId: await c.idOf('/v1/equipment'),
      reason: c.text(),
    }),
  ]);
  return id;
}

/** A day that was compared, of an account. */
async function putReconciliation(c: Company): Promise<string> {
  const pspAccountId = await c.idOf('/v1/settings/psp-accounts');
  return put(c, 'reconciliation', buildReconciliation(systemEnv, c, { pspAccountId, cause: c.text() }));
}

async function putReconciliationItem(c: Company): Promise<string> {
  const reconciliationId = await c.idOf('/v1/reconciliations');
  const endToEndId = c.text();
  return put(
    c,
    'reconciliation_item',
    buildReconciliationItem(systemEnv, c, { reconciliationId, endToEndId }),
  );
}

/** A refund that a person has asked for and nobody has agreed to. */
async function putRefund(c: Company): Promise<string> {
  const over = { paymentSessionId: await c.idOf('/v1/payments'), askedBy: c.adminId, reason: c.text() };
  return put(
    c,
    'refund_order',
    buildRefundOrder(systemEnv, c, { ...over, equipmentId: null, state: 'awaiting_approval', answer: null }),
  );
}

/** A message that nobody got, so that nothing is sent. */
async function putDelivery(c: Company): Promise<string> {
  const eventId = newId<'event'>(systemEnv);
  const id = newId<'delivery'>(systemEnv);
  const receiverId = await c.idOf('/v1/settings/webhooks');
  await c.look.rows(
    `INSERT INTO event (tenant_id, id, type, site_id, subject, data, occurred_at, created_at)
     VALUES ($1, $2, 'ticket.called', $3, $2, $4, now(), now())`,
    [c.tenantId, eventId, c.siteId, JSON.stringify({ code: c.text() })],
  );
  await c.look.rows(
    `INSERT INTO delivery (tenant_id, id, created_at, kind, receiver_id, event_id, number, subject, state, next_at, ended_at)
     VALUES ($1, $2, now(), 'webhook', $3, $4, 1, $4, 'failed', now(), now())`,
    [c.tenantId, id, receiverId, eventId],
  );
  return id;
}

async function putAside(c: Company): Promise<string> {
  const id = newId<'quarantine'>(systemEnv);
  await c.look.rows(
    `INSERT INTO ledger_quarantine (tenant_id, id, reason, digest, bytes, received_at)
     VALUES ($1, $2, 'unparsable', $3, convert_to($3, 'UTF8'), now())`,
    [c.tenantId, id, c.text()],
  );
  return id;
}

/** An entry about something that the company has configured. */
async function lastEntry(c: Company): Promise<string> {
  await c.idOf('/v1/sites');
  const [row] = await c.look.rows(
    `SELECT id FROM audit_log WHERE tenant_id = $1 AND strpos(data::text, $2) > 0 ORDER BY position DESC LIMIT 1`,
    [c.tenantId, c.canary],
  );
  return String(row?.id);
}

/** A month that nobody else has sealed. */
async function putSeal(c: Company): Promise<string> {
  const [row] = await c.look.rows(
    `INSERT INTO audit_seal (tenant_id, month, first_position, last_position, entries, digest, heads, key_id, signature, sealed_at)
     SELECT $1, '2019-02-01'::date + count(*)::int * interval '1 month', 1, 1, 1, repeat('0', 64), '{}', $2, 'x', now()
     FROM audit_seal RETURNING to_char(month, 'YYYY-MM') AS month`,
    [c.tenantId, c.canary],
  );
  return String(row?.month);
}
