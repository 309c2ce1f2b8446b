/** A machine out of its box: a real process that nobody knows, a code that is typed on it, and its first ticket. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient, ROUTES } from '@totem/api';
import { newId } from '@totem/domain';
import { type Ready, systemEnv } from '@totem/host';
import { layCable } from '@totem/testkit/cable';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Child, childProcess } from '../demo/child.ts';

const AGENT = join(import.meta.dirname, '..', '..', 'packages', 'edge', 'main.ts');

const ends: (() => Promise<void> | void)[] = [];
let cloud: TestCloud;
let admin: ApiClient;
let folder: string;

beforeEach(async () => {
  cloud = await testCloud();
  ends.push(() => cloud.close());
  const token = await cloud.signIn('admin');
  admin = createApiClient({
    baseUrl: cloud.url,
    fetch: (address, init) => fetch(address, init as RequestInit),
    headers: () => ({ authorization: `Bearer ${token}` }),
    newKey: () => newId<'key'>(systemEnv),
  });
  folder = mkdtempSync(join(tmpdir(), 'first-boot-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A machine with this folder. @param cloudUrl of the cloud, or of a cable to it. */
function machine(cloudUrl = cloud.url): Child {
  const child = childProcess({
    name: 'The totem',
    entry: AGENT,
    logFile: join(folder, 'totem.log'),
    env: { TOTEM_DATA_DIR: join(folder, 'data'), TOTEM_CLOUD_URL: cloudUrl, TOTEM_LOG_LEVEL: 'info' },
  });
  ends.push(() => child.stop());
  return child;
}

/** Speaks to a machine as its screen does. */
function screenOf({ url, token }: Ready) {
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  /** Asks again as long as the answer is another, or nobody is there to give one. */
  const until = async (path: string, isIt: (body: Record<string, unknown>) => boolean) => {
    for (;;) {
      const answer = await ask(path).catch(() => undefined);
      if (answer !== undefined && isIt(answer.body)) return answer.body;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ask, until };
}

const newTotem = async () =>
  (
    await admin.call(ROUTES.createEquipment, {
      body: { siteId: cloud.seed.siteId, type: 'totem', identifier: 'Entrada norte' },
    })
  ).id;

test('is enrolled by a code and a fingerprint, goes on as a totem, and is the same totem after a restart', async () => {
  const first = machine();
  const screen = screenOf(await first.start());
  const { body: before } = await screen.ask('/v1/setup');
  expect(before).toMatchObject({ step: 'code', problem: null });
  expect((await screen.ask('/health')).body).toEqual({ status: 'setup' });

  const wrong = await screen.ask('/v1/setup/code', { code: '0000-0000' });
  expect(wrong.body).toMatchObject({ step: 'code', problem: 'enrolment_code_wrong' });
  expect(existsSync(join(folder, 'data', 'device.json'))).toBe(false);

  const params = { id: await newTotem() };
  const { code } = await admin.call(ROUTES.offerEnrolment, { params });
  const waiting = await screen.ask('/v1/setup/code', { code });
  expect(waiting.body).toMatchObject({ step: 'waiting', fingerprint: before.ownFingerprint });
  const claimed = await admin.call(ROUTES.getEnrolment, { params });
  expect(claimed).toMatchObject({ state: 'claimed', fingerprint: before.ownFingerprint });
  const fingerprint = String(claimed.fingerprint);
  await admin.call(ROUTES.confirmEnrolment, { params, body: { fingerprint } });

  const done = await screen.until('/v1/setup', ({ step }) => step === 'done');
  expect(done).toMatchObject({ identifier: 'Entrada norte' });
  // At the same address, with the same token: the browser stays where it is.
  const me = await screen.until('/v1/me', ({ kind }) => kind === 'device');
  const row = await admin.call(ROUTES.getEquipment, { params });
  expect(me).toMatchObject({ equipmentId: params.id, lane: row.lane });
  await screen.until('/v1/outlook', ({ services }) => Array.isArray(services) && services.length > 0);
  const service = (await admin.call(ROUTES.listServices, {})).items.find(
    ({ paymentPolicy }) => paymentPolicy === 'free',
  );
  const [priorityClass] = (await admin.call(ROUTES.listPriorityClasses, {})).items;
  // The shapes come one after the other, in whatever order.
  const { tenantId: tenant, siteId: site } = cloud.seed;
  const classes = new URLSearchParams({ shape: 'priority_class', tenant, site, offset: '-1' });
  await screen.until(`/v1/shape?${classes}`, (body) =>
    JSON.stringify(body).includes(String(priorityClass?.id)),
  );
  const command = { type: 'ticket.create', id: newId<'command'>(systemEnv), serviceId: service?.id };
  const ticket = await screen.ask('/v1/commands', { ...command, priorityClassId: priorityClass?.id });
  expect(ticket.body).toMatchObject({ ticket: { code: expect.stringMatching(/^[A-Z]+\d*-?\d+$/) } });

  const kept = join(folder, 'data', 'device.json');
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  await first.stop();
  const again = screenOf(await machine().start());
  expect((await again.until('/v1/me', ({ kind }) => kind === 'device')).equipmentId).toBe(params.id);
});

test('a link that fails while somebody confirms loses nothing, and a code that is taken back is asked for again', async () => {
  const { hostname: host, port } = new URL(cloud.url);
  const cable = await layCable({ target: { host, port: Number(port) } });
  ends.push(() => cable.close());
  const totem = machine(cable.url);
  const screen = screenOf(await totem.start());
  const params = { id: await newTotem() };
  const { code } = await admin.call(ROUTES.offerEnrolment, { params });
  await screen.ask('/v1/setup/code', { code });
  await admin.call(ROUTES.withdrawEnrolment, { params });
  const back = await screen.until('/v1/setup', ({ step }) => step === 'code');
  expect(back).toMatchObject({ problem: 'enrolment_not_claimed' });

  const second = await admin.call(ROUTES.offerEnrolment, { params });
  const { body } = await screen.ask('/v1/setup/code', { code: second.code.toLowerCase() });
  cable.cut();
  await screen.until('/v1/setup', ({ isReached }) => !isReached);
  await admin.call(ROUTES.confirmEnrolment, { params, body: { fingerprint: String(body.fingerprint) } });
  cable.restore();
  await screen.until('/v1/setup', ({ step }) => step === 'done');
});

test('half a device is refused, and so is a file that says nothing right', async () => {
  const half = childProcess({
    name: 'The totem',
    entry: AGENT,
    logFile: join(folder, 'half.log'),
    env: {
      TOTEM_DATA_DIR: join(folder, 'data'),
      TOTEM_CLOUD_URL: cloud.url,
      TOTEM_EQUIPMENT_ID: newId<'equipment'>(systemEnv),
    },
  });
  await expect(half.start()).rejects.toThrow();
  expect(readFileSync(join(folder, 'half.log'), 'utf8')).toContain('go together');
  const whole = machine();
  await whole.start();
  await whole.stop();
  writeFileSync(join(folder, 'data', 'device.json'), '{"tenantId":"x"}');
  await expect(machine().start()).rejects.toThrow();
});
