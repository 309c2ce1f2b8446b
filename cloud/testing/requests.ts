/**
 * A right request for every operation, and the same with one id in it replaced. What differs from route to route is said here
 * once: what a field of an id names, what a required field of a query holds, and bodies that make no row of their own.
 */
import { generateKeyPairSync } from 'node:crypto';
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { TEST_PASSWORDS } from '@totem/testkit/postgres';
import { JWT_BEARER_GRANT } from '../access/device-token.ts';
import { openChain, sealedBatch } from './branch.ts';
import type { Company } from './company.ts';
import type { Operation } from './operations.ts';
import { RECORD_KINDS } from './record-kinds.ts';

/** What a field of an id names, by the path of its kind. A command's own id names nothing. */
export const NAMED_BY_FIELD: Readonly<Record<string, string>> = {
  siteId: '/v1/sites',
  siteIds: '/v1/sites',
  site: '/v1/sites',
  tenant: '/v1/tenants',
  tenantId: '/v1/tenants',
  serviceId: '/v1/services',
  serviceIds: '/v1/services',
  toServiceId: '/v1/services',
  priorityClassId: '/v1/priority-classes',
  counterId: '/v1/counters',
  toCounterId: '/v1/counters',
  userId: '/v1/users',
  operatorId: '/v1/users',
  toOperatorId: '/v1/users',
  equipmentId: '/v1/equipment',
  enrolmentId: '/v1/enrolments',
  pairingId: '/v1/pairings',
  attachedTo: '/v1/equipment',
  counterIds: '/v1/counters',
  mediaIds: '/v1/media',
  ticketId: '/v1/tickets',
  entityId: '/v1/tickets',
  paymentId: '/v1/payments',
  refundId: '/v1/refunds',
  pspAccountId: '/v1/settings/psp-accounts',
  receiverId: '/v1/settings/webhooks',
  origin: '/v1/audit/origins',
};

/** What the required fields of queries hold, and what another field needs beside it. */
const QUERY: Readonly<Record<string, (company: Company) => string>> = {
  siteId: ({ siteId }) => siteId,
  site: ({ siteId }) => siteId,
  tenant: ({ tenantId }) => tenantId,
  businessDay: () => '2026-11-23',
  from: () => '2026-11-20T00:00:00.000Z',
  to: () => '2026-11-27T00:00:00.000Z',
  shape: () => 'service',
  offset: () => '-1',
  origin: () => newId<'origin'>(systemEnv),
  method: () => 'pix',
  name: ({ canary }) => canary,
};
const QUERY_BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  entityId: { entity: 'ticket' },
};
/** Reports take days where others take instants. */
const QUERY_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  getQueueReport: { from: '2026-11-20', to: '2026-11-27' },
  getOperatorReport: { from: '2026-11-20', to: '2026-11-27' },
  getTakingsReport: { from: '2026-11-20', to: '2026-11-27' },
};

type Bodies = (company: Company) => object | Promise<object>;
const WRONG = 'not the password';

/** Bodies of what creates and changes no configured row; those follow from the kind of the row. */
const BODIES: Readonly<Record<string, Bodies>> = {
  signIn: ({ username }) => ({ username, password: WRONG }),
  refreshSession: () => ({ refreshToken: 'rt_nobodys' }),
  signOut: () => ({ refreshToken: 'rt_nobodys' }),
  exchangeToken: () => ({ grant_type: JWT_BEARER_GRANT, assertion: 'nobodys' }),
  changeMyPassword: () => ({ oldPassword: WRONG, newPassword: TEST_PASSWORDS.admin }),
  enrolSecondFactor: () => ({ password: WRONG }),
  grantHub: ({ siteId }) => ({ siteId }),
  confirmSecondFactor: () => ({ code: '000000' }),
  removeMySecondFactor: () => ({ password: WRONG, code: '000000' }),
  setUserPassword: () => ({ password: 'jabuticaba no quintal azul' }),
  updateTenant: (c) => ({ name: c.text() }),
  updateTenantById: (c) => ({ name: c.text() }),
  suspendTenant: () => ({ reason: 'a test' }),
  suspendEquipment: () => ({ reason: 'a test' }),
  // Whoever takes over a queue takes it from all other requests.
  moveHub: () => ({ equipmentId: null }),
  announceHub: () => ({
    url: 'https://192.0.2.1:4443',
    authority: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  }),
  deviceStatus: () => ({ appVersion: null, parts: [{ part: 'printer', state: 'ok', detail: {} }] }),
  // Signed by nobody: who may ask is told that.
  deviceKey: () => ({
    from: 'A'.repeat(43),
    fromSignature: 'A'.repeat(86),
    to: 'B'.repeat(43),
    toSignature: 'A'.repeat(86),
  }),
  confirmEnrolment: () => ({ fingerprint: '0000-0000-0000' }),
  claimEnrolment: () => ({ code: '0000-0000', publicKey: 'A'.repeat(43), signature: 'A'.repeat(86) }),
  followEnrolment: async (c) => ({
    enrolmentId: await c.idOf('/v1/enrolments'),
    signature: 'A'.repeat(86),
  }),
  changeDeviceSettings: () => ({ layout: 'calls' }),
  askDevice: () => ({ kind: 'logs' }),
  endDeviceCommand: () => ({ isDone: true }),
  askPairing: () => ({ publicKey: 'A'.repeat(43), signature: 'A'.repeat(86) }),
  followPairing: async (c) => ({ pairingId: await c.idOf('/v1/pairings'), signature: 'A'.repeat(86) }),
  pairEquipment: () => ({ code: '0000-0000' }),
  putCharge: async (c) => ({
    externalId: newId<'charge'>(systemEnv).replaceAll('-', ''),
    ticketId: await c.idOf('/v1/tickets'),
    method: 'pix',
    amountCents: 1_500,
    currency: 'BRL',
    reference: c.text(),
    expiresInSeconds: 180,
  }),
  refundCharge: () => ({ amountCents: 100, reason: 'a test' }),
  issueReceipt: () => ({}),
  payAtCounter: () => ({ method: 'cash', amountCents: 1_500 }),
  runReconciliation: () => ({ day: '2026-11-23' }),
  resolveReconciliationItem: () => ({ resolution: 'a test' }),
  returnOwedCash: () => ({ amountCents: 1 }),
  refundPayment: (c) => ({ amountCents: 1, reason: c.text() }),
  replayDeliveries: async (c) => ({
    receiverId: await c.idOf('/v1/settings/webhooks'),
    from: '2026-11-20T00:00:00.000Z',
  }),
  hintPix: () => ({ pix: [] }),
  hintPixAppended: () => ({ pix: [] }),
  hintOrder: () => ({}),
  rejectRefund: (c) => ({ reason: c.text() }),
  checkInAppointment: async (c) => ({
    siteId: c.siteId,
    code: 'NOBODY',
    priorityClassId: await c.idOf('/v1/priority-classes'),
  }),
  resolveConflict: () => ({ resolution: 'a test' }),
  exportPerson: (c) => ({ by: 'name', value: c.text() }),
  erasePerson: (c) => ({ by: 'name', value: c.text(), reason: 'asked' }),
  pushLedger: ({ tenantId, siteId }) =>
    sealedBatch(generateKeyPairSync('ed25519'), tenantId, openChain(systemEnv, tenantId, siteId).opening),
};

/** Ids in paths that whoever asks makes: one that nobody has is a new one, and so is another company's. */
const MADE_BY_CALLER: Readonly<Record<string, readonly string[]>> = {
  putCharge: ['attemptId'],
  refundCharge: ['refundId'],
};
/** What opens a door to whoever has it, whichever company they are of: it names no row. */
const CAPABILITIES: readonly string[] = ['capability'];

/** A body for each command, by its type. */
const COMMANDS: Readonly<Record<string, Bodies>> = {
  'ticket.create': async (c) => ({
    serviceId: await c.idOf('/v1/services'),
    priorityClassId: await c.idOf('/v1/priority-classes'),
  }),
  'appointment.check_in': async (c) => ({
    code: 'K7MPQ2',
    priorityClassId: await c.idOf('/v1/priority-classes'),
  }),
  'counter.open': async (c) => ({ counterId: await c.idOf('/v1/counters') }),
  'operator.pause': () => ({ reason: 'a test' }),
  'ticket.hold': () => ({ reason: 'a test' }),
  'ticket.reprint': () => ({ reason: 'a test' }),
  'ticket.transfer': async (c) => ({ toServiceId: await c.idOf('/v1/services') }),
  'ticket.cancel': () => ({ reason: 'other' }),
  'ticket.override': () => ({ to: 'finished', reason: 'a test' }),
};

export interface TestRequest {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Where an id stands in a request, and of what kind it is. */
export interface IdPlace {
  readonly name: string;
  readonly kind: string | undefined;
  /** Whether who asks makes it. */
  readonly isMade: boolean;
  /** The request with another id at this place. */
  with(id: string): TestRequest;
}

/** An id that nobody has. */
export function nobodysId(kind: string | undefined): string {
  return RECORD_KINDS[kind ?? '']?.nobodys ?? newId<'entity'>(systemEnv);
}

/** Right requests for an operation: one, or one for each member of a union. Ids in the path are those of the company's rows. */
export async function requestsFor(operation: Operation, company: Company): Promise<readonly TestRequest[]> {
  const params: Record<string, string> = {};
  for (const name of operation.params)
    params[name] = CAPABILITIES.includes(name) ? 'A'.repeat(64) : await company.idOf(operation.kind);
  const query: Record<string, string> = {};
  for (const { name, required } of operation.query)
    if (required) query[name] = QUERY_OF[operation.id]?.[name] ?? sample(operation, name)(company);
  const bodies: (TestRequest['body'] | undefined)[] = [];
  for (const { type } of operation.bodies) bodies.push(await bodyFor(operation, type, company));
  return (bodies.length === 0 ? [undefined] : bodies).map((body) => ({ operation, params, query, body }));
}

function sample({ id }: Operation, name: string): (company: Company) => string {
  const made = QUERY[name];
  if (made === undefined) throw new Error(`${id}: nobody has said what "${name}" of its query holds`);
  return made;
}

async function bodyFor(operation: Operation, type: unknown, company: Company): Promise<TestRequest['body']> {
  const { id, method, kind } = operation;
  if (typeof type === 'string') {
    const isAboutTicket = fieldsOf(operation, type).some(({ name }) => name === 'ticketId');
    return {
      type,
      id: newId<'command'>(systemEnv),
      ...(isAboutTicket ? { ticketId: await company.idOf('/v1/tickets') } : {}),
      ...(await COMMANDS[type]?.(company)),
    };
  }
  const own = await BODIES[id]?.(company);
  if (own !== undefined) return own as TestRequest['body'];
  const made = (await company.bodyOf(kind)) as TestRequest['body'];
  if (made === undefined || (method !== 'POST' && method !== 'PATCH'))
    throw new Error(`${id}: nobody has said what its body is`);
  const names = fieldsOf(operation, type).map(({ name }) => name);
  return Object.fromEntries(Object.entries(made).filter(([name]) => names.includes(name)));
}

function fieldsOf(operation: Operation, type: unknown) {
  return operation.bodies.find((body) => body.type === type)?.fields ?? [];
}

/** Every place of an id in a request. A field that nobody has explained has no kind. */
export function idPlacesOf(request: TestRequest): readonly IdPlace[] {
  const { operation, params, query, body } = request;
  const inPath = operation.params
    .filter((name) => !CAPABILITIES.includes(name))
    .map((name) => ({
      name: `{${name}}`,
      kind: operation.kind in RECORD_KINDS ? operation.kind : undefined,
      isMade: MADE_BY_CALLER[operation.id]?.includes(name) === true,
      with: (id: string) => ({ ...request, params: { ...params, [name]: id } }),
    }));
  const inQuery = operation.query
    .filter(({ isId }) => isId)
    .map(({ name }) => ({
      name: `?${name}`,
      isMade: false,
      kind: NAMED_BY_FIELD[name],
      with: (id: string) => ({ ...request, query: { ...query, ...QUERY_BESIDE[name], [name]: id } }),
    }));
  const inBody = fieldsOf(operation, body?.type)
    .filter(({ name, holds }) => holds !== 'other' && !(body?.type !== undefined && name === 'id'))
    .map(({ name, holds }) => ({
      name: body?.type === undefined ? name : `${name} of ${body.type}`,
      kind: NAMED_BY_FIELD[name],
      isMade: false,
      with: (id: string) => ({ ...request, body: { ...body, [name]: holds === 'ids' ? [id] : id } }),
    }));
  return [...inPath, ...inQuery, ...inBody];
}

/** Sends a request as whoever has the token. */
export function send(
  url: string,
  request: TestRequest,
  token: string | undefined,
  over: { readonly version?: number; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const { version = 1, signal } = over;
  const { operation, params, query, body } = request;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(query).toString();
  return fetch(`${url}${path}${search === '' ? '' : `?${search}`}`, {
    method: operation.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': operation.bodyType ?? 'application/json' }),
      ...(operation.once ? { 'idempotency-key': newId<'key'>(systemEnv) } : {}),
      ...(operation.versioned ? { 'if-match': `"${version}"` } : {}),
    },
    ...(body === undefined ? {} : { body: written(operation, body) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function written({ bodyType }: Operation, body: NonNullable<TestRequest['body']>): string {
  if (bodyType === 'application/x-www-form-urlencoded')
    return new URLSearchParams(body as Readonly<Record<string, string>>).toString();
  // A command that is sent again with its id gets the first answer.
  return JSON.stringify(body.type === undefined ? body : { ...body, id: newId<'command'>(systemEnv) });
}
