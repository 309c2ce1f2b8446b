/** What a totem's damaged disk gave back, at the cloud: applied once, whichever of the two chains brings it first. */
import { type LedgerEntry, newId, recoveryOf, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** A chain with a ticket that was canceled, and the chain after it, which carries both facts. */
function salvaged(of: TestTotem = totem) {
  const old = openChain(env, tenantId, siteId);
  const { ticket, draft } = createTicket(env, siteId);
  const facts = old.write([draft, onTicket('TICKET_CANCEL', ticket, siteId, { reason: 'customer_left' })]);
  const next = openChain(env, tenantId, siteId);
  const carried = [...next.opening, ...next.write(facts.map(({ entry }) => recoveryOf(entry, null)))];
  return {
    ticket,
    facts,
    pushOld: () => push(cloud, of, sealedBatch(of, tenantId, [...old.opening, ...facts])),
    pushNext: (by: TestTotem = of) => push(cloud, by, sealedBatch(by, tenantId, carried)),
  };
}
const row = async (id: string) =>
  (await look.rows('SELECT state, reason, conflict, folded FROM ticket WHERE id = $1', [id]))[0];
const canceled = { state: 'canceled', reason: 'customer_left', conflict: null };

describe('a recovered fact', () => {
  test('I-LED-8: makes the row that its entry would have made', async () => {
    const { ticket, pushNext } = salvaged();
    expect(await pushNext()).toMatchObject({ status: 200, body: { acknowledged: 3 } });
    expect(await row(ticket.id)).toMatchObject(canceled);
  });

  test.each([
    ['after', 'pushOld', 'pushNext'],
    ['before', 'pushNext', 'pushOld'],
  ] as const)('I-LED-8: changes nothing when it comes %s its entry', async (_title, first, second) => {
    const one = salvaged();
    expect((await one[first]()).status).toBe(200);
    const before = await row(one.ticket.id);
    expect((await one[second]()).status).toBe(200);
    expect(await row(one.ticket.id)).toMatchObject({ ...canceled, state: before?.state });
    expect(await look.count('conflict WHERE entity_id = $1', [one.ticket.id])).toBe(0);
  });

  test('I-LED-8: is kept aside when it is not whole, or comes from the disk of another', async () => {
    const other = await enrolTotem(cloud);
    const one = salvaged();
    await one.pushOld();
    await one.pushNext(other);
    const altered = openChain(env, tenantId, siteId);
    const [fact] = one.facts;
    if (fact === undefined) throw new Error('no fact');
    const made: LedgerEntry = { ...fact.entry, id: newId<'entry'>(env) };
    const entries = [...altered.opening, ...altered.write([recoveryOf(made, null)])];
    await push(cloud, totem, sealedBatch(totem, tenantId, entries));
    const aside = await look.rows('SELECT reason FROM ledger_quarantine ORDER BY reason');
    expect(aside.map(({ reason }) => reason)).toEqual(['unattributed', 'unattributed', 'unparsable']);
  });
});
