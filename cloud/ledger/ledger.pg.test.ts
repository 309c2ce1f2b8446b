/** What arrives through `POST /v1/ledger`, on a real PostgreSQL: each case ends as the design says, nothing lost, nothing blocked. */
import { generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CHAIN_START,
  type ChainedEntry,
  entryHash,
  type Id,
  type LedgerEntry,
  newId,
  type SiteId,
  sha256Hex,
  type TenantId,
  verifyChain,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { draft } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTenant } from '../db/with-tenant.ts';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  pushRaw,
  sealedBatch,
  type TestChain,
  type TestTotem,
} from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { entriesOfOrigin } from './entries.ts';

let cloud: TestCloud;
let look: Onlooker;
let totem: TestTotem;
let other: TestTotem;
let tenantId: TenantId;
let siteId: SiteId;
const env = systemEnv;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  totem = await enrolTotem(cloud);
  other = await enrolTotem(cloud);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const chain = () => openChain(env, tenantId, siteId);
const batchOf = (entries: Parameters<typeof sealedBatch>[2], by: TestTotem = totem) =>
  sealedBatch(by, tenantId, entries);
const ticketRow = async (id: string) =>
  (await look.rows('SELECT * FROM ticket WHERE tenant_id = $1 AND id = $2', [tenantId, id]))[0];
const conflictsAbout = async (id: string) =>
  (await look.rows('SELECT kind FROM conflict WHERE entity_id = $1 ORDER BY id', [id])).map(
    ({ kind }) => kind,
  );
describe('a batch', () => {
  test('becomes entries with positions, rows, and personal data beside them', async () => {
    const own = chain();
    const { ticket, draft } = createTicket(env, siteId, { private: { name: 'Ana' } });
    const entries = [...own.opening, ...own.write([draft])];
    const { status, body } = await push(cloud, totem, batchOf(entries));
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { origin: own.origin, acknowledged: 2, hash: own.head().hash },
    });
    expect(await ticketRow(ticket.id)).toMatchObject({ code: ticket.code, state: 'waiting', conflict: null });
    const log = await look.rows('SELECT * FROM audit_log WHERE origin = $1 ORDER BY seq', [own.origin]);
    expect(log.map(({ action }) => action)).toEqual(['ORIGIN_OPENED', 'TICKET_CREATE']);
    expect(Number(log[1]?.position)).toBe(Number(log[0]?.position) + 1);
    expect(JSON.stringify(log)).not.toContain('Ana');
    const beside = await look.rows('SELECT data FROM entry_private WHERE entity_id = $1', [ticket.id]);
    expect(beside).toEqual([{ data: { name: 'Ana' } }]);
  });

  test('sent twice changes nothing the second time and gets the same acknowledgement', async () => {
    const own = chain();
    const batch = batchOf([...own.opening, ...own.write([createTicket(env, siteId).draft])]);
    const first = await push(cloud, totem, batch);
    const before = await look.rows('SELECT * FROM audit_log WHERE origin = $1 ORDER BY seq', [own.origin]);
    const second = await push(cloud, totem, batch);
    expect(second.status).toBe(200);
    expect(second.body.acknowledged).toBe(first.body.acknowledged);
    expect(await look.rows('SELECT * FROM audit_log WHERE origin = $1 ORDER BY seq', [own.origin])).toEqual(
      before,
    );
  });

  test('that is sent by two connections at once is applied once', async () => {
    const own = chain();
    const batch = batchOf([...own.opening, ...own.write([createTicket(env, siteId).draft])]);
    const replies = await Promise.all([1, 2, 3, 4].map(() => push(cloud, totem, batch)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await look.count('audit_log WHERE origin = $1', [own.origin])).toBe(2);
  });

  test('whose answer was lost is sent again with what came since, and only that is new', async () => {
    const own = chain();
    const first = [...own.opening, ...own.write([createTicket(env, siteId).draft])];
    await push(cloud, totem, batchOf(first));
    const { ticket, draft } = createTicket(env, siteId);
    const more = [...first, ...own.write([draft])];
    const { status, body } = await push(cloud, totem, batchOf(more));
    expect({ status, acknowledged: body.acknowledged }).toEqual({ status: 200, acknowledged: 3 });
    expect(await look.count('audit_log WHERE origin = $1', [own.origin])).toBe(3);
    expect(await ticketRow(ticket.id)).toBeDefined();
  });

  test('with a gap before it is told where to go on, and loses nothing', async () => {
    const own = chain();
    const first = own.write([createTicket(env, siteId).draft]);
    const second = own.write([createTicket(env, siteId).draft]);
    await push(cloud, totem, batchOf(own.opening));
    const gap = await push(cloud, totem, batchOf(second));
    expect(gap).toMatchObject({
      status: 409,
      body: { code: 'ledger_gap', expected: 2, hash: own.opening[0]?.entry.hash },
    });
    const filled = await push(cloud, totem, batchOf([...first, ...second]));
    expect(filled).toMatchObject({ status: 200, body: { acknowledged: 3 } });
  });

  test('that arrives just before its predecessor waits for it', async () => {
    const own = chain();
    const first = own.write([createTicket(env, siteId).draft]);
    const second = own.write([createTicket(env, siteId).draft]);
    await push(cloud, totem, batchOf(own.opening));
    const replies = await Promise.all([
      push(cloud, totem, batchOf(second)),
      push(cloud, totem, batchOf(first)),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(await look.count('audit_log WHERE origin = $1', [own.origin])).toBe(3);
  });

  test('of an origin that was never opened starts at its beginning', async () => {
    const own = chain();
    const later = own.write([createTicket(env, siteId).draft]);
    expect(await push(cloud, totem, batchOf(later))).toMatchObject({
      status: 409,
      body: { code: 'ledger_gap', expected: 1, hash: CHAIN_START.hash },
    });
  });

  test('is carried by another device of the site, and belongs to the one that sealed it', async () => {
    const own = chain();
    const { ticket, draft } = createTicket(env, siteId);
    const relayed = await push(cloud, other, batchOf([...own.opening, ...own.write([draft])], totem));
    expect(relayed.status).toBe(200);
    expect(await ticketRow(ticket.id)).toBeDefined();
    expect(await look.rows('SELECT equipment_id FROM origin WHERE id = $1', [own.origin])).toEqual([
      { equipment_id: totem.equipmentId },
    ]);
  });

  test('of 1,000 entries is one transaction', async () => {
    const own = chain();
    const drafts = Array.from({ length: 999 }, () => createTicket(env, siteId).draft);
    const entries = [...own.opening, ...own.write(drafts)];
    const { body } = await push(cloud, totem, batchOf(entries));
    expect(body).toMatchObject({ acknowledged: 1_000 });
    const { n } = (
      await look.rows('SELECT count(DISTINCT received_at)::int AS n FROM audit_log WHERE origin = $1', [
        own.origin,
      ])
    )[0] ?? { n: 0 };
    expect(n).toBe(1);
    const kept = await readTenant(cloud.cloud.db, tenantId, (tx) => entriesOfOrigin(tx, own.origin));
    expect(verifyChain(CHAIN_START, own.origin, kept)).toMatchObject({ ok: true, head: own.head() });
  });
});

describe('two histories under one name', () => {
  test.each([
    ['a cloned disk, where both copies go on writing', 0],
    ['an old image, where what was acknowledged is written anew', 1],
  ])('%s: nothing is acknowledged, the device is suspended, what came is kept', async (_, forgotten) => {
    const device = await enrolTotem(cloud);
    const own = chain();
    const shared = [...own.opening, ...own.write([createTicket(env, siteId).draft])];
    const known = shared.at(-1 - forgotten)?.entry;
    if (known === undefined) throw new Error('the copy knows nothing');
    const copy = own.copyAt(known);
    const theirs = own.write([createTicket(env, siteId).draft]);
    expect((await push(cloud, device, batchOf([...shared, ...theirs], device))).status).toBe(200);

    const { ticket, draft } = createTicket(env, siteId);
    const forked = await push(cloud, device, batchOf(copy.write([draft]), device));
    expect(forked).toMatchObject({ status: 409, body: { code: 'ledger_fork' } });
    expect(await ticketRow(ticket.id)).toBeUndefined();
    expect(await look.rows('SELECT seq FROM ledger_cursor WHERE origin = $1', [own.origin])).toEqual([
      { seq: '3' },
    ]);
    const [aside] = await look.rows('SELECT reason, bytes FROM ledger_quarantine WHERE origin = $1', [
      own.origin,
    ]);
    expect(aside?.reason).toBe('batch_fork');
    expect(String(aside?.bytes)).toContain(ticket.id);
    const alarms = `audit_log WHERE action = 'DEVICE_SUSPENDED' AND entity_id = $1`;
    expect(await look.count(alarms, [device.equipmentId])).toBe(1);

    const after = await push(cloud, device, batchOf(own.write([createTicket(env, siteId).draft]), device));
    expect(after).toMatchObject({ status: 403, body: { code: 'device_suspended' } });
  });

  test('do not stop the other totems of the site', async () => {
    const own = chain();
    const batch = batchOf([...own.opening, ...own.write([createTicket(env, siteId).draft])], other);
    expect((await push(cloud, other, batch)).status).toBe(200);
  });
});

describe('what cannot be right is kept aside, and blocks nothing', () => {
  const three = () => {
    const own = chain();
    const before = createTicket(env, siteId);
    const after = createTicket(env, siteId);
    const middle = createTicket(env, siteId);
    const entries = own.write([before.draft, middle.draft, after.draft]);
    return { own, before, after, middle, entries };
  };
  const pushed = async (own: ReturnType<typeof chain>, entries: readonly ChainedEntry[]) =>
    push(cloud, totem, batchOf([...own.opening, ...entries]));
  const reasons = async (origin: string) =>
    (
      await look.rows('SELECT reason, seq FROM ledger_quarantine WHERE origin = $1 ORDER BY seq', [origin])
    ).map(({ reason, seq }) => [reason, Number(seq)]);

  test('an entry that was edited after it was hashed', async () => {
    const { own, before, after, middle, entries } = three();
    const lie = entries.map((one) =>
      one.entry.entityId === middle.ticket.id
        ? { ...one, entry: { ...one.entry, data: { ...one.entry.data, priceCents: 1 } } }
        : one,
    );
    expect(await pushed(own, lie)).toMatchObject({ status: 200, body: { acknowledged: 4 } });
    expect(await reasons(own.origin)).toEqual([['hash_mismatch', 3]]);
    expect(await ticketRow(before.ticket.id)).toBeDefined();
    expect(await ticketRow(middle.ticket.id)).toBeUndefined();
    expect(await ticketRow(after.ticket.id)).toBeDefined();
  });

  test.each<[string, (entry: LedgerEntry) => LedgerEntry]>([
    ['an unknown action', (entry) => ({ ...entry, action: 'TICKET_EAT' as LedgerEntry['action'] })],
    ["data that is not its action's", (entry) => ({ ...entry, data: { code: 7 } })],
    [
      'a day that no calendar has',
      (entry) => ({ ...entry, data: { ...entry.data, businessDay: '2026-02-31' } }),
    ],
    ['an instant that no clock shows', (entry) => ({ ...entry, occurredAt: '2026-13-01T00:00:00.000Z' })],
    ['a NUL in a name', (entry) => ({ ...entry, data: { ...entry.data, 'a\u0000b': 1 } })],
    ['a NUL in a text', (entry) => ({ ...entry, data: { ...entry.data, note: 'a\u0000b' } })],
    ['a lone surrogate', (entry) => ({ ...entry, data: { ...entry.data, note: '\ud800' } })],
    ['a lone surrogate in a name', (entry) => ({ ...entry, data: { ...entry.data, '\ud800': 1 } })],
    ['a number that is none', (entry) => ({ ...entry, data: { ...entry.data, number: 1.5 } })],
    [
      'a number too large for its column',
      (entry) => ({ ...entry, data: { ...entry.data, number: 2 ** 40 } }),
    ],
  ])('an entry in the middle with %s', async (_, spoil) => {
    const own = chain();
    const { ticket, draft } = createTicket(env, siteId);
    const spoilt = own.write([createTicket(env, siteId).draft]).map(({ entry, private: beside }) => {
      const changed = spoil(entry);
      return { private: beside, entry: { ...changed, hash: hashOfAnything(changed) } };
    });
    const rest = own.copyAt(spoilt[0]?.entry as LedgerEntry).write([draft]);
    const reply = await pushed(own, [...spoilt, ...rest]);
    expect(reply).toMatchObject({ status: 200, body: { acknowledged: 3 } });
    expect(await reasons(own.origin)).toEqual([['unparsable', 2]]);
    expect(await ticketRow(ticket.id)).toBeDefined();
    // What was judged and kept aside still has its place in the chain: sending it again is no fork.
    expect((await pushed(own, [...spoilt, ...rest])).status).toBe(200);
  });

  test('an entry that speaks for another site', async () => {
    const own = chain();
    const { ticket, draft } = createTicket(env, newId<'site'>(env));
    expect(await pushed(own, own.write([draft]))).toMatchObject({ status: 200, body: { acknowledged: 2 } });
    expect(await reasons(own.origin)).toEqual([['unattributed', 2]]);
    expect(await ticketRow(ticket.id)).toBeUndefined();
  });

  test('an entry about a ticket of another site', async () => {
    const elsewhere = newId<'site'>(env);
    await look.rows(
      `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
       SELECT tenant_id, $1, created_at, 'Norte', 'norte', timezone, 0, currency, default_locale, queue_rules
       FROM site WHERE id = $2`,
      [elsewhere, siteId],
    );
    const stranger = await enrolTotem(cloud, { siteId: elsewhere });
    const own = chain();
    const { ticket, draft } = createTicket(env, siteId);
    await pushed(own, own.write([draft]));
    const theirs = openChain(env, tenantId, elsewhere);
    const cancel = theirs.write([onTicket('TICKET_CANCEL', ticket, elsewhere, { reason: 'other' })]);
    const reply = await push(cloud, stranger, batchOf([...theirs.opening, ...cancel], stranger));
    expect(reply.status).toBe(200);
    expect(await reasons(theirs.origin)).toEqual([['unattributed', 2]]);
    // Judged all the same: the row says so, or the writer's own copy would go on showing it.
    expect(await ticketRow(ticket.id)).toMatchObject({ state: 'waiting', folded: { [theirs.origin]: 2 } });
  });

  test("a batch whose seal is another key's, or none", async () => {
    const own = chain();
    const { ticket, draft } = createTicket(env, siteId);
    const entries = [...own.opening, ...own.write([draft])];
    const stranger = { privateKey: generateKeyPairSync('ed25519').privateKey };
    const bad = await push(cloud, totem, sealedBatch(stranger, tenantId, entries));
    expect(bad).toMatchObject({ status: 422, body: { code: 'ledger_unattributed' } });
    expect(await reasons(own.origin)).toEqual([['batch_seal', 1]]);
    expect(await ticketRow(ticket.id)).toBeUndefined();
    // The true batch is not held up by the false one.
    expect((await push(cloud, totem, batchOf(entries))).status).toBe(200);
  });

  test('a batch that contradicts its own seal', async () => {
    const own = chain();
    const entries = [...own.opening, ...own.write([createTicket(env, siteId).draft])];
    const { seal } = batchOf(own.opening);
    const reply = await push(cloud, totem, sealedBatch(totem, tenantId, entries, { seal }));
    expect(reply).toMatchObject({ status: 422, body: { code: 'ledger_unattributed' } });
    expect(await reasons(own.origin)).toEqual([['batch_malformed', 2]]);
  });

  test('a first batch that opens nothing', async () => {
    const own = openChain(env, tenantId, siteId).copyAt({ seq: 0, hash: CHAIN_START.hash } as LedgerEntry);
    const reply = await push(cloud, totem, batchOf(own.write([createTicket(env, siteId).draft])));
    expect(reply).toMatchObject({ status: 422, body: { code: 'ledger_unattributed' } });
    expect(await reasons(own.origin)).toEqual([['batch_origin', 1]]);
  });

  test('a batch of another tenant', async () => {
    const own = openChain(env, newId<'tenant'>(env), siteId);
    const batch = sealedBatch(totem, own.opening[0]?.entry.tenantId ?? tenantId, own.opening);
    expect(await push(cloud, totem, batch)).toMatchObject({
      status: 422,
      body: { code: 'ledger_unattributed' },
    });
  });

  test('bytes that are no batch; a thousand times the same takes the room of one', async () => {
    const count = () => look.count(`ledger_quarantine WHERE reason = 'batch_unparsable'`);
    const before = await count();
    for (const body of ['{"protocol":1,"entries":', '{"protocol":1,"entries":', '{"protocol":1}'])
      expect(await pushRaw(cloud, totem.token, body)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    expect((await count()) - before).toBe(2);
  });

  test('a version that is not understood is asked to update, and nothing is kept', async () => {
    const before = await look.count('ledger_quarantine');
    const reply = await pushRaw(cloud, totem.token, JSON.stringify({ protocol: 99, more: true }));
    expect(reply).toMatchObject({ status: 426, body: { code: 'protocol_unsupported' } });
    expect(await look.count('ledger_quarantine')).toBe(before);
  });

  test('a body that unpacks to more than the limit', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    const reply = await pushRaw(cloud, totem.token, bomb, { 'content-encoding': 'gzip' });
    expect(reply).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });
});

describe('a fact that does not fit is merged and shown to people', () => {
  const operatorId = newId<'user'>(env);
  const counterId = newId<'counter'>(env);
  const holder = { operatorId, counterId };
  const call = () => ({ ...holder, callId: newId<'call'>(env) });

  test('before its ticket was created, it is parked and applied when the creation comes', async () => {
    const early = chain();
    const late = chain();
    const { ticket, draft } = createTicket(env, siteId);
    const called = early.write([onTicket('TICKET_CALL', ticket, siteId, call())]);
    expect((await push(cloud, other, batchOf([...early.opening, ...called], other))).status).toBe(200);
    expect(await look.count('ledger_parked WHERE entity_id = $1', [ticket.id])).toBe(1);
    expect(await ticketRow(ticket.id)).toBeUndefined();

    expect((await push(cloud, totem, batchOf([...late.opening, ...late.write([draft])]))).status).toBe(200);
    expect(await ticketRow(ticket.id)).toMatchObject({
      state: 'called',
      operator_id: operatorId,
      folded: { [early.origin]: 2, [late.origin]: 2 },
    });
    expect(await look.count('ledger_parked WHERE entity_id = $1', [ticket.id])).toBe(0);
    const finish = late.write([
      onTicket('TICKET_START', ticket, siteId, holder),
      onTicket('TICKET_FINISH', ticket, siteId, holder),
    ]);
    await push(cloud, totem, batchOf(finish));
    expect(await ticketRow(ticket.id)).toMatchObject({ state: 'finished', conflict: null });
  });

  test('an operator with a ticket in hand at two places keeps the first; the second is marked', async () => {
    const [here, there] = [chain(), chain()];
    const [mine, theirs] = [createTicket(env, siteId), createTicket(env, siteId)];
    const first = here.write([mine.draft, onTicket('TICKET_CALL', mine.ticket, siteId, call())]);
    const second = there.write([theirs.draft, onTicket('TICKET_CALL', theirs.ticket, siteId, call())]);
    await push(cloud, totem, batchOf([...here.opening, ...first]));
    expect((await push(cloud, other, batchOf([...there.opening, ...second], other))).status).toBe(200);
    expect(await ticketRow(mine.ticket.id)).toMatchObject({ state: 'called', conflict: null });
    expect(await ticketRow(theirs.ticket.id)).toMatchObject({
      state: 'called',
      operator_id: operatorId,
      conflict: 'operator_at_two_places',
    });
    expect(await conflictsAbout(theirs.ticket.id)).toEqual(['operator_at_two_places']);
    const done = (ticket: { id: Id<string> }) => [
      onTicket('TICKET_START', ticket, siteId, holder),
      onTicket('TICKET_FINISH', ticket, siteId, holder),
    ];
    await push(cloud, totem, batchOf(here.write(done(mine.ticket))));
    await push(cloud, other, batchOf(there.write(done(theirs.ticket)), other));
    expect(await ticketRow(mine.ticket.id)).toMatchObject({ state: 'finished' });
    expect(await ticketRow(theirs.ticket.id)).toMatchObject({ state: 'finished' });
  });

  test('two operators who change places within one batch are no conflict', async () => {
    const own = chain();
    const [a, b] = [createTicket(env, siteId), createTicket(env, siteId)];
    const [x, y] = [0, 1].map(() => ({ operatorId: newId<'user'>(env), counterId: newId<'counter'>(env) }));
    if (x === undefined || y === undefined) throw new Error('two operators');
    const take = (ticket: { id: Id<string> }, who: typeof x) =>
      onTicket('TICKET_CALL', ticket, siteId, { ...who, callId: newId<'call'>(env) });
    const back = (ticket: { id: Id<string> }, who: typeof x) =>
      onTicket('TICKET_REQUEUE', ticket, siteId, { ...who, place: 'keep' });
    await pushAll(own, [a.draft, b.draft, take(a.ticket, x), take(b.ticket, y)]);
    await pushAll(own, [back(a.ticket, x), back(b.ticket, y), take(a.ticket, y), take(b.ticket, x)]);
    expect(await ticketRow(a.ticket.id)).toMatchObject({ operator_id: y.operatorId, conflict: null });
    expect(await ticketRow(b.ticket.id)).toMatchObject({ operator_id: x.operatorId, conflict: null });
  });

  test('one code twice on a day: both tickets are there, the later one marked', async () => {
    const own = chain();
    const first = createTicket(env, siteId, { code: 'Z900', number: 900 });
    const second = createTicket(env, siteId, { code: 'Z900', number: 900 });
    await pushAll(own, [first.draft, second.draft]);
    expect(await ticketRow(first.ticket.id)).toMatchObject({ conflict: null });
    expect(await ticketRow(second.ticket.id)).toMatchObject({ conflict: 'code_reused' });
  });

  test('a counter opened twice: both sessions are there, the later one marked', async () => {
    const own = chain();
    const place = newId<'counter'>(env);
    const sessions = [newId<string>(env), newId<string>(env)] as const;
    const open = (id: Id<string>) =>
      draft(
        'OPERATOR_SESSION_OPEN',
        'operator_session',
        id,
        { userId: newId<'user'>(env), counterId: place },
        { siteId },
      );
    const close = (id: Id<string>) => draft('OPERATOR_SESSION_CLOSE', 'operator_session', id, {}, { siteId });
    await pushAll(own, [open(sessions[0]), open(sessions[1])]);
    const markOf = async (id: string) =>
      (await look.rows('SELECT conflict FROM operator_session WHERE id = $1', [id]))[0]?.conflict;
    expect(await markOf(sessions[0])).toBeNull();
    expect(await markOf(sessions[1])).toBe('counter_taken_twice');
    const next = newId<string>(env);
    await pushAll(own, [close(sessions[0]), close(sessions[1]), open(next)]);
    expect(await markOf(next)).toBeNull();
  });

  test('a counter whose session comes into a conflict is taken within the same batch', async () => {
    const own = chain();
    const [counterId, userId] = [newId<'counter'>(env), newId<'user'>(env)];
    const [first, second] = [newId<string>(env), newId<string>(env)];
    const open = (id: Id<string>, at: Id<string>) =>
      draft('OPERATOR_SESSION_OPEN', 'operator_session', id, { userId, counterId: at }, { siteId });
    await pushAll(own, [open(first, counterId)]);
    await pushAll(own, [open(second, counterId), open(first, newId<'counter'>(env))]);
    const found = await look.rows('SELECT id, conflict FROM operator_session WHERE user_id = $1', [userId]);
    expect(new Map(found.map(({ id, conflict }) => [id, conflict]))).toEqual(
      new Map([
        [first, 'id_reused'],
        [second, null],
      ]),
    );
  });

  test('served after it had ended: the person was served', async () => {
    const own = chain();
    const { ticket, draft: made } = createTicket(env, siteId);
    await pushAll(own, [
      made,
      onTicket('TICKET_CANCEL', ticket, siteId, { reason: 'customer_left' }),
      onTicket('TICKET_FINISH', ticket, siteId, holder),
    ]);
    expect(await ticketRow(ticket.id)).toMatchObject({ state: 'finished', conflict: 'served_after_end' });
    expect(await conflictsAbout(ticket.id)).toEqual(['served_after_end']);
  });
});

describe('clocks decide nothing', () => {
  const at = (ms: number) => ({ ...env, now: () => env.now() + ms });
  const MINUTE_MS = 60_000;

  test("four minutes fast is nobody's business", async () => {
    const own = chain();
    const { ticket, draft: made } = createTicket(env, siteId);
    const entries = own.write([made], { env: at(4 * MINUTE_MS) });
    await push(cloud, totem, batchOf([...own.opening, ...entries]));
    expect(await ticketRow(ticket.id)).toMatchObject({ state: 'waiting', conflict: null });
    expect(
      await look.count(`conflict WHERE entry_id = ANY($1)`, [entries.map(({ entry }) => entry.id)]),
    ).toBe(0);
  });

  test('a clock in 2099 is shown to people once for a batch, and the tickets are as good as any', async () => {
    const own = chain();
    const far = { ...env, now: () => Date.UTC(2099, 0, 1) };
    const made = [createTicket(env, siteId), createTicket(env, siteId)];
    const entries = own.write(
      made.map((one) => one.draft),
      { env: far },
    );
    expect((await push(cloud, totem, batchOf([...own.opening, ...entries]))).status).toBe(200);
    for (const { ticket } of made)
      expect(await ticketRow(ticket.id)).toMatchObject({ state: 'waiting', conflict: null });
    const found = await look.rows('SELECT kind, detail FROM conflict WHERE entry_id = ANY($1)', [
      entries.map(({ entry }) => entry.id),
    ]);
    expect(found).toEqual([
      {
        kind: 'clock_suspect',
        detail: expect.objectContaining({ origin: own.origin, fromSeq: 2, entries: 2 }),
      },
    ]);
    // Kept by the time of receipt, which is the cloud's.
    const log = await look.rows(
      'SELECT received_at, occurred_at FROM audit_log WHERE origin = $1 AND seq = 2',
      [own.origin],
    );
    expect(log[0]?.received_at).not.toEqual(log[0]?.occurred_at);
  });

  test('an entry that its own writer doubts is shown too', async () => {
    const own = chain();
    const entries = own.write([createTicket(env, siteId).draft], { clockSuspect: true });
    await push(cloud, totem, batchOf([...own.opening, ...entries]));
    expect(await look.rows('SELECT kind FROM conflict WHERE entry_id = $1', [entries[0]?.entry.id])).toEqual([
      { kind: 'clock_suspect' },
    ]);
  });
});

describe('GET /v1/ledger/cursor', () => {
  const cursor = async (query: Record<string, string>, token = totem.token) => {
    const url = `${cloud.url}/v1/ledger/cursor?${new URLSearchParams(query)}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  test('tells the end of an origin and the hash at a seq', async () => {
    const own = chain();
    await pushAll(own, [createTicket(env, siteId).draft]);
    const { body } = await cursor({ origin: own.origin, seq: '1' });
    expect(body).toMatchObject({
      origin: own.origin,
      ...own.head(),
      hashAt: own.opening[0]?.entry.hash,
      suspended: false,
    });
  });

  test('an origin that was never heard of is at its beginning', async () => {
    const origin = newId<'origin'>(env);
    expect((await cursor({ origin })).body).toMatchObject({ ...CHAIN_START, hashAt: null });
  });

  test('is for totems', async () => {
    const person = await cloud.signIn('admin');
    expect(await cursor({ origin: newId<'origin'>(env) }, person)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });
});

/** The hash of an entry, or any, where the entry is no JSON that has one. */
function hashOfAnything(entry: LedgerEntry): string {
  try {
    return entryHash(entry);
  } catch {
    return sha256Hex(JSON.stringify(entry));
  }
}

/** Pushes drafts as one transaction of the demo's first totem, with the opening if it was not sent yet. */
async function pushAll(
  own: ReturnType<typeof chain>,
  drafts: Parameters<TestChain['write']>[0],
): Promise<void> {
  const opening = own.head().seq === 1 ? own.opening : [];
  const reply = await push(cloud, totem, batchOf([...opening, ...own.write(drafts)]));
  expect(reply).toMatchObject({ status: 200, body: { acknowledged: own.head().seq } });
}
