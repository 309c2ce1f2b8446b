/**
 * Rows for tests of what is searched and looked back on, put into their tables as they are: past every fence, and past the
 * ledger that would have written them.
 */
import { columnName, type Env, type Id, instantText, newId } from '@totem/domain';
import type { Onlooker } from './owner.ts';

/** A row by the names of its fields in TypeScript. */
export type TestRow = Readonly<Record<string, unknown>>;

/** Inserts rows of a table; every column that has no default must be given. */
export async function putRows(look: Onlooker, table: string, rows: readonly TestRow[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).map(columnName).join(', ');
  const records = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([field, value]) => [columnName(field), value])),
  );
  await look.rows(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(null::${table}, $1::jsonb)`,
    [JSON.stringify(records)],
  );
}

/** A new row, each field open to an override. */
type Built<K extends string> = TestRow & { readonly id: Id<K> };

/** What every row of a site has. */
interface Place {
  readonly tenantId: string;
  readonly siteId: string;
}

const born = <K extends string>(env: Env, { tenantId, siteId }: Place) => ({
  tenantId,
  id: newId<K>(env),
  createdAt: instantText(env.now()),
  siteId,
});
const unfolded = { conflict: null, folded: {} } as const;

export function buildTicket(env: Env, place: Place, over: TestRow): Built<'ticket'> {
  const at = instantText(env.now());
  return {
    ...born<'ticket'>(env, place),
    serviceId: newId<'service'>(env),
    code: 'A001',
    businessDay: '2026-11-23',
    lane: '1',
    number: 1,
    priorityClassId: newId<'priority_class'>(env),
    priority: 0,
    partySize: 1,
    state: 'waiting',
    reason: null,
    heldReason: null,
    channel: 'totem',
    operatorId: null,
    counterId: null,
    issuedAt: at,
    waitingSince: at,
    stageSince: at,
    calledAt: null,
    calls: 0,
    startedAt: null,
    endedAt: null,
    updatedAt: at,
    priceCents: 0,
    ...unfolded,
    ...over,
  };
}

export function buildCall(env: Env, place: Place, over: TestRow): Built<'call'> {
  return {
    ...born<'call'>(env, place),
    ticketId: newId<'ticket'>(env),
    code: 'A001',
    businessDay: '2026-11-23',
    counterId: newId<'counter'>(env),
    counterNumber: 1,
    operatorId: newId<'user'>(env),
    number: 1,
    priority: 0,
    calledAt: instantText(env.now()),
    why: { policy: 'strict', policyVersion: 1, candidates: 1, runnerUp: null },
    ...unfolded,
    ...over,
  };
}

export function buildOperatorSession(env: Env, place: Place, over: TestRow): Built<'operator_session'> {
  return {
    ...born<'operator_session'>(env, place),
    userId: newId<'user'>(env),
    counterId: newId<'counter'>(env),
    since: instantText(env.now()),
    until: null,
    ...unfolded,
    ...over,
  };
}

export function buildPayment(env: Env, place: Place, over: TestRow): Built<'payment_session'> {
  return {
    ...born<'payment_session'>(env, place),
    ticketId: newId<'ticket'>(env),
    attempt: 1,
    method: 'pix',
    adapter: 'simulator',
    externalId: null,
    currency: 'BRL',
    amountCents: 1_500,
    paidCents: 0,
    refundedCents: 0,
    status: 'pending',
    phase: 'intent',
    failureCode: null,
    details: {},
    equipmentId: null,
    operatorId: null,
    businessDay: '2026-11-23',
    paidAt: null,
    updatedAt: instantText(env.now()),
    ...unfolded,
    ...over,
  };
}

export function buildTransaction(env: Env, place: Place, over: TestRow): Built<'payment_transaction'> {
  return {
    ...born<'payment_transaction'>(env, place),
    paymentSessionId: newId<'payment_session'>(env),
    adapter: 'simulator',
    kind: 'authorize',
    externalId: null,
    amountCents: 1_500,
    outcome: 'approved',
    raw: {},
    ...unfolded,
    ...over,
  };
}

export function buildCharge(env: Env, place: Place, over: TestRow): Built<'payment_session'> {
  return {
    ...born<'payment_session'>(env, place),
    ticketId: newId<'ticket'>(env),
    adapter: 'pix',
    externalId: newId<'charge'>(env).replaceAll('-', ''),
    amountCents: 1_500,
    currency: 'BRL',
    reference: 'A001',
    expiresInSeconds: 180,
    state: 'ended',
    askingUntil: null,
    answer: { kind: 'canceled' },
    paidLate: false,
    updatedAt: instantText(env.now()),
    ...over,
  };
}

export function buildRefundOrder(env: Env, place: Place, over: TestRow): Built<'refund_order'> {
  return {
    ...born<'refund_order'>(env, place),
    means: 'provider',
    amountCents: 100,
    reason: 'a test',
    askedBy: null,
    equipmentId: null,
    state: 'failed',
    answer: { kind: 'failed', cause: 'NAO_REALIZADO' },
    updatedAt: instantText(env.now()),
    ...over,
  };
}

export function buildReconciliation(
  env: Env,
  { tenantId }: Pick<Place, 'tenantId'>,
  over: TestRow,
): Built<'reconciliation'> {
  return {
    tenantId,
    id: newId<'reconciliation'>(env),
    createdAt: instantText(env.now()),
    day: '2026-11-22',
    state: 'failed',
    cause: null,
    matched: 0,
    strangers: 0,
    differing: 0,
    ...over,
  };
}

export function buildReconciliationItem(
  env: Env,
  { tenantId }: Pick<Place, 'tenantId'>,
  over: TestRow,
): Built<'reconciliation_item'> {
  return {
    tenantId,
    id: newId<'reconciliation_item'>(env),
    createdAt: instantText(env.now()),
    kind: 'only_theirs',
    endToEndId: 'E1',
    externalId: null,
    amountCents: 100,
    chargeId: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    ...over,
  };
}

export function buildReceipt(env: Env, place: Place, over: TestRow): Built<'receipt'> {
  return {
    ...born<'receipt'>(env, place),
    ticketId: newId<'ticket'>(env),
    paymentSessionId: null,
    kind: 'payment',
    code: 'R-0001',
    content: {},
    text: '',
    issuedAt: instantText(env.now()),
    reprints: 0,
    ...unfolded,
    ...over,
  };
}

export function buildConflict(
  env: Env,
  { tenantId, siteId }: { readonly tenantId: string; readonly siteId: string | null },
  over: TestRow,
): Built<'conflict'> {
  return {
    tenantId,
    id: newId<'conflict'>(env),
    kind: 'called_twice',
    siteId,
    entity: 'ticket',
    entityId: newId<'entity'>(env),
    entryId: newId<'entry'>(env),
    detail: {},
    foundAt: instantText(env.now()),
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    ...over,
  };
}
