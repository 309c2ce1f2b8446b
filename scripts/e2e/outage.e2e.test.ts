/**
 * The link fails, the cloud is killed, answers are lost: tickets go on being issued, and afterwards PostgreSQL has each one
 * once. Real processes, a real cable, the kiosk's own door.
 */
import { proof, recordProof } from '@totem/testkit/proof';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoTotem } from '../demo/branch.ts';
import { KIOSK, takeTicket } from './customer.ts';
import { openStage, type Stage } from './stage.ts';

const TICKETS = proof('outage/tickets issued without the link', { share: 50, full: 1_000, unit: 'tickets' });

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.close());

/** Issues tickets at the kiosk's door, as fast as it answers, in turns over the totems. @returns their codes. */
async function issue(count: number): Promise<string[]> {
  const [service] = await stage.rows(`SELECT id FROM service WHERE prefix = 'A'`);
  const [priority] = await stage.rows('SELECT id FROM priority_class ORDER BY tier LIMIT 1');
  const codes: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const totem = stage.demo.totems[number % stage.demo.totems.length];
    const ready = totem?.process.ready();
    const answer = await fetch(`${ready?.url}/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ready?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'ticket.create',
        id: crypto.randomUUID(),
        serviceId: service?.id,
        priorityClassId: priority?.id,
      }),
    });
    expect(answer.status).toBe(200);
    const { ticket } = (await answer.json()) as { ticket: { code: string } };
    codes.push(ticket.code);
  }
  return codes;
}

const pending = async () => {
  const states = await Promise.all(stage.demo.totems.map((totem) => totem.state()));
  return states.reduce((sum, state) => sum + (state.pending ?? Number.POSITIVE_INFINITY), 0);
};
const outboxEmpty = () => stage.until(async () => (await pending()) === 0);

/** Every code that was given is in PostgreSQL exactly once, every chain is whole, and nothing is left behind. */
async function expectAllOnce(codes: readonly string[]): Promise<void> {
  const rows = await stage.rows('SELECT code, conflict FROM ticket');
  const central = rows.map((row) => String(row.code));
  expect(new Set(central).size).toBe(central.length);
  expect(codes.filter((code) => !central.includes(code))).toEqual([]);
  expect(rows.filter((row) => row.conflict !== null)).toEqual([]);
  const created = [...(await stage.verifiedChains()).values()]
    .flat()
    .filter((entry) => entry.action === 'TICKET_CREATE');
  expect(created).toHaveLength(central.length);
  expect(await stage.rows('SELECT 1 AS one FROM ledger_parked')).toEqual([]);
  expect(await stage.rows('SELECT 1 AS one FROM ledger_quarantine')).toEqual([]);
}

const cables = () => stage.demo.totems.map(({ cable }) => cable);
const first = (): DemoTotem => {
  const [totem] = stage.demo.totems;
  if (totem === undefined) throw new Error('no totem');
  return totem;
};

describe('without the link', () => {
  it('tickets are issued, and each is in PostgreSQL once when the link is back', async () => {
    for (const cable of cables()) cable.cut();
    const codes = await issue(TICKETS);
    expect(new Set(codes).size).toBe(TICKETS);
    expect(await pending()).toBeGreaterThanOrEqual(TICKETS);
    const start = performance.now();
    for (const cable of cables()) cable.restore();
    await outboxEmpty();
    recordProof('outage/tickets issued without the link', { seconds: (performance.now() - start) / 1_000 });
    await expectAllOnce(codes);
  });

  it('the kiosk works for a customer, and prints', async () => {
    for (const cable of cables()) cable.cut();
    const kiosk = await stage.open(stage.kioskUrl(1), KIOSK);
    const code = await takeTicket(kiosk, 'Retirada');
    await kiosk.getByText('Retire sua senha impressa').waitFor();
    expect(first().printer.papers().at(-1)?.text).toContain(code);
    await kiosk.context().close();
    for (const cable of cables()) cable.restore();
    await outboxEmpty();
    await expectAllOnce([code]);
  });

  it('a cloud that is killed in the middle of a push gets the rest when it is back', async () => {
    for (const cable of cables()) cable.cut();
    const codes = await issue(TICKETS);
    const before = first().cable.passed().up;
    for (const cable of cables()) cable.restore();
    // The first bytes of the push are on the wire: now the cloud dies.
    await stage.until(() => first().cable.passed().up > before);
    await stage.demo.cloud.kill();
    codes.push(...(await issue(4)));
    await stage.demo.cloud.start();
    await outboxEmpty();
    await expectAllOnce(codes);
  });

  it('answers that are lost cost a repetition and nothing else', async () => {
    for (const cable of cables()) cable.loseReplies(true);
    const codes = await issue(10);
    const count = async () => Number((await stage.rows('SELECT count(*) AS n FROM ticket'))[0]?.n);
    const known = codes[0] ?? '';
    await stage.until(async () => {
      const [row] = await stage.rows(`SELECT count(*) AS n FROM ticket WHERE code = '${known}'`);
      return Number(row?.n) === 1;
    });
    expect(await pending()).toBeGreaterThan(0);
    await stage.demo.cloud.kill();
    for (const cable of cables()) cable.loseReplies(false);
    await stage.demo.cloud.start();
    await outboxEmpty();
    await expectAllOnce(codes);
    expect(await count()).toBeGreaterThanOrEqual(codes.length);
  });

  it('a totem that loses its power with entries to send has them all when it starts again', async () => {
    for (const cable of cables()) cable.cut();
    const codes = await issue(10);
    await first().process.kill();
    await first().process.start();
    codes.push(...(await issue(4)));
    for (const cable of cables()) cable.restore();
    await outboxEmpty();
    await expectAllOnce(codes);
  });
});
