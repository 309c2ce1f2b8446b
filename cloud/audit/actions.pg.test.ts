/** Every critical action of the ledger is done once, and its entry is there: about the right thing, by the right person, whole. */
import { type ApiClient, ROUTES, type Route } from '@totem/api';
import {
  ACTION_MEANINGS,
  entitiesOf,
  entryMakesSense,
  LEDGER_ACTIONS,
  type LedgerAction,
  newId,
  type PaymentAction,
  PLATFORM_TENANT_ID,
  type TenantId,
} from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { draft } from '@totem/testkit/builders';
import { TEST_PASSWORDS, type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureOwner } from '../access/owners.ts';
import { createPasswords } from '../access/password.ts';
import { newSigningKey } from '../access/signing-key.ts';
import { readTenant } from '../db/with-tenant.ts';
import { retireTickets } from '../jobs/retire-tickets.ts';
import { entriesOfOrigin } from '../ledger/entries.ts';
import { clockOf, refreshAt, signInAt } from '../testing/access.ts';
import { apiOf, refusalOf } from '../testing/api.ts';
import { enrolTotem, openChain, push, replaceKeyOf, sealedBatch } from '../testing/branch.ts';
import { type Company, openCompany } from '../testing/company.ts';
import { newMachine } from '../testing/machine.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { oweCash } from '../testing/paid-payment.ts';
import { RECORD_KINDS } from '../testing/record-kinds.ts';
import { buildTicket, putRows } from '../testing/records.ts';
import { sealTenant } from './seal.ts';
import { sealKeysOf } from './seal-keys.ts';

const clock = virtualWorld({ now: systemEnv.now() });
const signingKey = newSigningKey();
const log = createLog('test', { level: 'silent' });
const OWNER = { username: 'dona', fullName: 'Dona Platforma', password: 'jabuticaba no quintal azul' };
const STEP_MS = 30_000;

let cloud: TestCloud;
let look: Onlooker;
let company: Company;
/** The admin of the company, and who runs the platform. */
let admin: ApiClient;
let owner: ApiClient;

beforeAll(async () => {
  cloud = await testCloud({ ...clockOf(clock), signingKey });
  look = await onlooker(cloud.urls);
  company = await openCompany(cloud, look, 'one');
  // While its first token lives.
  for (const path of ['/v1/counters', '/v1/priority-classes', '/v1/conflicts', '/v1/tickets'])
    await company.idOf(path);
  await ensureOwner({ db: cloud.cloud.db, env: systemEnv, hashing: createPasswords() }, OWNER);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  // Access tokens live for ten minutes, and the codes of an authenticator for half a one.
  clock.advance(2 * STEP_MS);
  admin = apiOf(cloud.url, (await enter(company.username)).accessToken);
  owner = apiOf(cloud.url, (await signInAt(cloud.url, OWNER.username, OWNER.password)).accessToken);
});

const enter = (username: string) => signInAt(cloud.url, username, TEST_PASSWORDS.admin);

/** Does an action. @returns what its entry must say, besides its action. */
type Act = () => Promise<{
  readonly tenantId?: TenantId;
  readonly entityId?: string;
  readonly userId?: string | null;
  readonly data?: object;
}>;

const byAdmin = () => ({ userId: company.adminId });
/** Records of which a test ends, changes or removes one have each its own. */
const fresh = async (path: string): Promise<{ id: string; version: number }> =>
  admin.call(createRouteOf(path), { body: await company.bodyOf(path) } as never) as never;

function createRouteOf(path: string): Route {
  const route = Object.values<Route>(ROUTES).find((one) => one.method === 'POST' && one.path === path);
  if (route === undefined) throw new Error(`nothing is posted at ${path}`);
  return route;
}

/** A ticket of the company at a counter where its admin sits. */
async function issued(): Promise<string> {
  const ask = (command: object) =>
    admin.call(ROUTES.runCommand, { body: { id: newId<'command'>(systemEnv), ...command } as never });
  await ask({ type: 'counter.open', counterId: await company.idOf('/v1/counters') }).catch(() => {});
  const { ticket } = await ask({
    type: 'ticket.create',
    serviceId: await company.idOf('/v1/services'),
    priorityClassId: await company.idOf('/v1/priority-classes'),
  });
  return String(ticket?.id);
}

const onTicket = (command: object) => async () => {
  const ticketId = await issued();
  const id = newId<'command'>(systemEnv);
  await admin.call(ROUTES.runCommand, { body: { id, ticketId, ...command } as never });
  return { ...byAdmin(), entityId: ticketId };
};

const onDevice = (action: 'suspend' | 'reinstate' | 'revoke') => async () => {
  const { id } = await fresh('/v1/equipment');
  const params = { id: id as never };
  if (action === 'revoke') await admin.call(ROUTES.deleteEquipment, { params, version: 1 });
  else await admin.call(ROUTES.suspendEquipment, { params, version: 1, body: { reason: 'lost' } });
  if (action === 'reinstate') await admin.call(ROUTES.reinstateEquipment, { params, version: 2 });
  return { ...byAdmin(), entityId: id };
};

async function secondFactor(): Promise<string> {
  const password = TEST_PASSWORDS.admin;
  const { secret } = await admin.call(ROUTES.enrolSecondFactor, { body: { password } });
  await admin.call(ROUTES.confirmSecondFactor, { body: { code: codeOf(secret) } });
  return secret;
}
const codeOf = (secret: string) => generateSync({ secret, epoch: Math.floor(clock.env.now() / 1_000) });
const withoutSecondFactor = () => look.rows('DELETE FROM second_factor');

async function otherPerson() {
  const body = (await company.bodyOf('/v1/users')) as { username: string; password: string };
  const { id } = await admin.call(ROUTES.createUser, { body: body as never });
  const newPassword = `${body.password} demais`;
  const session = await signInAt(cloud.url, body.username, body.password, { newPassword });
  return { id, params: { id }, session };
}

const ACTS: Readonly<Record<string, Act>> = {
  LOGIN: async () => {
    await enter(company.username);
    return { ...byAdmin(), entityId: company.adminId };
  },
  LOGIN_FAILED: async () => {
    await refusalOf(signInAt(cloud.url, company.username, 'wrong'));
    return { entityId: company.adminId };
  },
  'LOGIN_FAILED of nobody': async () => {
    await refusalOf(signInAt(cloud.url, 'nobody.at.all', 'wrong'));
    return { tenantId: PLATFORM_TENANT_ID };
  },
  'LOGIN of an owner': async () => {
    await signInAt(cloud.url, OWNER.username, OWNER.password);
    return { tenantId: PLATFORM_TENANT_ID };
  },
  LOGOUT: async () => {
    const { refreshToken } = await enter(company.username);
    await apiOf(cloud.url).call(ROUTES.signOut, { body: { refreshToken } });
    return { entityId: company.adminId };
  },
  SESSION_REVOKED: async () => {
    const { id, params } = await otherPerson();
    await admin.call(ROUTES.endUserSessions, { params });
    return { entityId: id };
  },
  TOKEN_REUSED: async () => {
    const { refreshToken } = await enter(company.username);
    const second = await refreshAt(cloud.url, refreshToken);
    await refreshAt(cloud.url, second.refreshToken);
    await refusalOf(refreshAt(cloud.url, refreshToken));
    return { entityId: company.adminId };
  },
  PASSWORD_CHANGED: async () => {
    const { id } = await otherPerson();
    return { entityId: id };
  },
  'PASSWORD_CHANGED by an admin': async () => {
    const { id, params } = await otherPerson();
    const { version } = await admin.call(ROUTES.getUser, { params });
    await admin.call(ROUTES.setUserPassword, { params, version, body: { password: OWNER.password } });
    return { ...byAdmin(), entityId: id };
  },
  SECOND_FACTOR_ENABLED: async () => {
    await secondFactor();
    await withoutSecondFactor();
    return { ...byAdmin(), entityId: company.adminId };
  },
  SECOND_FACTOR_DISABLED: async () => {
    const secret = await secondFactor();
    clock.advance(STEP_MS);
    const body = { password: TEST_PASSWORDS.admin, code: codeOf(secret) };
    await admin.call(ROUTES.removeMySecondFactor, { body });
    return { ...byAdmin(), entityId: company.adminId };
  },
  PERMISSION_CHANGED: async () => {
    const { id, version } = await fresh('/v1/users');
    const params = { id: id as never };
    await admin.call(ROUTES.updateUser, { params, version, body: { role: 'technician' } });
    const data = { before: { role: 'operator' }, after: { role: 'technician' } };
    return { ...byAdmin(), entityId: id, data };
  },
  CONFIG_CREATED: async () => {
    const { id } = await fresh('/v1/sites');
    return { ...byAdmin(), entityId: id, data: { after: { timezone: 'America/Sao_Paulo' } } };
  },
  CONFIG_CHANGED: async () => {
    const { id } = await fresh('/v1/sites');
    const params = { id: id as never };
    await admin.call(ROUTES.updateSite, { params, version: 1, body: { rolloverHour: 3 } });
    return { ...byAdmin(), entityId: id, data: { before: { rolloverHour: 0 }, after: { rolloverHour: 3 } } };
  },
  CONFIG_DELETED: async () => {
    const { id } = await fresh('/v1/priority-classes');
    await admin.call(ROUTES.deletePriorityClass, { params: { id: id as never }, version: 1 });
    return { ...byAdmin(), entityId: id };
  },
  DEVICE_ENROLLED: async () => {
    const { id } = await fresh('/v1/equipment');
    const params = { id: id as never };
    const { code } = await admin.call(ROUTES.offerEnrolment, { params });
    const machine = newMachine(cloud.url);
    await machine.show(code);
    const { fingerprint } = machine;
    await admin.call(ROUTES.confirmEnrolment, { params, body: { fingerprint } });
    return { ...byAdmin(), entityId: id, data: { fingerprint } };
  },
  DEVICE_SUSPENDED: onDevice('suspend'),
  DEVICE_REINSTATED: onDevice('reinstate'),
  DEVICE_REVOKED: onDevice('revoke'),
  DEVICE_ASKED: async () => {
    const { id } = await fresh('/v1/equipment');
    await admin.call(ROUTES.askDevice, { params: { id: id as never }, body: { kind: 'logs' } });
    return { ...byAdmin(), entityId: id, data: { kind: 'logs' } };
  },
  DEVICE_KEY_REPLACED: async () => {
    const { tenantId } = cloud.seed;
    const totem = await enrolTotem(cloud);
    const answer = await replaceKeyOf(cloud.url, tenantId, totem);
    expect(answer.status).toBe(204);
    return { tenantId, entityId: totem.equipmentId, data: { by: 'device' } };
  },
  CONFLICT_RESOLVED: async () => {
    const id = await company.idOf('/v1/conflicts');
    await admin.call(ROUTES.resolveConflict, { params: { id: id as never }, body: { resolution: 'seen' } });
    return { ...byAdmin(), entityId: id };
  },
  PERSON_READ: async () => {
    const id = await company.idOf('/v1/tickets');
    await admin.call(ROUTES.getTicketPerson, { params: { id: id as never } });
    return { ...byAdmin(), entityId: id, data: { fields: ['name'] } };
  },
  PERSON_EXPORTED: async () => {
    const body = { by: 'name', value: company.text() } as const;
    await admin.call(ROUTES.exportPerson, { body });
    return { ...byAdmin(), entityId: company.tenantId, data: { soughtBy: 'name' } };
  },
  PERSON_ERASED: async () => {
    const id = await company.idOf('/v1/tickets');
    await admin.call(ROUTES.eraseTicketPerson, { params: { id: id as never } });
    return { ...byAdmin(), entityId: id };
  },
  DATA_EXPORTED: async () => {
    const query = { from: '2020-01-01T00:00:00.000Z', to: '2200-01-01T00:00:00.000Z' };
    await admin.call(ROUTES.exportEntries, { query });
    return { ...byAdmin(), data: query };
  },
  AUDIT_SEALED: async () => {
    const env = { ...systemEnv, now: () => clock.env.now() + 40 * 24 * 3_600_000 };
    await sealTenant({ db: cloud.cloud.db, env, log, keys: sealKeysOf({ signingKey }) }, company.tenantId);
    return {};
  },
  RECORDS_RETIRED: async () => {
    const { tenantId, siteId } = company;
    const over = { businessDay: '2021-03-01', state: 'finished' };
    await putRows(look, 'ticket', [buildTicket(systemEnv, { tenantId, siteId }, over)]);
    await retireTickets({ db: cloud.cloud.db, env: systemEnv, log });
    return { entityId: tenantId, data: { day: '2021-03-01', tickets: 1, receipts: 0, late: false } };
  },
  TICKET_CANCEL: onTicket({ type: 'ticket.cancel', reason: 'customer_left' }),
  TICKET_REPRINT: onTicket({ type: 'ticket.reprint', reason: 'lost' }),
  TICKET_OVERRIDE: onTicket({ type: 'ticket.override', to: 'finished', reason: 'by hand' }),
  ORIGIN_OPENED: async () => {
    const next = await openCompany(cloud, look, 'two');
    return { tenantId: next.tenantId };
  },
  TENANT_SUSPENDED: async () => {
    await suspension(true);
    return {};
  },
  TENANT_RESUMED: async () => {
    await suspension(false);
    return {};
  },
  HUB_PIN_SET: byHub('HUB_PIN_SET'),
  HUB_LOGIN: byHub('HUB_LOGIN'),
  HUB_LOGIN_FAILED: byHub('HUB_LOGIN_FAILED'),
  TECHNICIAN_PIN_SET: byDevice('TECHNICIAN_PIN_SET'),
  TECHNICIAN_ENTERED: byDevice('TECHNICIAN_ENTERED'),
  TECHNICIAN_REFUSED: byDevice('TECHNICIAN_REFUSED'),
  TECHNICIAN_ACTED: byDevice('TECHNICIAN_ACTED'),
  OWED_CASH_RETURNED: async () => {
    const entityId = await oweCash(cloud, await enrolTotem(cloud), { owed_cents: '500' });
    const own = apiOf(cloud.url, await cloud.signIn('admin'));
    await own.call(ROUTES.returnOwedCash, { params: { id: entityId }, body: { amountCents: 500 } });
    return { tenantId: cloud.seed.tenantId, entityId, data: { amountCents: 500 } };
  },
  PAYMENT_CONFIRM: byTill('PAYMENT_CONFIRM'),
  PAYMENT_LOSE: byTill('PAYMENT_LOSE'),
  PAYMENT_UNDO: byTill('PAYMENT_AUTHORIZE', 'PAYMENT_UNDO'),
  PAYMENT_REFUND_ASK: byTill('PAYMENT_CONFIRM', 'PAYMENT_REFUND_ASK'),
  PAYMENT_REFUND_DONE: byTill('PAYMENT_CONFIRM', 'PAYMENT_REFUND_ASK', 'PAYMENT_REFUND_DONE'),
  PAYMENT_REFUND_FAIL: byTill('PAYMENT_CONFIRM', 'PAYMENT_REFUND_ASK', 'PAYMENT_REFUND_FAIL'),
};

/** What a hub says about who signed in at it comes with its ledger. */
function byHub(action: 'HUB_PIN_SET' | 'HUB_LOGIN' | 'HUB_LOGIN_FAILED'): Act {
  return async () => {
    const { tenantId, siteId } = cloud.seed;
    const totem = await enrolTotem(cloud);
    const { opening, ...chain } = openChain(systemEnv, tenantId, siteId);
    const userId = newId<'user'>(systemEnv);
    const said = chain.write([draft(action, 'user', userId, {}, { siteId, userId })]);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...opening, ...said]));
    return { tenantId, entityId: userId, userId };
  };
}

/** What a device says about who stood at it comes with its ledger. */
function byDevice(action: `TECHNICIAN_${'PIN_SET' | 'ENTERED' | 'REFUSED' | 'ACTED'}`): Act {
  return async () => {
    const { tenantId, siteId } = cloud.seed;
    const totem = await enrolTotem(cloud);
    const { opening, ...chain } = openChain(systemEnv, tenantId, siteId);
    const entityId = newId<'equipment'>(systemEnv);
    const said = chain.write([draft(action, 'equipment', entityId, {}, { siteId })]);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...opening, ...said]));
    return { tenantId, entityId };
  };
}

/** What a totem says of money comes with its ledger. @param steps after the request, the last of which is looked for. */
function byTill(...steps: readonly PaymentAction[]): Act {
  return async () => {
    const { tenantId, siteId } = cloud.seed;
    const totem = await enrolTotem(cloud);
    const { opening, ...chain } = openChain(systemEnv, tenantId, siteId);
    const entityId = newId<string>(systemEnv);
    const create = {
      ticketId: newId<'ticket'>(systemEnv),
      attempt: 1,
      method: 'card',
      adapter: 'tef',
      externalId: entityId,
      currency: 'BRL',
      amountCents: 100,
      equipmentId: null,
      operatorId: null,
      businessDay: '2026-11-23',
    };
    const proof = { externalId: entityId, amountCents: 100, currency: 'BRL' };
    const data = { proof, refundId: 'one', amountCents: 100, reason: 'not given' };
    const said = chain.write([
      draft('PAYMENT_CREATE', 'payment_session', entityId, create, { siteId }),
      draft('PAYMENT_SEND', 'payment_session', entityId, {}, { siteId }),
      ...steps.map((step) => draft(step, 'payment_session', entityId, data, { siteId })),
    ]);
    await push(cloud, totem, sealedBatch(totem, tenantId, [...opening, ...said]));
    return { tenantId, entityId };
  };
}

/** What came before in this company is the end of it; so it has one of its own. */
async function suspension(isOn: boolean): Promise<void> {
  const params = { id: company.tenantId };
  const { version, suspendedAt } = await owner.call(ROUTES.getTenantById, { params });
  if (isOn || suspendedAt === null)
    await owner.call(ROUTES.suspendTenant, { params, version, body: { reason: 'unpaid' } });
  if (!isOn || suspendedAt === null) await owner.call(ROUTES.resumeTenant, { params, version: version + 1 });
}

const positions = async () => {
  const rows = await look.rows('SELECT tenant_id, ledger_position FROM change_head');
  return new Map(rows.map((row) => [row.tenant_id, Number(row.ledger_position)]));
};

/** The newest entry of an action after a position of its tenant's. */
const written = async (action: string, tenantId: TenantId, after: number) =>
  (
    await look.rows(
      `SELECT id, origin, entity, entity_id AS "entityId", user_id AS "userId", data FROM audit_log
       WHERE tenant_id = $1 AND action = $2 AND position > $3 ORDER BY position DESC LIMIT 1`,
      [tenantId, action, after],
    )
  )[0];

describe('is written:', () => {
  test.each(Object.entries(ACTS))('%s', async (name, act) => {
    const action = name.split(' ')[0] as LedgerAction;
    const before = await positions();
    const { tenantId = company.tenantId, ...expected } = await act();
    const entry = await written(action, tenantId, before.get(tenantId) ?? 0);
    expect(entry).toMatchObject(expected);
    expect(entitiesOf(action)).toContain(entry?.entity);
    const whole = await readTenant(cloud.cloud.db, tenantId, (tx) =>
      entriesOfOrigin(tx, String(entry?.origin)),
    );
    const found = whole.find(({ id }) => id === entry?.id);
    expect(found && entryMakesSense(found)).toBe(true);
  });
});

/** What an admin may change of a kind: one of its texts. */
const TEXTS = ['name', 'fullName', 'identifier'];
const configured = Object.values<Route>(ROUTES)
  .filter(({ method, path }) => method === 'PATCH' && path.endsWith('/{id}'))
  .map((route) => [route.path.slice(0, -'/{id}'.length), route] as const)
  .filter(([path]) => path !== '/v1/appointments' && path !== '/v1/tenants');

test.each(configured)('a change of what is at %s is written with what it was', async (path, route) => {
  expect(RECORD_KINDS[path]).toBeDefined();
  const { id, version } = await fresh(path);
  const next = (await company.bodyOf(path)) as Readonly<Record<string, unknown>>;
  const field = TEXTS.find((name) => name in next) ?? '';
  const before = await positions();
  await admin.call(route, { params: { id }, version, body: { [field]: next[field] } } as never);
  const entry = await written('CONFIG_CHANGED', company.tenantId, before.get(company.tenantId) ?? 0);
  expect(entry).toMatchObject({
    ...byAdmin(),
    entityId: id,
    data: {
      before: { [field]: expect.anything() },
      // What names a person lies beside the entry, where it can be erased.
      after: { [field]: path === '/v1/users' ? '[hidden]' : next[field] },
    },
  });
});

test('every critical action is in the list', () => {
  const critical = LEDGER_ACTIONS.filter((action) => ACTION_MEANINGS[action].critical);
  expect(critical.filter((action) => !(action in ACTS))).toEqual([]);
});
