/**
 * A cloned disk that was taken for an old image: it began a new life and left a gap in its numbers, and the disk that it was copied
 * from goes on in the old one. Two with one lane print the same codes as soon as the gap is used up, so the second life's end is
 * told at the first word of the other.
 */
import { systemEnv } from '@totem/host';
import { buildOrigin, draft } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTicket, enrolTotem, openChain, push, sealedBatch, type TestTotem } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

let cloud: TestCloud;
let look: Onlooker;
beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const env = systemEnv;
const ticket = () => createTicket(env, cloud.seed.siteId).draft;

/** The life that an old image begins. */
function imageOf(reason: 'restored_image' | 'salvaged') {
  const { tenantId, siteId } = cloud.seed;
  const chain = buildOrigin(env, tenantId);
  const opened = draft('ORIGIN_OPENED', 'origin', chain.id as string as never, { reason }, { siteId });
  return chain.write([opened, ticket()]);
}
const suspendedAt = async ({ equipmentId }: TestTotem) =>
  (await look.rows('SELECT suspended_reason FROM equipment WHERE id = $1', [equipmentId]))[0];

test('the disk that it was copied from is stopped at its next word, before the gap in the numbers is used up', async () => {
  const { tenantId, siteId } = cloud.seed;
  const totem = await enrolTotem(cloud);
  const { opening, ...original } = openChain(env, tenantId, siteId);
  const send = (entries: Parameters<typeof sealedBatch>[2]) =>
    push(cloud, totem, sealedBatch(totem, tenantId, entries));
  expect((await send([...opening, ...original.write([ticket()])])).status).toBe(200);
  expect((await send(imageOf('restored_image'))).status).toBe(200);
  const late = original.write([ticket()]);
  expect(await send(late)).toMatchObject({ status: 409, body: { code: 'ledger_fork' } });
  expect(await suspendedAt(totem)).toEqual({ suspended_reason: 'ledger_fork' });
  expect(await look.count('audit_log WHERE origin = $1', [original.origin])).toBe(2);
});

test('what a hub had carried on its way, and the end of a life that was salvaged, stop nobody', async () => {
  const { tenantId, siteId } = cloud.seed;
  const [totem, hub] = [await enrolTotem(cloud), await enrolTotem(cloud)];
  const { opening, ...original } = openChain(env, tenantId, siteId);
  const carry = (carrier: TestTotem, entries: Parameters<typeof sealedBatch>[2]) =>
    push(cloud, carrier, sealedBatch(totem, tenantId, entries));
  expect((await carry(totem, opening)).status).toBe(200);
  expect((await carry(totem, imageOf('salvaged'))).status).toBe(200);
  expect((await carry(totem, original.write([ticket()]))).status).toBe(200);
  expect((await carry(totem, imageOf('restored_image'))).status).toBe(200);
  expect((await carry(hub, original.write([ticket()]))).status).toBe(200);
  expect(await suspendedAt(totem)).toEqual({ suspended_reason: null });
});
