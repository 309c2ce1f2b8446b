/** Payments that totems push: folded into the cloud's tables with their tickets, and shown to people where they clash. */
import { type EntryDraft, type Id, newId, type SiteId, type TenantId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import { draft } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayTenant } from '../audit/replay.ts';
import { createDatabase } from '../db/pool.ts';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';

let cloud: TestCloud;
let look: Onlooker;
let totem: TestTotem;
let tenantId: TenantId;
let siteId: SiteId;
const env = systemEnv;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  totem = await enrolTotem(cloud);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const about = (action: EntryDraft['action'], id: string, data: EntryDraft['data']): EntryDraft =>
  draft(action, 'payment_session', id as Id<string>, data, { siteId });

/** The steps of an attempt that ends paid, with the exchange behind it. */
function paidSession(ticketId: string, externalId: string, id: string = newId<'payment_session'>(env)) {
  const proof = { externalId: `E-${id}`, amountCents: 4_590, currency: 'BRL' };
  const create = {
    ticketId,
    attempt: 1,
    method: 'pix',
    adapter: 'pix',
    externalId,
    currency: 'BRL',
    amountCents: 4_590,
    equipmentId: null,
    operatorId: null,
    businessDay: '2026-11-23',
  };
  const exchange = {
    paymentSessionId: id,
    adapter: 'pix',
    kind: 'authorize',
    externalId: proof.externalId,
    amountCents: 4_590,
    outcome: 'approved',
    raw: { status: 'CONCLUIDA' },
  };
  return {
    id,
    drafts: [
      about('PAYMENT_CREATE', id, create),
      about('PAYMENT_SEND', id, {}),
      about('PAYMENT_CONFIRM', id, { proof }),
      draft('PAYMENT_TRANSACTION_CREATE', 'payment_transaction', newId<string>(env), exchange, { siteId }),
    ],
  };
}

async function pushAll(...drafts: EntryDraft[]): Promise<void> {
  const chain = openChain(env, tenantId, siteId);
  const entries = [...chain.opening, ...chain.write(drafts)];
  const answer = await push(cloud, totem, sealedBatch(totem, tenantId, entries));
  expect(answer).toMatchObject({ status: 200, body: { acknowledged: entries.length } });
}
const sessions = (ticketId: string) =>
  look.rows('SELECT id, status, paid_cents, conflict FROM payment_session WHERE ticket_id = $1 ORDER BY id', [
    ticketId,
  ]);

describe('payments in the ledger', () => {
  test('payment, exchange and ticket are folded together, and rows equal the replay', async () => {
    const { ticket, draft: created } = createTicket(env, siteId);
    const one = paidSession(ticket.id, 'ext-1');
    await pushAll(
      { ...created, data: { ...created.data, state: 'created' } },
      ...one.drafts,
      onTicket('TICKET_ENQUEUE', ticket, siteId, {}),
    );
    expect(await sessions(ticket.id)).toMatchObject([{ id: one.id, status: 'paid', conflict: null }]);
    expect(await look.count('payment_transaction WHERE payment_session_id = $1', [one.id])).toBe(1);
    expect(await look.rows('SELECT state FROM ticket WHERE id = $1', [ticket.id])).toMatchObject([
      { state: 'waiting' },
    ]);
  });

  test('a second payment of one ticket is kept, and people are told', async () => {
    const { ticket, draft: created } = createTicket(env, siteId);
    const [one, two] = [paidSession(ticket.id, 'ext-2'), paidSession(ticket.id, 'ext-3')];
    await pushAll(created, ...one.drafts);
    await pushAll(...two.drafts);
    const rows = await sessions(ticket.id);
    expect(rows.map(({ status }) => status)).toEqual(['paid', 'paid']);
    expect(rows.map(({ conflict }) => conflict).sort()).toEqual([null, 'paid_twice'].sort());
    expect(await look.count("conflict WHERE kind = 'paid_twice' AND entity_id = $1", [two.id])).toBe(1);
  });

  test('one name at a provider under two payments is kept, and people are told', async () => {
    const [a, b] = [createTicket(env, siteId), createTicket(env, siteId)];
    const [one, two] = [paidSession(a.ticket.id, 'ext-4'), paidSession(b.ticket.id, 'ext-4')];
    await pushAll(a.draft, b.draft, ...one.drafts, ...two.drafts);
    expect(await sessions(a.ticket.id)).toMatchObject([{ conflict: null }]);
    expect(await sessions(b.ticket.id)).toMatchObject([{ status: 'paid', conflict: 'external_id_reused' }]);
  });

  test('all of it equals the replay of the ledger', async () => {
    const db = createDatabase(cloud.urls, createLog('test', { level: 'silent' }));
    const report = await replayTenant(db, tenantId);
    await db.close();
    expect(report.differences).toEqual([]);
  });
});
