/** Enrolment: a code that counts once and only for a while, a key that is confirmed by its fingerprint, and a device that works. */
import { type ApiClient, ROUTES } from '@totem/api';
import { type EquipmentId, epochMsOf, newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Company, openCompany } from '../testing/company.ts';
import { type Machine, newMachine } from '../testing/machine.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const { offerEnrolment, getEnrolment, confirmEnrolment, withdrawEnrolment } = ROUTES;
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
/** A device of a type, as somebody has just added it. */
async function added(type: 'totem' | 'display' | 'printer' = 'totem'): Promise<EquipmentId> {
  made += 1;
  const body = { siteId: cloud.seed.siteId, type, identifier: `Novo ${made}` };
  return (await admin.call(ROUTES.createEquipment, { body })).id;
}

const at = (id: EquipmentId) => ({ params: { id } });
const codeFor = async (id: EquipmentId) => (await admin.call(offerEnrolment, at(id))).code;

/** A machine at an address of its own, whose clock is the cloud's. */
function machine() {
  made += 1;
  return newMachine(cloud.url, { env, address: `198.51.${Math.floor(made / 250)}.${made % 250}` });
}

test('from a code to a device that works, seen at each step by who confirms it', async () => {
  const id = await added();
  expect(await admin.call(getEnrolment, at(id))).toMatchObject({ state: 'none', fingerprint: null });
  const { code, expiresAt } = await admin.call(offerEnrolment, at(id));
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  expect(epochMsOf(expiresAt) - env.now()).toBeGreaterThan(9 * MINUTE_MS);
  expect(await admin.call(getEnrolment, at(id))).toMatchObject({ state: 'offered', fingerprint: null });

  const device = machine();
  const claimed = await device.show(code.toLowerCase());
  expect([claimed.status, claimed.body.fingerprint]).toEqual([200, device.fingerprint]);
  expect(await device.ask(claimed.body.enrolmentId)).toMatchObject({
    body: { state: 'claimed', device: null },
  });
  expect(await device.token(id)).toBe(401);
  expect(await admin.call(getEnrolment, at(id))).toMatchObject({
    state: 'claimed',
    fingerprint: device.fingerprint,
    about: { host: 'totem-1' },
  });

  const body = { fingerprint: device.fingerprint };
  expect(await admin.call(confirmEnrolment, { ...at(id), body })).toMatchObject({ state: 'confirmed' });
  const outcome = await device.ask(claimed.body.enrolmentId);
  const row = await admin.call(ROUTES.getEquipment, at(id));
  expect(outcome.body).toEqual({
    state: 'confirmed',
    device: {
      tenantId: cloud.seed.tenantId,
      siteId: cloud.seed.siteId,
      equipmentId: id,
      type: 'totem',
      identifier: row.identifier,
      siteName: expect.any(String),
      lane: row.lane,
    },
  });
  expect(row.enrolledAt).not.toBeNull();
  expect(await device.token(id)).toBe(200);
  const entries = await look.rows(
    `SELECT data FROM audit_log WHERE action = 'DEVICE_ENROLLED' AND entity_id = $1`,
    [id],
  );
  expect(entries).toEqual([{ data: { by: 'user', fingerprint: device.fingerprint, lane: row.lane } }]);
});

test('of many who show a code at once one is first, and it counts no second time', async () => {
  const id = await added();
  const code = await codeFor(id);
  const many = Array.from({ length: 50 }, machine);
  const answers = await Promise.all(many.map((one) => one.show(code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status, body } of answers)
    if (status !== 200) expect([status, body.code]).toEqual([422, 'enrolment_code_wrong']);
  expect((await machine().show(code)).body.code).toBe('enrolment_code_wrong');
});

test('guessing is over after five tries from a network, and a right code is no try', async () => {
  const guesser = machine();
  const right = [await codeFor(await added()), await codeFor(await added())];
  for (const code of right) expect((await guesser.show(code)).status).toBe(200);
  const codes = ['00000000', '11111111', '2222-2222', 'what is this', '44444444'];
  for (const code of codes) expect((await guesser.show(code)).body.code).toBe('enrolment_code_wrong');
  const last = await guesser.show(await codeFor(await added()));
  expect([last.status, last.body.code]).toEqual([429, 'too_many_requests']);
});

test('a code holds for ten minutes, and so does a claim', async () => {
  const [late, slow] = [await added(), await added()];
  const [lateCode, slowCode] = [await codeFor(late), await codeFor(slow)];
  const device = machine();
  const claimed = await device.show(slowCode);
  ahead = 10 * MINUTE_MS + 1_000;
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  expect((await machine().show(lateCode)).body.code).toBe('enrolment_code_wrong');
  for (const id of [late, slow])
    expect(await admin.call(getEnrolment, at(id))).toMatchObject({ state: 'expired' });
  expect((await device.ask(claimed.body.enrolmentId)).body.state).toBe('expired');
  const confirmed = admin.call(confirmEnrolment, { ...at(slow), body: { fingerprint: device.fingerprint } });
  expect((await refusalOf(confirmed)).code).toBe('enrolment_not_claimed');
});

test('a new offer takes the place of the one before, and what is taken back is over', async () => {
  const id = await added();
  const first = await codeFor(id);
  const second = await codeFor(id);
  expect((await machine().show(first)).body.code).toBe('enrolment_code_wrong');
  const device = machine();
  const claimed = await device.show(second);
  expect(claimed.status).toBe(200);
  await admin.call(withdrawEnrolment, at(id));
  expect((await device.ask(claimed.body.enrolmentId)).body).toEqual({ state: 'withdrawn', device: null });
  expect(await admin.call(getEnrolment, at(id))).toMatchObject({ state: 'none' });
  const confirmed = admin.call(confirmEnrolment, { ...at(id), body: { fingerprint: device.fingerprint } });
  expect((await refusalOf(confirmed)).code).toBe('enrolment_not_claimed');
});

test('a key is confirmed by its own fingerprint alone', async () => {
  const id = await added();
  const device = machine();
  const claimed = await device.show(await codeFor(id));
  const confirmed = admin.call(confirmEnrolment, { ...at(id), body: { fingerprint: machine().fingerprint } });
  expect((await refusalOf(confirmed)).code).toBe('enrolment_fingerprint_differs');
  expect((await device.ask(claimed.body.enrolmentId)).body.state).toBe('claimed');
  expect(await device.token(id)).toBe(401);
});

test('a key that is not the one that signs is refused, when it is shown and when it asks', async () => {
  const code = await codeFor(await added());
  const [device, thief] = [machine(), machine()];
  expect((await thief.show(code, { publicKey: device.publicKey })).status).toBe(401);
  const noPoint = await thief.show(code, { publicKey: `${'A'.repeat(42)}B` });
  expect(noPoint.status).toBe(401);
  const claimed = await device.show(code);
  expect(claimed.status).toBe(200);
  expect((await thief.ask(claimed.body.enrolmentId)).status).toBe(401);
  expect((await device.ask(newId(systemEnv))).status).toBe(401);
});

test('a key works as one device only, and another machine gets a lane of its own', async () => {
  const [id, second] = [await added(), await added()];
  const enrol = async (device: Machine, as: EquipmentId) => {
    await device.show(await codeFor(as));
    return admin.call(confirmEnrolment, { ...at(as), body: { fingerprint: device.fingerprint } });
  };
  const laneOf = async () => (await admin.call(ROUTES.getEquipment, at(id))).lane;
  const [device, successor] = [machine(), machine()];
  await enrol(device, id);
  const lane = await laneOf();
  expect((await refusalOf(enrol(device, second))).code).toBe('enrolment_key_known');
  // The same machine, once more: whatever it printed it knows of.
  await enrol(device, id);
  expect(await laneOf()).toBe(lane);
  await enrol(successor, id);
  expect(Number(await laneOf())).toBeGreaterThan(Number(lane));
  expect([await device.token(id), await successor.token(id)]).toEqual([401, 200]);
});

test('what does not speak by itself is not enrolled, and no tenant has a hand in what is another’s', async () => {
  const printer = await added('printer');
  expect((await refusalOf(admin.call(offerEnrolment, at(printer)))).code).toBe('enrolment_unfit');
  const id = await added('display');
  const device = machine();
  await device.show(await codeFor(id));
  const stranger = apiOf(cloud.url, other.token);
  const body = { fingerprint: device.fingerprint };
  const reaches = [
    () => stranger.call(offerEnrolment, at(id)),
    () => stranger.call(getEnrolment, at(id)),
    () => stranger.call(confirmEnrolment, { ...at(id), body }),
    () => stranger.call(withdrawEnrolment, at(id)),
  ];
  for (const reach of reaches) expect((await refusalOf(reach())).code).toBe('not_found');
  expect(await admin.call(getEnrolment, at(id))).toMatchObject({ state: 'claimed' });
  const operator = apiOf(cloud.url, await cloud.signIn('operador'));
  expect((await refusalOf(operator.call(offerEnrolment, at(id)))).code).toBe('forbidden');
});

test('the database holds no code', async () => {
  const code = await codeFor(await added());
  const rows = await look.rows('SELECT row_to_json(e)::text AS text FROM enrolment e');
  expect(rows.length).toBeGreaterThan(0);
  for (const { text } of rows)
    for (const form of [code, code.replace('-', '')]) expect(String(text)).not.toContain(form);
});
