/** What the office decides of its devices and asks of them: version by version and back, once and not for ever, and files as they came. */
import { type ApiClient, ROUTES } from '@totem/api';
import { type EquipmentId, newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

const MINUTE_MS = 60_000;
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

let cloud: TestCloud;
let look: Onlooker;
let admin: ApiClient;
let adminToken: string;
let ahead = 0;
const env = { ...systemEnv, now: () => systemEnv.now() + ahead };

beforeAll(async () => {
  cloud = await testCloud({ env });
  look = await onlooker(cloud.urls);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});
beforeEach(async () => {
  ahead = 0;
  adminToken = await cloud.signIn('admin');
  admin = apiOf(cloud.url, adminToken);
});

let made = 0;
async function added(type: 'totem' | 'display' | 'printer' = 'display'): Promise<EquipmentId> {
  made += 1;
  const body = { siteId: cloud.seed.siteId, type, identifier: `Tela ${made}` };
  return (await admin.call(ROUTES.createEquipment, { body })).id;
}
const at = (id: EquipmentId) => ({ params: { id } });

/** What a device says and hears. */
async function deviceOf(id: EquipmentId) {
  const token = await cloud.cloud.mintDeviceToken(cloud.seed.tenantId, id, 3_600);
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${cloud.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    token,
    ask,
    tell: async (settingsVersion: number | null = null) =>
      (await ask('/v1/device/status', { appVersion: null, settingsVersion, parts: [] })).body,
    end: (commandId: string, body: object) => ask(`/v1/device-commands/${commandId}/end`, body),
  };
}

async function upload(content: Uint8Array<ArrayBuffer>, type = 'image/png', token = adminToken) {
  const answer = await fetch(`${cloud.url}/v1/media?name=Promo`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body: content,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

test('a display follows what was decided last, and going back is a new version like the old one', async () => {
  const id = await added();
  const display = await deviceOf(id);
  const first = await admin.call(ROUTES.getDeviceSettings, at(id));
  expect([first.version, first.settings.layout]).toEqual([0, 'calls']);
  const upright = { ...first.settings, turn: 'left' as const };
  await admin.call(ROUTES.changeDeviceSettings, { ...at(id), version: 0, body: upright });
  const silent = { ...upright, showsClock: false };
  await admin.call(ROUTES.changeDeviceSettings, { ...at(id), version: 1, body: silent });
  expect((await display.tell()).settingsVersion).toBe(2);
  expect((await display.ask('/v1/device/settings')).body).toMatchObject({
    version: 2,
    settings: silent,
    media: [],
  });
  await display.tell(2);
  expect((await admin.call(ROUTES.getEquipment, at(id))).telemetry).toMatchObject({ settingsVersion: 2 });

  const { items } = await admin.call(ROUTES.listDeviceSettings, at(id));
  expect(items.map(({ version }) => version)).toEqual([2, 1]);
  const body = items[1]?.settings ?? silent;
  await admin.call(ROUTES.changeDeviceSettings, { ...at(id), version: 2, body });
  expect((await display.ask('/v1/device/settings')).body).toMatchObject({ version: 3, settings: upright });
  const entries = await look.rows(
    `SELECT data FROM audit_log WHERE action = 'CONFIG_CHANGED' AND entity_id = $1 ORDER BY position`,
    [id],
  );
  expect(entries.map(({ data }) => data)).toMatchObject([
    { before: { turn: 'none' }, after: { turn: 'left' } },
    { before: { showsClock: true }, after: { showsClock: false } },
    { before: { showsClock: false }, after: { showsClock: true } },
  ]);
});

test('of two who decide at once one is told that the other was first, and nothing that is not there is shown', async () => {
  const id = await added();
  const { settings } = await admin.call(ROUTES.getDeviceSettings, at(id));
  const decide = (pictureSeconds: number) =>
    admin.call(ROUTES.changeDeviceSettings, { ...at(id), version: 0, body: { ...settings, pictureSeconds } });
  const outcomes = await Promise.allSettled([decide(20), decide(30)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'version_conflict' });
  const strange = { ...settings, counterIds: [newId<'counter'>(systemEnv)] };
  const refused = admin.call(ROUTES.changeDeviceSettings, { ...at(id), version: 1, body: strange });
  expect((await refusalOf(refused)).code).toBe('reference_not_found');
  const totem = await added('totem');
  expect((await refusalOf(admin.call(ROUTES.getDeviceSettings, at(totem)))).code).toBe(
    'device_has_no_settings',
  );
});

test('what is asked of a device is told until it has said what came of it, and the log is there to read', async () => {
  const id = await added('totem');
  const totem = await deviceOf(id);
  const { id: commandId } = await admin.call(ROUTES.askDevice, { ...at(id), body: { kind: 'logs' } });
  const shown = async () => (await admin.call(ROUTES.listDeviceCommands, at(id))).items[0];
  expect((await shown())?.state).toBe('waiting');
  for (let turn = 0; turn < 2; turn += 1)
    expect((await totem.tell()).commands).toEqual([{ id: commandId, kind: 'logs' }]);
  expect((await shown())?.state).toBe('taken');
  const other = await deviceOf(await added('totem'));
  expect((await other.end(commandId, { isDone: true })).status).toBe(404);
  expect((await totem.end(commandId, { isDone: true, log: 'a line' })).status).toBe(204);
  // The first word counts.
  expect((await totem.end(commandId, { isDone: false, log: 'another' })).status).toBe(204);
  expect(await shown()).toMatchObject({ state: 'done', hasLog: true });
  expect(await admin.call(ROUTES.getDeviceLog, { params: { id: commandId } })).toEqual({ log: 'a line' });
  expect((await totem.tell()).commands).toEqual([]);
  const entries = await look.rows(
    `SELECT data FROM audit_log WHERE action = 'DEVICE_ASKED' AND entity_id = $1`,
    [id],
  );
  expect(entries).toEqual([{ data: { by: 'user', kind: 'logs' } }]);
});

test('what a device has not taken in ten minutes it never does, five at most wait, and a printer is asked nothing', async () => {
  const id = await added();
  const display = await deviceOf(id);
  const ask = () => admin.call(ROUTES.askDevice, { ...at(id), body: { kind: 'restart' } });
  for (let turn = 0; turn < 5; turn += 1) await ask();
  expect((await refusalOf(ask())).code).toBe('limit_reached');
  ahead = 10 * MINUTE_MS + 1_000;
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  expect((await display.tell()).commands).toEqual([]);
  const { items } = await admin.call(ROUTES.listDeviceCommands, at(id));
  expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['expired']));
  const printer = await added('printer');
  const refused = admin.call(ROUTES.askDevice, { ...at(printer), body: { kind: 'logs' } });
  expect((await refusalOf(refused)).code).toBe('device_takes_no_commands');
});

test('a picture is given to the displays of its company as it came, and to nobody once it is out of use', async () => {
  const added1 = await upload(PNG);
  expect(added1).toMatchObject({ status: 201, body: { name: 'Promo', type: 'image/png', size: PNG.length } });
  const mediaId = added1.body.id as never;
  const id = await added();
  const { settings } = await admin.call(ROUTES.getDeviceSettings, at(id));
  const body = { ...settings, layout: 'media' as const, mediaIds: [mediaId] };
  await admin.call(ROUTES.changeDeviceSettings, { ...at(id), version: 0, body });
  const display = await deviceOf(id);
  expect((await display.ask('/v1/device/settings')).body.media).toEqual([{ id: mediaId, type: 'image/png' }]);
  const get = () =>
    fetch(`${cloud.url}/v1/media/${mediaId}/content`, {
      headers: { authorization: `Bearer ${display.token}` },
    });
  const answer = await get();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PNG);
  await admin.call(ROUTES.deleteMedia, { params: { id: mediaId }, version: 1 } as never);
  expect((await get()).status).toBe(404);
  expect((await display.ask('/v1/device/settings')).body.media).toEqual([]);
  expect(await look.rows('SELECT octet_length(content) AS left FROM media WHERE id = $1', [mediaId])).toEqual(
    [{ left: 0 }],
  );
});

test('what is no picture or film, whatever it says, is not taken in, nor from who may not', async () => {
  const page = new TextEncoder().encode('<html><script>alert(1)</script></html>');
  for (const type of ['image/png', 'image/jpeg', 'image/webp', 'video/mp4', 'video/webm'])
    expect([type, (await upload(page, type)).body.code]).toEqual([type, 'media_unreadable']);
  expect((await upload(page, 'image/svg+xml')).body.code).toBe('media_type_unsupported');
  const large = new Uint8Array(5 * 1024 * 1024 + 1);
  large.set(PNG);
  expect((await upload(large)).body.code).toBe('media_unreadable');
  expect((await upload(PNG, 'image/png', await cloud.signIn('operador'))).body.code).toBe('forbidden');
});
