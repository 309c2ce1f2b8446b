/**
 * Every operation of the API as everybody: who may not is refused in one way, whatever they name; and another company's id is
 * answered byte for byte like an id that nobody has, wherever an id can stand. The rows of this matrix follow from the routes:
 * one that needs something which nobody has said fails the first test, with what to add where.
 */
import {
  CHAIN_START,
  COMMAND_PERMISSIONS,
  type Command,
  chainDrafts,
  type Id,
  may,
  newId,
  type OriginId,
  type Principal,
  SHAPE_ACTORS,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { draft } from '@totem/testkit/builders';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSigningKey } from '../access/signing-key.ts';
import { enrolTotem, push, sealedBatch } from '../testing/branch.ts';
import { type Caller, callersOf } from '../testing/callers.ts';
import { type Company, openCompany } from '../testing/company.ts';
import { allOperations, type Operation } from '../testing/operations.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { RECORD_KINDS } from '../testing/record-kinds.ts';
import {
  type IdPlace,
  idPlacesOf,
  nobodysId,
  requestsFor,
  send,
  type TestRequest,
} from '../testing/requests.ts';

/** Protocols are no part of the contract: who may speak them, and as whom they are tried. */
const PROTOCOLS: Readonly<Record<string, { readonly as: string; may(principal: Principal): boolean }>> = {
  pushLedger: { as: 'a totem', may: isTotem },
  ledgerCursor: { as: 'a totem', may: isTotem },
  hubDirectory: { as: 'a totem', may: isTotem },
  announceHub: { as: 'a totem', may: isTotem },
  deviceStatus: {
    as: 'a totem',
    may: (principal) => principal.kind === 'device' && principal.type !== 'panel',
  },
  deviceKey: { as: 'a totem', may: isTotem },
  siteDesk: {
    as: 'admin',
    may: (principal) =>
      principal.kind === 'device' || (principal.kind === 'user' && may(principal, 'queue.serve')),
  },
  followShape: {
    as: 'admin',
    may: (principal) =>
      principal.kind === 'user' ||
      (principal.kind === 'device' && SHAPE_ACTORS.service.includes(principal.type)),
  },
};
function isTotem(principal: Principal): boolean {
  return principal.kind === 'device' && principal.type === 'totem';
}

/** A version that no row has: so that a request about one's own row is seen to reach it, and changes nothing. */
const NO_VERSION = 999;
/** Headers that differ from answer to answer. */
const CHANGING = ['date', 'x-request-id', 'content-length'];
const CHANGING_FIELDS = /"(?:requestId|serverTime)":"[^"]+"/g;
const METHOD_ORDER = ['GET', 'PATCH', 'PUT', 'POST', 'DELETE'];

const OPERATIONS = allOperations().toSorted(
  (a, b) => METHOD_ORDER.indexOf(a.method) - METHOD_ORDER.indexOf(b.method),
);
const named = OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);
const withIds = named.filter(([, { params, query, bodies }]) =>
  [
    params.length > 0,
    query.some(({ isId }) => isId),
    bodies.some(({ fields }) => fields.some(({ holds }) => holds !== 'other')),
  ].some(Boolean),
);

const signingKey = newSigningKey();
let cloud: TestCloud;
let look: Onlooker;
let mine: Company;
let theirs: Company;
let callers: readonly Caller[];
/** What the neighbours have, as it was before anybody knocked. */
let before: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  cloud = await testCloud({ signingKey });
  look = await onlooker(cloud.urls);
  mine = await openCompany(cloud, look, 'mine');
  theirs = await openCompany(cloud, look, 'theirs');
  for (const company of [mine, theirs])
    for (const kind of Object.keys(RECORD_KINDS)) await company.idOf(kind);
  const open = OPERATIONS.find(({ id }) => id === 'runCommand') as Operation;
  for (const request of await requestsFor(open, mine))
    if (request.body?.type === 'counter.open')
      expect((await send(cloud.url, request, mine.token)).status).toBe(200);
  callers = await callersOf(cloud, mine, signingKey);
  // A device ends only what it was asked itself.
  const totem = callerNamed('a totem').principal;
  if (totem?.kind === 'device')
    await look.rows('UPDATE device_command SET equipment_id = $2 WHERE tenant_id = $1', [
      mine.tenantId,
      totem.equipmentId,
    ]);
  before = await contentOf(theirs);
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

/** Every row of a company in every table, as a digest for each table. */
async function contentOf({ tenantId }: Company): Promise<Readonly<Record<string, unknown>>> {
  const tables = await look.rows(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const content: Record<string, unknown> = {};
  for (const { name } of tables)
    content[String(name)] = (
      await look.rows(
        `SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t WHERE tenant_id = $1`,
        [tenantId],
      )
    )[0];
  return content;
}

function callerNamed(wanted: string): Caller {
  const found = callers.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`there is no caller ${wanted}`);
  return found;
}

/** Whether a caller has what a request needs. */
function isAllowed({ operation, body }: TestRequest, principal: Principal): boolean {
  const { id, access } = operation;
  if (access === undefined) return PROTOCOLS[id]?.may(principal) === true;
  if (id === 'runCommand') return may(principal, COMMAND_PERMISSIONS[body?.type as Command['type']]);
  return access === 'anyone' || access === 'signed_in' || may(principal, access);
}

/** Who has all that a request needs: the admin, but for what is a totem's, the platform's own, and protocols. */
function callerFor(request: TestRequest): Caller {
  const { id } = request.operation;
  const some = [PROTOCOLS[id]?.as ?? 'admin', 'a totem'].map(callerNamed);
  const fit = some.find(({ principal }) => principal !== undefined && isAllowed(request, principal));
  return fit ?? callerNamed('who runs the platform');
}

interface Seen {
  readonly status: number;
  readonly code: unknown;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What an answer says, without what differs from answer to answer; `id` is what was named. */
async function ask(request: TestRequest, caller: Caller, id = '', version = 1): Promise<Seen> {
  const answer = await send(cloud.url, request, caller.token, { version });
  const text = await answer.text();
  if (caller.principal?.kind !== 'owner') expect(text).not.toContain(theirs.canary);
  const isRefusal = answer.status >= 400;
  return {
    status: answer.status,
    code: isRefusal ? (JSON.parse(text) as { code?: unknown }).code : undefined,
    headers: [...answer.headers].filter(([name]) => !CHANGING.includes(name)),
    body: text.replaceAll(id === '' ? '\u0000' : id, 'ID').replaceAll(CHANGING_FIELDS, '"…"'),
  };
}

/** A right request, or several, in which each id in the path is one that nobody has: refused or not, it changes nothing. */
async function harmless(operation: Operation): Promise<readonly TestRequest[]> {
  const requests = await requestsFor(operation, mine);
  return requests.map((request) => ({
    ...request,
    params: Object.fromEntries(operation.params.map((name) => [name, nobodysId(operation.kind)])),
  }));
}

/** What keeps an operation from having a row in this matrix. */
async function lacking(operation: Operation): Promise<string[]> {
  const { id, access } = operation;
  const faults = access === undefined && !(id in PROTOCOLS) ? [`${id}: no route, and not in PROTOCOLS`] : [];
  try {
    for (const request of await requestsFor(operation, mine))
      for (const { name, kind } of idPlacesOf(request))
        if (kind === undefined)
          faults.push(`${id}: say what ${name} names, in cloud/testing/record-kinds.ts or requests.ts`);
  } catch (error) {
    faults.push(`${id}: ${error instanceof Error ? error.message : error}`);
  }
  return faults;
}

describe('the matrix', () => {
  test('has a row for every operation', async () => {
    const faults: string[] = [];
    for (const operation of OPERATIONS) faults.push(...(await lacking(operation)));
    expect(faults).toEqual([]);
    expect(OPERATIONS.length).toBeGreaterThan(100);
  });

  test('notices an operation without one', async () => {
    const [some] = OPERATIONS as [Operation];
    const made: Operation = {
      ...some,
      id: 'getMoon',
      kind: '/v1/moons',
      params: ['id'],
      query: [],
      bodies: [],
    };
    expect(await lacking(made)).toEqual([expect.stringContaining('/v1/moons')]);
    const query = [{ name: 'moonId', required: false, isId: true }];
    const listed = await lacking({ ...made, params: [], query });
    expect(listed).toEqual([expect.stringContaining('say what ?moonId names')]);
    const bodies = [{ type: undefined, fields: [] }];
    expect(await lacking({ ...made, method: 'PUT', params: [], bodies })).toEqual([
      expect.stringContaining('nobody has said what its body is'),
    ]);
    expect(await lacking({ ...made, access: undefined, params: [] })).toEqual([
      expect.stringContaining('not in PROTOCOLS'),
    ]);
  });
});

describe('who may not is refused:', () => {
  test.each(named.filter(([, { access }]) => access !== 'anyone'))('%s', async (_, operation) => {
    for (const request of await harmless(operation))
      for (const caller of callers) {
        const { status, code, body } = await ask(request, caller);
        const said = `${caller.name}: ${status} ${body.slice(0, 200)}`;
        if (caller.principal === undefined) expect(code, said).toBe('unauthorized');
        else if (!isAllowed(request, caller.principal))
          // A protocol may say first that there is no such place.
          expect(operation.access === undefined ? ['forbidden', 'not_found'] : ['forbidden'], said).toContain(
            code,
          );
        else {
          expect(status, said).not.toBe(401);
          expect(status, said).toBeLessThan(500);
          if (caller === callerFor(request) && operation.access !== 'signed_in')
            expect(code, said).not.toBe('forbidden');
        }
      }
  });
});

describe("another company's id is nobody's:", () => {
  test.each(withIds)('%s', async (_, operation) => {
    for (const request of await requestsFor(operation, mine))
      for (const place of idPlacesOf(request)) await isNobodys(request, place);
  });
});

async function isNobodys(request: TestRequest, place: IdPlace): Promise<void> {
  const caller = callerFor(request);
  const [foreign, unknown] = [await theirs.idOf(place.kind ?? ''), nobodysId(place.kind)];
  const about = `${place.name} by ${caller.name}`;
  // Who runs the platform sees every company as such: to them none is foreign.
  if (caller.principal?.kind !== 'owner') {
    const answers = [
      await ask(place.with(foreign), caller, foreign),
      await ask(place.with(unknown), caller, unknown),
    ];
    expect(answers[0], about).toEqual(answers[1]);
    expect(answers[0]?.status, about).toBeLessThan(500);
    if (place.name.startsWith('{') && !place.isMade)
      expect(answers[0], about).toMatchObject({ status: 404, code: 'not_found' });
  }
  // Who may not is refused before anything is looked for.
  const outsider = callers.find(({ principal }) => principal !== undefined && !isAllowed(request, principal));
  const own = await mine.idOf(place.kind ?? '');
  if (outsider !== undefined) {
    const refusals: Seen[] = [];
    for (const id of [own, foreign, unknown]) refusals.push(await ask(place.with(id), outsider, id));
    expect(refusals[1], about).toEqual(refusals[2]);
    // A protocol may say first that there is no such place, as long as it says so of every place that is not one's own.
    if (request.operation.access !== undefined) expect(refusals[1], about).toEqual(refusals[0]);
  }
  // And one's own is found: the request is a right one.
  const found = await ask(place.with(own), caller, own, NO_VERSION);
  expect(found.code ?? '', `${about}: ${found.body}`).not.toMatch(
    /^((ticket_|service_|counter_)?not_found|invalid_request)$/,
  );
}

describe('after all of it', () => {
  test('nothing of the other company has changed', async () => {
    expect(await contentOf(theirs)).toEqual(before);
    expect(before).toMatchObject({ ticket: { count: '1' }, audit_seal: { count: '1' } });
  });

  test('an origin that a totem opens under the id of another company is its own', async () => {
    const totem = await enrolTotem({ cloud: cloud.cloud, seed: { ...cloud.seed, ...mine } });
    const foreign = (await theirs.idOf('/v1/audit/origins')) as OriginId;
    const answers = [foreign, newId<'origin'>(systemEnv)].map(async (origin) => {
      const context = { tenantId: mine.tenantId, origin, commandId: null, clockSuspect: false };
      const data = { reason: 'enrolled' };
      const opening = draft('ORIGIN_OPENED', 'origin', origin as string as Id<string>, data, mine);
      const chained = chainDrafts(systemEnv, context, CHAIN_START, [opening]);
      const { status, body } = await push(cloud, totem, sealedBatch(totem, mine.tenantId, chained));
      return { status, body, origin };
    });
    for (const { status, body, origin } of await Promise.all(answers))
      expect({ status, body }).toMatchObject({ status: 200, body: { acknowledged: 1, origin } });
    expect(await contentOf(theirs)).toEqual(before);
  });
});
