/** What a totem that is broken, or in the wrong hands, may push: it stops neither its own origin nor the branch's counters. */
import {
  type Id,
  newId,
  type PriorityClassRow,
  type ServiceRow,
  type SiteId,
  type TenantId,
  type UserId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { draft } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  pushRaw,
  sealedBatch,
  type TestTotem,
} from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type Screen, screenOf } from '../testing/person.ts';

const env = systemEnv;
let cloud: TestCloud;
let look: Onlooker;
let totem: TestTotem;
let otavio: Screen;
let tenantId: TenantId;
let siteId: SiteId;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  totem = await enrolTotem(cloud);
  otavio = screenOf(cloud, await cloud.signIn('operador'));
  ({ tenantId, siteId } = cloud.seed);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const chain = () => openChain(env, tenantId, siteId);
const batchOf = (entries: Parameters<typeof sealedBatch>[2]) => sealedBatch(totem, tenantId, entries);
const reasons = async (origin: string) =>
  (await look.rows('SELECT reason, seq FROM ledger_quarantine WHERE origin = $1 ORDER BY seq', [origin])).map(
    ({ reason, seq }) => [reason, Number(seq)],
  );
const stateOf = async (id: string) =>
  (await look.rows('SELECT state FROM ticket WHERE id = $1', [id]))[0]?.state;

describe('an origin is not stopped by', () => {
  test.each(['a\u0000b', '\ud800'])('an opening whose reason is %j', async (reason) => {
    const own = chain();
    const { ticket, draft: creation } = createTicket(env, siteId);
    const [opening] = own.opening;
    if (opening === undefined) throw new Error('a chain has an opening');
    // Its hash is nobody's to compute: what counts is the place in the chain.
    const spoilt = { ...opening, entry: { ...opening.entry, data: { reason } } };
    const entries = [spoilt, ...own.write([creation])];
    expect(await push(cloud, totem, batchOf(entries))).toMatchObject({
      status: 200,
      body: { acknowledged: 2 },
    });
    expect(await reasons(own.origin)).toEqual([['unparsable', 1]]);
    expect(await stateOf(ticket.id)).toBe('waiting');
  });

  test('an entry with a member that is too deep to be written down again', async () => {
    const own = chain();
    const { ticket, draft: creation } = createTicket(env, siteId);
    const spoilt = own.write([createTicket(env, siteId).draft]);
    const batch = batchOf([...own.opening, ...spoilt, ...own.write([creation])]);
    const mark = '"commitment":null';
    const text = JSON.stringify(batch);
    const at = text.indexOf(mark, text.indexOf('TICKET_CREATE'));
    const deep = `"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},`;
    const body = `${text.slice(0, at)}${deep}${text.slice(at)}`;
    expect(await pushRaw(cloud, totem.token, body)).toMatchObject({ status: 200, body: { acknowledged: 3 } });
    expect(await reasons(own.origin)).toEqual([['unparsable', 2]]);
    expect(await stateOf(ticket.id)).toBe('waiting');
  });

  test('one operator named in two spellings, with a ticket in hand under each', async () => {
    const own = chain();
    const [first, second] = [createTicket(env, siteId), createTicket(env, siteId)];
    const operatorId = newId<'user'>(env);
    const called = (ticket: typeof first.ticket, operator: string) =>
      onTicket('TICKET_CALL', ticket, siteId, {
        operatorId: operator,
        counterId: newId<'counter'>(env),
        callId: newId<string>(env),
      });
    const entries = own.write([
      first.draft,
      second.draft,
      called(first.ticket, operatorId),
      called(second.ticket, operatorId.toUpperCase()),
    ]);
    expect(await push(cloud, totem, batchOf([...own.opening, ...entries]))).toMatchObject({
      status: 200,
      body: { acknowledged: 5 },
    });
    expect(await reasons(own.origin)).toEqual([['unparsable', 5]]);
    expect([await stateOf(first.ticket.id), await stateOf(second.ticket.id)]).toEqual(['called', 'waiting']);
  });
});

describe("what is the cloud's alone, a totem cannot say", () => {
  test('an override and a suspension are kept aside; the ticket stays as it is', async () => {
    const own = chain();
    const { ticket, draft: creation } = createTicket(env, siteId);
    const admin = newId<'user'>(env) satisfies UserId;
    const override = onTicket('TICKET_OVERRIDE', ticket, siteId, { to: 'finished', reason: 'by hand' });
    const suspension = draft(
      'DEVICE_SUSPENDED',
      'equipment',
      newId<string>(env) as Id<string>,
      { reason: 'ledger_fork' },
      { siteId },
    );
    const entries = own.write([creation, { ...override, userId: admin }, suspension]);
    expect(await push(cloud, totem, batchOf([...own.opening, ...entries]))).toMatchObject({
      status: 200,
      body: { acknowledged: 4 },
    });
    expect(await reasons(own.origin)).toEqual([
      ['unattributed', 3],
      ['unattributed', 4],
    ]);
    expect(await stateOf(ticket.id)).toBe('waiting');
  });

  test("codes of the cloud's lane: the totem's ticket is marked, and the reception goes on issuing", async () => {
    const services = (await otavio.rows('service')) as unknown as ServiceRow[];
    const classes = (await otavio.rows('priority_class')) as unknown as PriorityClassRow[];
    const service = services.find(({ prefix }) => prefix === 'A');
    const issue = {
      type: 'ticket.create' as const,
      serviceId: service?.id ?? '',
      priorityClassId: classes[0]?.id ?? '',
    };
    const { ticket: before } = await otavio.done(issue);
    const code = (before as { code: string }).code;
    const [row] = await look.rows('SELECT number, business_day::text AS day FROM ticket WHERE code = $1', [
      code,
    ]);
    const next = Number(row?.number) + 1;
    const taken = createTicket(env, siteId, {
      code: `AW-${String(next).padStart(3, '0')}`,
      number: next,
      data: { businessDay: String(row?.day) },
    });
    const own = chain();
    const entries = [...own.opening, ...own.write([taken.draft])];
    expect((await push(cloud, totem, batchOf(entries))).status).toBe(200);
    const { ticket: after } = await otavio.done(issue);
    expect(after).toMatchObject({ code: taken.ticket.code });
    const marked = await look.rows('SELECT conflict FROM ticket WHERE id = $1', [taken.ticket.id]);
    expect(marked).toEqual([{ conflict: 'code_reused' }]);
  });

  test('the last number that a column holds, for a call: the counters go on calling', async () => {
    const services = (await otavio.rows('service')) as unknown as ServiceRow[];
    const classes = (await otavio.rows('priority_class')) as unknown as PriorityClassRow[];
    const counters = (await otavio.rows('counter')) as unknown as { id: string }[];
    await look.rows(`UPDATE ticket SET state = 'canceled', reason = 'other' WHERE state = 'waiting'`);
    await otavio.done({ type: 'counter.open', counterId: counters[0]?.id ?? '' });
    const { ticket } = await otavio.done({
      type: 'ticket.create',
      serviceId: services.find(({ prefix }) => prefix === 'A')?.id ?? '',
      priorityClassId: classes[0]?.id ?? '',
    });
    const { id, code } = ticket as { id: string; code: string };
    const [row] = await look.rows('SELECT business_day::text AS day FROM ticket WHERE id = $1', [id]);
    const own = chain();
    const call = draft(
      'CALL_CREATE',
      'call',
      newId<string>(env) as Id<string>,
      {
        ticketId: id,
        code,
        businessDay: String(row?.day),
        counterId: newId<'counter'>(env),
        counterNumber: 1,
        operatorId: newId<'user'>(env),
        number: 2_147_483_647,
        priority: 0,
        why: { policy: 'by_hand', policyVersion: 1, candidates: 1, runnerUp: null },
      },
      { siteId },
    );
    const entries = [...own.opening, ...own.write([call])];
    expect((await push(cloud, totem, batchOf(entries))).status).toBe(200);
    expect(await otavio.done({ type: 'ticket.call_next' })).toMatchObject({
      ticket: { id, state: 'called' },
    });
  });
});
