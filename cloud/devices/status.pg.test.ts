/** What a totem says of itself is what the office sees of it. */
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolTotem, type TestTotem } from '../testing/branch.ts';

let cloud: TestCloud;
let totem: TestTotem;
let admin: string;
beforeAll(async () => {
  cloud = await testCloud();
  totem = await enrolTotem(cloud);
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

const tell = (body: object) =>
  fetch(`${cloud.url}/v1/device/status`, {
    method: 'POST',
    headers: { authorization: `Bearer ${totem.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
async function shown(): Promise<Record<string, unknown>> {
  const answer = await fetch(`${cloud.url}/v1/equipment/${totem.equipmentId}`, {
    headers: { authorization: `Bearer ${admin}` },
  });
  return (await answer.json()) as Record<string, unknown>;
}

test('a totem that says how it is, is online, with its version and the state of its parts, until it says something else', async () => {
  expect(await shown()).toMatchObject({ status: 'offline', appVersion: null });
  const printer = (state: string, detail = {}) => ({ part: 'printer', state, detail });
  expect((await tell({ appVersion: '1.2.3', parts: [printer('ok')] })).status).toBe(200);
  expect(await shown()).toMatchObject({
    status: 'online',
    appVersion: '1.2.3',
    telemetry: { parts: { printer: { state: 'ok' } } },
  });
  const fault = printer('fault', { cause: 'printer_paper_out' });
  expect((await tell({ appVersion: null, parts: [fault] })).status).toBe(200);
  expect(await shown()).toMatchObject({
    appVersion: '1.2.3',
    telemetry: { parts: { printer: { state: 'fault', detail: { cause: 'printer_paper_out' } } } },
  });
});

test('what is no status is refused, and changes nothing', async () => {
  const before = await shown();
  for (const body of [{}, { appVersion: 1, parts: [] }, { appVersion: null, parts: [{ part: '' }] }]) {
    const answer = await tell(body);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      400,
      'invalid_request',
    ]);
  }
  expect(await shown()).toEqual(before);
});
