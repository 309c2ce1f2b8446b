/** Conflicts are settled once, by somebody, with a word about it; what nobody could read is kept for people to look at. */
import { type ApiClient, ROUTES } from '@totem/api';
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf, refusalOf } from '../testing/api.ts';
import {
  createTicket,
  enrolTotem,
  onTicket,
  openChain,
  push,
  pushRaw,
  sealedBatch,
} from '../testing/branch.ts';
import { type Neighbour, neighbourOf } from '../testing/neighbour.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { buildConflict, putRows } from '../testing/records.ts';

const { getConflict, getQuarantined, listConflicts, listQuarantine, resolveConflict } = ROUTES;

let cloud: TestCloud;
let look: Onlooker;
let neighbour: Neighbour;
let admin: ApiClient;
let operator: ApiClient;

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  neighbour = await neighbourOf(cloud, look);
  admin = apiOf(cloud.url, await cloud.signIn('admin'));
  operator = apiOf(cloud.url, await cloud.signIn('operador'));
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** A totem calls a ticket that it has just given up: the fact is kept, and people are told. */
async function clash(): Promise<{ readonly entryId: string; readonly ticketId: string }> {
  const { tenantId, siteId } = cloud.seed;
  const totem = await enrolTotem(cloud);
  const chain = openChain(systemEnv, tenantId, siteId);
  const { ticket, draft } = createTicket(systemEnv, siteId);
  const holder = { operatorId: newId<'user'>(systemEnv), counterId: newId<'counter'>(systemEnv) };
  const written = chain.write([
    draft,
    onTicket('TICKET_CANCEL', ticket, siteId, { reason: 'other' }),
    onTicket('TICKET_START', ticket, siteId, holder),
  ]);
  await push(cloud, totem, sealedBatch(totem, tenantId, [...chain.opening, ...written]));
  return { entryId: String(written[2]?.entry.id), ticketId: ticket.id };
}

async function openConflict() {
  const { entryId } = await clash();
  const { items } = await operator.call(listConflicts, { query: { resolved: 'false' } });
  const found = items.find((one) => one.entryId === entryId);
  if (found === undefined) throw new Error('no conflict was found');
  return found;
}

describe('a conflict', () => {
  test('names its kind and shows the entry that did not fit', async () => {
    const { entryId, ticketId } = await clash();
    const { items } = await operator.call(listConflicts, {
      query: { kind: 'served_after_end', siteId: cloud.seed.siteId },
    });
    const found = items.find((one) => one.entryId === entryId);
    expect(found).toMatchObject({ entity: 'ticket', entityId: ticketId, resolvedAt: null, resolution: null });
    const whole = await operator.call(getConflict, { params: { id: String(found?.id) } });
    expect(whole).toMatchObject({ ...found, entry: { id: entryId, action: 'TICKET_START' } });
  });

  test('is settled once, with an entry; who comes second is told so', async () => {
    const found = await openConflict();
    const params = { id: found.id };
    expect(
      (await refusalOf(operator.call(resolveConflict, { params, body: { resolution: 'x' } }))).code,
    ).toBe('forbidden');
    const settled = await admin.call(resolveConflict, {
      params,
      body: { resolution: '  Atendida   mesmo assim ' },
    });
    expect(settled).toMatchObject({ id: found.id, resolution: 'Atendida mesmo assim' });
    expect(settled.resolvedAt).not.toBeNull();
    const again = await refusalOf(admin.call(resolveConflict, { params, body: { resolution: 'Outra vez' } }));
    expect([again.status, again.code]).toEqual([409, 'conflict_settled']);
    expect(await admin.call(getConflict, { params })).toMatchObject(settled);
    const entries = await look.rows(
      `SELECT user_id, data FROM audit_log WHERE action = 'CONFLICT_RESOLVED' AND entity_id = $1`,
      [found.id],
    );
    expect(entries).toEqual([
      {
        user_id: settled.resolvedBy,
        data: {
          by: 'user',
          kind: 'served_after_end',
          entity: 'ticket',
          entityId: found.entityId,
          entryId: found.entryId,
          resolution: 'Atendida mesmo assim',
        },
      },
    ]);
  });

  test('that two settle at the same moment is settled by one', async () => {
    const params = { id: (await openConflict()).id };
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, (_, index) =>
        admin.call(resolveConflict, { params, body: { resolution: `Pessoa ${index}` } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      await look.count(`audit_log WHERE action = 'CONFLICT_RESOLVED' AND entity_id = $1`, [params.id]),
    ).toBe(1);
  });

  test('of another company is not there', async () => {
    const theirs = buildConflict(systemEnv, neighbour, {});
    await putRows(look, 'conflict', [theirs]);
    const params = { id: theirs.id };
    const refused = [
      await refusalOf(admin.call(getConflict, { params })),
      await refusalOf(admin.call(resolveConflict, { params, body: { resolution: 'x' } })),
    ];
    expect(refused.map(({ code }) => code)).toEqual(['not_found', 'not_found']);
  });
});

describe('what was kept aside', () => {
  test('is listed by size and shown byte for byte, to admins only', async () => {
    const totem = await enrolTotem(cloud);
    const bytes = Buffer.from('{"protocol":1,"broken": \u00e7');
    for (let times = 0; times < 3; times += 1) await pushRaw(cloud, totem.token, bytes);
    const { items } = await admin.call(listQuarantine, { query: { equipmentId: totem.equipmentId } });
    expect(items).toHaveLength(1);
    const [kept] = items;
    expect(kept).toMatchObject({ reason: 'batch_unparsable', times: 3, sizeBytes: bytes.length });
    expect(Object.keys(kept ?? {})).not.toContain('bytes');
    const params = { id: String(kept?.id) };
    const whole = await admin.call(getQuarantined, { params });
    expect(Buffer.from(whole.bytes, 'base64').equals(bytes)).toBe(true);
    const refused = [
      await refusalOf(operator.call(listQuarantine, {})),
      await refusalOf(operator.call(getQuarantined, { params })),
      await refusalOf(apiOf(cloud.url, await neighbour.signIn()).call(getQuarantined, { params })),
    ];
    expect(refused.map(({ code }) => code)).toEqual(['forbidden', 'forbidden', 'not_found']);
  });
});
