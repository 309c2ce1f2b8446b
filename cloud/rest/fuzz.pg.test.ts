/**
 * Requests that nobody would write, made from the OpenAPI document: whatever is sent to whatever is documented, by whomever,
 * is answered with what the document says, or refused with a code that it names. No fault, no stack, no SQL, no path of a file.
 */

import { ROUTES } from '@totem/api';
import { ERRORS, type ErrorCode, KEY_SCOPES } from '@totem/domain';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof, recordProof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiOf } from '../testing/api.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { fitting, type JsonSchema, missing, type SchemaWorld } from '../testing/schema-values.ts';
import { openApiDocument } from './openapi.ts';

const RUNS = proof('api/requests that nobody would write', { share: 1_300, full: 10_000, unit: 'requests' });
const SEED = 20_261_128;
/** Requests between two looks at whether the people who send them may still come in. */
const ROUND = 100;
const AT_ONCE = 8;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: JsonSchema | undefined;
  readonly bodyType: string;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Sent {
  readonly operation: Operation;
  readonly who: Who;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const WHO = ['admin', 'admin', 'admin', 'operador', 'key', 'nobody', 'nonsense'] as const;
type Who = (typeof WHO)[number];

/** What a shape follower waits for is not waited for here. */
const LEFT_OUT = ['live'];

let cloud: TestCloud;
let look: Onlooker;
let operations: readonly Operation[];
let world: SchemaWorld;
let key: string;
let people: Record<string, unknown>[];

beforeAll(async () => {
  cloud = await testCloud();
  look = await onlooker(cloud.urls);
  const document = openApiDocument() as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, never>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, spec]) => operationOf(path, method, spec)),
  );
  world = {
    resolve: (ref) => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {},
    ids: await knownIds(),
  };
  const admin = apiOf(cloud.url, await cloud.signIn('admin'));
  key = (await admin.call(ROUTES.createApiKey, { body: { name: 'Fuzz', scopes: [...KEY_SCOPES] } })).key;
  people = await look.rows('SELECT * FROM app_user');
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

function operationOf(path: string, method: string, spec: Record<string, never>): Operation {
  const {
    operationId,
    parameters = [],
    requestBody,
    responses,
  } = spec as unknown as {
    readonly operationId: string;
    readonly parameters?: readonly Parameter[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
    readonly responses: Operation['responses'];
  };
  const [[bodyType, { schema: body }] = ['application/json', { schema: undefined }]] = Object.entries(
    requestBody?.content ?? {},
  );
  const asked = parameters.filter(({ name }) => !LEFT_OUT.includes(name));
  return { operationId, method: method.toUpperCase(), path, parameters: asked, body, bodyType, responses };
}

/** Ids of rows of every kind that a path can name. */
async function knownIds(): Promise<string[]> {
  const tables = ['site', 'service', 'priority_class', 'counter', 'app_user', 'equipment', 'tenant'];
  const rows = await look.rows(
    tables.map((table) => `(SELECT id FROM ${table} ORDER BY id LIMIT 5)`).join(' UNION ALL '),
  );
  return rows.map(({ id }) => String(id));
}

/** An address that is longer is refused before there is a request. */
const ENCODED_LENGTH_MAX = 1_500;
const encoded = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return encodeURIComponent(text.slice(0, ENCODED_LENGTH_MAX / 6).toWellFormed());
};
/** What a header can carry at all; the rest never leaves a client. */
const asHeader = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replace(/[^\t\x20-\x7e]/g, '?');

function requestOf(operation: Operation): fc.Arbitrary<Sent> {
  const anyValueOf = ({ schema }: { readonly schema: JsonSchema }) =>
    fc.oneof(
      { weight: 7, arbitrary: fitting(schema, world) },
      { weight: 1, arbitrary: missing(schema, world) },
    );
  const values = fc.tuple(
    ...operation.parameters.map((parameter) =>
      fc.tuple(
        fc.constant(parameter),
        anyValueOf(parameter),
        fc.boolean().map((isGiven) => isGiven || parameter.required === true),
        fc.integer({ min: 0, max: 40 }),
      ),
    ),
  );
  const body =
    operation.body === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          {
            weight: 8,
            arbitrary: anyValueOf({ schema: operation.body }).map((value) => written(operation, value)),
          },
          { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '[]', '{"a":1,"a":2}', '\u0000', 'NaN') },
        );
  const type = fc.oneof(
    { weight: 20, arbitrary: fc.constant(operation.bodyType) },
    { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'nonsense') },
  );
  return fc.record({ values, body, type, who: fc.constantFrom(...WHO) }).map((made) => {
    let path = operation.path;
    const query: string[] = [];
    const headers: Record<string, string> = {};
    for (const [{ name, in: place }, value, isGiven, dropped] of made.values) {
      if (place === 'path') path = path.replace(`{${name}}`, encoded(value) || '%20');
      else if (!isGiven || dropped === 0) continue;
      else if (place === 'query') query.push(`${name}=${encoded(value)}`);
      else headers[name] = name === 'If-Match' ? `"${1 + (dropped % 3)}"` : asHeader(value);
    }
    if (made.body !== undefined) headers['content-type'] = made.type;
    const address = query.length === 0 ? path : `${path}?${query.join('&')}`;
    return { operation, who: made.who, address, headers, body: made.body };
  });
}

function written({ bodyType }: Operation, value: unknown): string {
  const isForm =
    bodyType === 'application/x-www-form-urlencoded' && typeof value === 'object' && value !== null;
  if (!isForm) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, of]) => [
    name.toWellFormed(),
    (typeof of === 'string' ? of : JSON.stringify(of)).toWellFormed(),
  ]);
  return new URLSearchParams(fields).toString();
}

/** Tokens of this round; whoever was turned out, renamed or given another password is put back first. */
async function tokensOf(): Promise<Record<Who, string | undefined>> {
  await look.rows('DELETE FROM second_factor');
  await look.rows(
    `UPDATE tenant SET suspended_at = NULL, deleted_at = NULL, require_second_factor_for_admins = false`,
  );
  for (const { id, username, hashed_password, role } of people)
    await look.rows(
      `UPDATE app_user SET username = $2, hashed_password = $3, role = $4, active = true, deleted_at = NULL,
         must_change_password = false WHERE id = $1`,
      [id, username, hashed_password, role],
    );
  await look.rows('UPDATE api_key SET revoked_at = NULL');
  const [admin, operador] = [await cloud.signIn('admin'), await cloud.signIn('operador')];
  return { admin, operador, key, nobody: undefined, nonsense: 'nonsense' };
}

async function send(sent: Sent, token: string | undefined) {
  const answer = await fetch(`${cloud.url}${sent.address}`, {
    method: sent.operation.method,
    headers: { ...sent.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

/** What an answer must not be, in a sentence; undefined when all is well. */
function faultOf(sent: Sent, { status, type, text }: Awaited<ReturnType<typeof send>>): string | undefined {
  if (status >= 500) return 'a fault of the server';
  if (INSIDE.test(text)) return 'something of the inside is told';
  const documented = sent.operation.responses[String(status)];
  if (documented === undefined) return `status ${status} is not documented`;
  if (status < 400) return undefined;
  if (!type.startsWith('application/problem+json'))
    return isShapeRefusal(sent) ? undefined : `refused as ${type}`;
  const { code } = JSON.parse(text) as { readonly code: ErrorCode };
  if (ERRORS[code]?.status !== status) return `code ${code} with status ${status}`;
  return documented.description.includes(`\`${code}\``) ? undefined : `code ${code} is not documented`;
}

/** Stacks, statements, drivers and files. */
const INSIDE =
  /\bat [\w.<>]+ \(|node_modules|\.ts:\d|SELECT .* FROM|INSERT INTO|violates|constraint|ECONN|postgres|\/work\/|\/home\//i;
/** The shape protocol has refusals of its own form. */
const isShapeRefusal = ({ operation }: Sent) => operation.operationId === 'followShape';

test('are answered as the document says', { timeout: 1_800_000 }, async () => {
  // Each operation in turn, so that none is left out of a share.
  const each = operations.map((operation, index) =>
    fc.sample(requestOf(operation), { numRuns: Math.ceil(RUNS / operations.length), seed: SEED + index }),
  );
  const sample = Array.from({ length: RUNS }, (_, index) => {
    const made = each[index % each.length]?.[Math.floor(index / each.length)];
    if (made === undefined) throw new Error('there are no operations');
    return made;
  });
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const succeeded = new Set<string>();
  for (let start = 0; start < sample.length; start += ROUND) {
    const tokens = await tokensOf();
    const round = sample.slice(start, start + ROUND);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, lane) => {
        for (const sent of round.filter((__, index) => index % AT_ONCE === lane)) {
          const answer = await send(sent, tokens[sent.who]);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          if (answer.status < 300) succeeded.add(sent.operation.operationId);
          const fault = faultOf(sent, answer);
          if (fault !== undefined)
            faults.push(
              `${fault}: ${sent.who} ${sent.operation.method} ${sent.address.slice(0, 300)} ${sent.body?.slice(0, 500) ?? ''} -> ${answer.status} ${answer.text.slice(0, 400)}`,
            );
        }
      }),
    );
  }
  expect(faults.slice(0, 20)).toEqual([]);
  // Requests that are all refused at the door would prove little; some need an id or a signature that chance does not find.
  expect(succeeded.size).toBeGreaterThan(operations.length / 5);
  recordProof('api/requests that nobody would write', {
    operations_count: operations.length,
    operations_that_succeeded_count: succeeded.size,
    succeeded_count: [...statuses].reduce((sum, [status, times]) => sum + (status < 300 ? times : 0), 0),
  });
});
