/**
 * One person who has left traces everywhere: handed out whole, erased everywhere, and in no table, log or answer any more. Who
 * looked at whom is in the ledger, and nobody's name is.
 */
import { type ApiClient, ROUTES } from '@totem/api';
import { instantText, newId, pseudonymOf, type SiteId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import type { DeviceAnswer } from '@totem/sync/device';
import { draft } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSigningKey } from '../access/signing-key.ts';
import { sealKeysOf } from '../audit/seal-keys.ts';
import { verifyTenant } from '../audit/verify.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import {
  createTicket,
  DEMO_SERVICE_ID,
  enrolTotem,
  openChain,
  push,
  pushRaw,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';
import { neighbourOf, openSite } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildReceipt, putRows } from '../testing/records.ts';

const NAME = 'Zoraide Canária';
const DOCUMENT = '529.982.247-25';
const DIGITS = '52998224725';
const PHONE = '+55 (81) 98888-0000';
const EMAIL = 'zoraide@canario.example';
const OTHER = 'Benedita Calhandra';

const env = systemEnv;
const signingKey = newSigningKey();
const lines: string[] = [];
let cloud: TestCloud;
let look: Onlooker;
let admin: ApiClient;
let operator: ApiClient;
let totem: TestTotem;
let tenantId: TenantId;
let siteId: SiteId;

beforeAll(async () => {
  const log = createLog('test', { destination: { write: (line) => void lines.push(line) } });
  cloud = await testCloud({ log, signingKey });
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  totem = await enrolTotem(cloud);
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** Tables in which one of the spellings stands, as text or as bytes. */
async function sightings(...spellings: readonly string[]): Promise<string[]> {
  const tables = await look.rows(
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const inBytes = spellings.map((one) => Buffer.from(one).toString('hex'));
  const seen: string[] = [];
  for (const { name } of tables) {
    const found = await look.count(
      `${name} t WHERE EXISTS (SELECT FROM unnest($1::text[]) v(s) WHERE position(v.s IN t::text) > 0)`,
      [[...spellings, ...inBytes]],
    );
    if (found > 0) seen.push(String(name));
  }
  return seen;
}

/** A ticket of somebody, by a totem. @returns its id and the chain that goes on. */
async function ticketOf(said: Record<string, string>, by = totem, at = siteId) {
  const own = openChain(env, tenantId, at);
  const { ticket, draft: creation } = createTicket(env, at, { private: said });
  await push(cloud, by, sealedBatch(by, tenantId, [...own.opening, ...own.write([creation])]));
  return { id: ticket.id, own };
}

/** The person's traces: a ticket, a booking, a contact, and two things that nobody could read. */
async function tracesOf() {
  const { id, own } = await ticketOf({ name: NAME, document: DIGITS });
  const broken = draft(
    'TICKET_CREATE',
    'ticket',
    newId<string>(env),
    { note: `${NAME} is here` },
    { siteId },
  );
  await push(cloud, totem, sealedBatch(totem, tenantId, own.write([broken])));
  await pushRaw(cloud, totem.token, `{"no batch": "${NAME}", "document": "${DOCUMENT}"`);
  const serviceId = DEMO_SERVICE_ID;
  const slot = instantText(Math.ceil(env.now() / 86_400_000 + 2) * 86_400_000);
  await look.rows('UPDATE service SET slot_capacity = 50, opening_hours = NULL WHERE id = $1', [serviceId]);
  await look.rows('UPDATE site SET opening_hours = NULL WHERE id = $1', [siteId]);
  const person = { name: NAME, document: DOCUMENT, phone: PHONE };
  const booked = await operator.call(ROUTES.createAppointment, { body: { siteId, serviceId, slot, person } });
  await putRows(look, 'ticket_contact', [
    { tenantId, ticketId: id, createdAt: slot, channel: 'email', address: EMAIL, locale: 'pt-BR' },
  ]);
  await putRows(look, 'receipt', [buildReceipt(env, { tenantId, siteId }, { ticketId: id })]);
  return { ticketId: id, appointmentId: booked.id };
}

const status = async (by: TestTotem, erasedUpTo: unknown) => {
  const answer = await fetch(`${cloud.url}/v1/device/status`, {
    method: 'POST',
    headers: { authorization: `Bearer ${by.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ appVersion: null, parts: [], erasedUpTo }),
  });
  const { erased } = (await answer.json()) as DeviceAnswer;
  if (erased === undefined) throw new Error('it was told of no erasures');
  return erased;
};

describe('one person', () => {
  test('is handed out with everything that is held of them, by any of their marks, and of nobody else', async () => {
    const { ticketId, appointmentId } = await tracesOf();
    await ticketOf({ name: OTHER });
    const byDocument = await admin.call(ROUTES.exportPerson, { body: { by: 'document', value: DOCUMENT } });
    expect(byDocument.isWhole).toBe(true);
    const [held] = byDocument.tickets;
    expect(held?.ticket).toMatchObject({ id: ticketId, state: 'waiting' });
    expect(held?.said).toEqual([{ name: NAME, document: DIGITS }]);
    expect(held?.contact).toMatchObject({ channel: 'email', address: EMAIL });
    expect(held?.entries).toEqual([expect.objectContaining({ action: 'TICKET_CREATE' })]);
    expect(held?.receipts).toHaveLength(1);
    expect(byDocument.appointments).toEqual([
      expect.objectContaining({
        appointment: expect.objectContaining({ id: appointmentId }),
        person: expect.objectContaining({ name: NAME, phone: PHONE }),
      }),
    ]);
    const found = async (by: 'name' | 'phone' | 'email', value: string) => {
      const answer = await admin.call(ROUTES.exportPerson, { body: { by, value } });
      return [answer.tickets.length, answer.appointments.length, answer.keptAside.length];
    };
    expect(await found('name', 'zoraide canária')).toEqual([1, 1, 0]);
    expect(await found('name', NAME)).toEqual([1, 1, 2]);
    expect(await found('phone', '81 98888 0000')).toEqual([0, 1, 0]);
    expect(await found('email', EMAIL.toUpperCase())).toEqual([1, 0, 0]);
    // A part of a name is nobody's; but what nobody could read may say no more than that.
    expect(await found('name', 'Zoraide')).toEqual([0, 0, 2]);
    expect(JSON.stringify(byDocument)).not.toContain(OTHER);
  });

  test('is in no table, log or answer once erased, and everybody else and every chain is as before', async () => {
    expect(await sightings(NAME, DIGITS, DOCUMENT, PHONE, EMAIL)).toEqual([
      'appointment_person',
      'entry_private',
      'ledger_quarantine',
      'ticket_contact',
    ]);
    const body = { by: 'name', value: NAME, reason: 'asked' } as const;
    expect(await admin.call(ROUTES.erasePerson, { body })).toEqual({
      isWhole: true,
      tickets: 1,
      appointments: 1,
      keptAside: 2,
    });
    expect(await admin.call(ROUTES.erasePerson, { body })).toMatchObject({ tickets: 0, appointments: 0 });
    expect(await sightings(NAME, DIGITS, DOCUMENT, PHONE, EMAIL)).toEqual([]);
    expect(await sightings(OTHER)).toEqual(['entry_private']);
    for (const canary of [NAME, DIGITS, DOCUMENT, PHONE, EMAIL]) expect(lines.join()).not.toContain(canary);
    const { cloud: running } = cloud;
    const report = await verifyTenant({ db: running.db, env, keys: sealKeysOf({ signingKey }) }, tenantId);
    expect(report.faults).toEqual([]);
  });

  test('does not come back with what a totem sends once more', async () => {
    const { id } = await ticketOf({ name: NAME });
    await admin.call(ROUTES.erasePerson, { body: { by: 'name', value: NAME, reason: 'asked' } });
    const again = openChain(env, tenantId, siteId);
    const { draft: creation } = createTicket(env, siteId, { id, private: { name: NAME } });
    const reply = await push(
      cloud,
      totem,
      sealedBatch(totem, tenantId, [...again.opening, ...again.write([creation])]),
    );
    expect(reply.status).toBe(200);
    expect(await sightings(NAME)).toEqual([]);
  });

  test('is told of to the totems of the site, after what they have heard of, and from the beginning where the ledger is another', async () => {
    const elsewhere = await openSite(look, tenantId, 'outra');
    const other = await enrolTotem(cloud, { siteId: elsewhere });
    const before = await status(totem, null);
    expect(before.hasMore).toBe(false);
    const { id } = await ticketOf({ name: NAME });
    await admin.call(ROUTES.eraseTicketPerson, { params: { id: id as never } });
    const heard = await status(totem, before.upTo);
    expect(heard.tickets).toEqual([id]);
    expect(await status(totem, heard.upTo)).toEqual({ upTo: heard.upTo, tickets: [], hasMore: false });
    expect((await status(other, null)).tickets).not.toContain(id);
    const foreign = { position: heard.upTo?.position, entryId: newId<'entry'>(env) };
    expect(await status(totem, foreign)).toEqual({ ...heard, tickets: [...before.tickets, id] });
  });

  test('is for admins who see every site', async () => {
    const body = { by: 'name', value: OTHER } as const;
    const refused = await refusalOf(operator.call(ROUTES.exportPerson, { body }));
    expect([refused.status, refused.code]).toEqual([403, 'forbidden']);
    const erase = operator.call(ROUTES.erasePerson, { body: { ...body, reason: 'asked' } });
    expect((await refusalOf(erase)).code).toBe('forbidden');
    const neighbour = apiOf(cloud.url, await (await neighbourOf(cloud, look)).signIn());
    expect(await neighbour.call(ROUTES.exportPerson, { body })).toMatchObject({ tickets: [], isWhole: true });
  });
});

test('the register says who read, took out and erased what, and nobody’s name', async () => {
  const { id } = await ticketOf({ name: OTHER });
  await admin.call(ROUTES.getTicketPerson, { params: { id: id as never } });
  const { items } = await admin.call(ROUTES.listEntries, {
    query: { action: ['PERSON_READ', 'PERSON_EXPORTED', 'PERSON_ERASED'] },
  });
  expect(items[0]).toMatchObject({
    action: 'PERSON_READ',
    entityId: id,
    userName: 'Ana Administradora',
    data: { fields: ['name'] },
  });
  const exported = items.find(({ action }) => action === 'PERSON_EXPORTED');
  expect(exported?.data).toMatchObject({ by: 'user', soughtBy: expect.any(String) });
  expect(JSON.stringify(items)).not.toMatch(new RegExp(`${NAME}|${OTHER}|${DIGITS}`));
});

describe('the account of somebody who has left', () => {
  const USER = { username: 'calhandra', fullName: 'Zuleica Andorinha', email: 'zuleica@andorinha.example' };

  test('loses its name and address everywhere, and keeps what it did', async () => {
    const made = await admin.call(ROUTES.createUser, {
      body: { ...USER, role: 'operator', password: 'jabuticaba no quintal azul' },
    });
    const params = { id: made.id };
    await admin.call(ROUTES.updateUser, { params, version: 1, body: { fullName: 'Zuleica A. Andorinha' } });
    const inUse = await refusalOf(admin.call(ROUTES.eraseUser, { params }));
    expect([inUse.status, inUse.code]).toEqual([409, 'account_in_use']);
    await admin.call(ROUTES.deleteUser, { params, version: 2 });
    expect(await sightings(USER.username, 'Andorinha')).toEqual(['app_user', 'entry_private']);
    expect(await admin.call(ROUTES.eraseUser, { params })).toEqual({ pseudonym: pseudonymOf(made.id) });
    expect(await admin.call(ROUTES.eraseUser, { params })).toEqual({ pseudonym: pseudonymOf(made.id) });
    expect(await sightings(USER.username, 'Andorinha', USER.email)).toEqual([]);
    const entries = await look.rows(
      `SELECT action FROM audit_log WHERE entity = 'user' AND entity_id = $1 ORDER BY position`,
      [made.id],
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'CONFIG_CREATED',
      'PERMISSION_CHANGED',
      'CONFIG_CHANGED',
      'CONFIG_DELETED',
      'PERSON_ERASED',
    ]);
    // Their name is free again.
    await admin.call(ROUTES.createUser, {
      body: { ...USER, role: 'operator', password: 'jabuticaba no quintal azul' },
    });
  });
});
