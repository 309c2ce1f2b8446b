/** Pairing of displays: a code on the screen that counts once and for a while, whoever's it becomes, and a screen that is let go. */
import { type ApiClient, ROUTES } from '@totem/api';
import { type EquipmentId, newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Company, openCompany } from '../testing/company.ts';
import { newMachine } from '../testing/machine.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const { pairEquipment, getEquipment, deleteEquipment } = ROUTES;
const MINUTE_MS = 60_000;

let cloud: TestCloud;
let look: Onlooker;
let admin: ApiClient;
let other: Company;
let ahead = 0;
const env = { ...systemEnv, now: () => systemEnv.now() + ahead };

beforeAll(async () => {
  cloud = await testCloud({ env, trustedProxies: ['127.0.0.1'] });
  look = await onlooker(cloud.urls);
  other = await openCompany(cloud, look, 'other');
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  ahead = 0;
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
});

let made = 0;
async function added(type: 'totem' | 'display' = 'display'): Promise<EquipmentId> {
  made += 1;
  const body = { siteId: cloud.seed.siteId, type, identifier: `Tela ${made}` };
  return (await admin.call(ROUTES.createEquipment, { body })).id;
}

const at = (id: EquipmentId) => ({ params: { id } });
const entered = (id: EquipmentId, code: string, by = admin) =>
  by.call(pairEquipment, { ...at(id), body: { code } });

function screen() {
  made += 1;
  return newMachine(cloud.url, { env, address: `198.51.100.${made}` });
}

test('from the code on a screen to a display that reads, and that is gone once it is revoked', async () => {
  const id = await added();
  const tv = screen();
  const asked = await tv.askCode();
  expect([asked.status, asked.body.code]).toEqual([201, expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)]);
  const { pairingId, code } = asked.body;
  expect((await tv.followCode(pairingId)).body).toEqual({ state: 'waiting', device: null });
  expect(await tv.token(id)).toBe(401);

  const row = await entered(id, String(code).toLowerCase());
  expect(row).toMatchObject({ id, type: 'display' });
  expect(row.enrolledAt).not.toBeNull();
  expect((await tv.followCode(pairingId)).body).toEqual({
    state: 'paired',
    device: {
      tenantId: cloud.seed.tenantId,
      siteId: cloud.seed.siteId,
      equipmentId: id,
      type: 'display',
      identifier: row.identifier,
      siteName: expect.any(String),
      lane: null,
    },
  });
  expect(await tv.token(id)).toBe(200);
  const entries = await look.rows(
    `SELECT data FROM audit_log WHERE action = 'DEVICE_ENROLLED' AND entity_id = $1`,
    [id],
  );
  expect(entries).toEqual([{ data: { by: 'user', fingerprint: tv.fingerprint, lane: null } }]);

  await admin.call(deleteEquipment, { ...at(id), version: row.version });
  expect(await tv.token(id)).toBe(401);
  expect((await tv.followCode(pairingId)).body).toEqual({ state: 'expired', device: null });
});

test('a code counts once, however many enter it at once, and makes one display', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => added()));
  const { code } = (await screen().askCode()).body;
  const outcomes = await Promise.allSettled(ids.map((id) => entered(id, String(code))));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'pairing_code_wrong' });
  const rows = await Promise.all(ids.map((id) => admin.call(getEquipment, at(id))));
  expect(rows.filter(({ enrolledAt }) => enrolledAt !== null)).toHaveLength(1);
});

test('a code holds for ten minutes, and a new one takes the place of the one before', async () => {
  const id = await added();
  const tv = screen();
  const first = (await tv.askCode()).body;
  const second = (await tv.askCode()).body;
  expect((await refusalOf(entered(id, String(first.code)))).code).toBe('pairing_code_wrong');
  ahead = 10 * MINUTE_MS + 1_000;
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  expect((await refusalOf(entered(id, String(second.code)))).code).toBe('pairing_code_wrong');
  expect((await tv.followCode(second.pairingId)).body).toEqual({ state: 'expired', device: null });
});

test('only a display is paired so, only by who may, and only among their own', async () => {
  const { code } = (await screen().askCode()).body;
  expect((await refusalOf(entered(await added('totem'), String(code)))).code).toBe('enrolment_unfit');
  const id = await added();
  const stranger = apiOf(cloud.url, other.token);
  expect((await refusalOf(entered(id, String(code), stranger))).code).toBe('not_found');
  const operator = apiOf(cloud.url, await cloud.signIn('operador'));
  expect((await refusalOf(entered(id, String(code), operator))).code).toBe('forbidden');
  // None of them has used it up.
  await entered(id, String(code));
});

test('a key works as one display only; another screen takes the place of the one before', async () => {
  const [id, second] = [await added(), await added()];
  const [tv, successor] = [screen(), screen()];
  const codeOf = async (one = tv) => String((await one.askCode()).body.code);
  await entered(id, await codeOf());
  expect((await refusalOf(entered(second, await codeOf()))).code).toBe('enrolment_key_known');
  await entered(id, await codeOf(successor));
  expect([await tv.token(id), await successor.token(id)]).toEqual([401, 200]);
});

test('a code is told to who has its key, and what came of it to nobody else', async () => {
  const [tv, thief] = [screen(), screen()];
  expect((await thief.askCode({ publicKey: tv.publicKey })).status).toBe(401);
  const { pairingId } = (await tv.askCode()).body;
  expect((await thief.followCode(pairingId)).status).toBe(401);
  expect((await tv.followCode(newId(systemEnv))).status).toBe(401);
});

test('guessing is over after twenty codes, and a right one is no guess', async () => {
  const id = await added();
  const guesses = async () => (await refusalOf(entered(id, '0000-0000', guesser))).code;
  const guesser = apiOf(cloud.url, other.token);
  for (let turn = 0; turn < 19; turn += 1) expect(await guesses()).toBe('not_found');
  expect(['not_found', 'too_many_requests']).toContain(await guesses());
  expect(await guesses()).toBe('too_many_requests');
  for (let turn = 0; turn < 3; turn += 1) await entered(id, String((await screen().askCode()).body.code));
});

test('the database holds no code, and what is long over is swept away', async () => {
  const { code } = (await screen().askCode()).body;
  const rows = await look.rows('SELECT row_to_json(p)::text AS text FROM pairing p');
  expect(rows.length).toBeGreaterThan(0);
  for (const { text } of rows)
    for (const form of [String(code), String(code).replace('-', '')])
      expect(String(text)).not.toContain(form);
  ahead = 71 * MINUTE_MS;
  await screen().askCode();
  expect(await look.count('pairing')).toBe(1);
});

test('a display says that it is there, and is seen', async () => {
  const id = await added();
  const token = await cloud.cloud.mintDeviceToken(cloud.seed.tenantId, id, 60);
  const answer = await fetch(`${cloud.url}/v1/device/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ appVersion: null, parts: [{ part: 'sound', state: 'warning', detail: {} }] }),
  });
  expect(answer.status).toBe(200);
  const row = await admin.call(getEquipment, at(id));
  expect([row.status, row.telemetry.parts]).toEqual(['online', { sound: { state: 'warning', detail: {} } }]);
});
