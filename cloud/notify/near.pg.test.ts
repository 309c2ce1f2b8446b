/** Customers hear that their turn is near: by the address that they left on their phone, once, and the address is gone. */
import { sign } from 'node:crypto';
import { newId, type PriorityClassRow, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTicket, enrolTotem, openChain, push, sealedBatch, type TestTotem } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type TestReceiver, testReceiver, withStatus } from '../testing/receiver.ts';

const PHONE = '+55 (81) 98888-0000';
const env = systemEnv;
let cloud: TestCloud;
let look: Onlooker;
let gateway: TestReceiver;
let totem: TestTotem;
let tenantId: TenantId;
let siteId: SiteId;
let priorityClassId: PriorityClassRow['id'];
beforeAll(async () => {
  gateway = await testReceiver();
  cloud = await testCloud({
    jobsComeRound: false,
    messages: { allowsLoopback: true, gateway: { url: gateway.url, token: 'token' } },
  });
  look = await onlooker(cloud.urls);
  totem = await enrolTotem(cloud);
  ({ tenantId, siteId } = cloud.seed);
  const [first] = await look.rows('SELECT id FROM priority_class WHERE tier = 0 AND tenant_id = $1', [
    tenantId,
  ]);
  priorityClassId = first?.id as PriorityClassRow['id'];
});
afterAll(async () => {
  await look.close();
  await cloud.close();
  await gateway.close();
});
beforeEach(async () => {
  await look.rows(`UPDATE ticket SET state = 'finished' WHERE state = 'waiting'`);
  gateway.answers(withStatus(202));
});

const bytes = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const capabilityOf = (ticketId: string) => {
  const signature = sign(null, Buffer.from(`totem-ticket-v1\n${tenantId}\n${ticketId}`), totem.privateKey);
  return Buffer.concat([bytes(tenantId), bytes(ticketId), signature]).toString('base64url');
};
/** As many people as wait one behind the other. @returns their tickets. */
async function queueOf(people: number): Promise<string[]> {
  const own = openChain(env, tenantId, siteId);
  const made = Array.from({ length: people }, () => createTicket(env, siteId, { data: { priorityClassId } }));
  const began = env.now() - people * 1_000;
  const written = made.flatMap(({ draft }, index) =>
    own.write([draft], { env: { ...env, now: () => began + index * 1_000 } }),
  );
  await push(cloud, totem, sealedBatch(totem, tenantId, [...own.opening, ...written]));
  return made.map(({ ticket }) => ticket.id);
}
const page = async (ticketId: string) => {
  const address = `${cloud.url}/t/${capabilityOf(ticketId)}`;
  return (await fetch(address, { headers: { 'accept-language': 'pt-BR' } })).text();
};
const leave = (ticketId: string, to: string) =>
  fetch(`${cloud.url}/t/${capabilityOf(ticketId)}/tell`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'pt-BR' },
    body: new URLSearchParams({ to }).toString(),
  });
const run = () => cloud.cloud.runJob('tell_near');
const contacts = () => look.count('ticket_contact');
const finish = (ticketId: string | undefined) =>
  look.rows(`UPDATE ticket SET state = 'finished' WHERE id = $1`, [ticketId]);

describe('a customer who has left a number', () => {
  test('is told once when few are left, in their language, and the number is gone', async () => {
    const queue = await queueOf(5);
    const last = String(queue.at(-1));
    expect(await page(last)).toContain('Avisar quando estiver perto');
    expect((await leave(last, PHONE)).status).toBe(303);
    expect(await page(last)).toContain('Você será avisado');
    await run();
    expect([gateway.received.length, await contacts()]).toEqual([0, 1]);
    await finish(queue[0]);
    await finish(queue[1]);
    await run();
    await run();
    const [sent, ...more] = gateway.received.map(({ body }) => JSON.parse(body));
    expect(more).toEqual([]);
    expect(sent).toMatchObject({ id: last, channel: 'sms', to: ['+5581988880000'] });
    expect(sent.text).toMatch(/: faltam 2 pessoas\. Fique perto do painel\.$/);
    expect(await contacts()).toBe(0);
  });

  test('is tried again under one id when the gateway is away, and left alone once they are called', async () => {
    const before = gateway.received.length;
    const [ticketId = ''] = await queueOf(1);
    await leave(ticketId, PHONE);
    gateway.answers(withStatus(503));
    await run();
    expect(await contacts()).toBe(1);
    gateway.answers(withStatus(202));
    await run();
    const keys = gateway.received.slice(before).map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([ticketId, ticketId]);

    const [called = ''] = await queueOf(1);
    await leave(called, PHONE);
    await finish(called);
    await run();
    expect([gateway.received.length - before, await contacts()]).toEqual([2, 0]);
  });

  test('is nobody whose paper is not genuine, nor who types what cannot be reached', async () => {
    const [ticketId = ''] = await queueOf(1);
    await leave(newId<'ticket'>(env), PHONE);
    for (const typed of ['', 'nobody', 'ana@example.com', `${PHONE}${PHONE}`]) await leave(ticketId, typed);
    expect(await contacts()).toBe(0);
  });
});

test('the page says by itself that the turn is near, and not before', async () => {
  const pages = await Promise.all((await queueOf(4)).map(page));
  const near = pages.filter((html) => html.includes('<main class="waiting is-near">'));
  expect(near).toHaveLength(3);
  for (const html of near) expect(html).toContain('Sua vez está próxima');
});
