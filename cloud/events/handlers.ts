/** The record of what was told, as resources: deliveries with their attempts, sending again, and tests of a receiver. */
import { type Routes, TEST_EVENT } from '@totem/api';
import { type Env, type Id, instantText, newId, type Principal, ProblemError } from '@totem/domain';
import { and, asc, eq, getTableColumns, inArray, isNull, type SQL } from 'drizzle-orm';
import { configNotification, configWebhook } from '../db/schema/configuration.ts';
import { delivery, deliveryAttempt, event } from '../db/schema/deliveries.ts';
import type { ReadHandle, Statement, WriteHandle } from '../db/with-tenant.ts';
import { actsEverywhere, mayWriteAt } from '../rest/configured.ts';
import { type Handler, read, write } from '../rest/mount.ts';
import { every, pageClauses, pageOfRows } from '../rest/page.ts';
import { atSitesOf } from '../rest/scope.ts';
import type { ReceiverKind } from './schedule.ts';

const { tenantId: _, number: __, subject: ___, step: ____, ...KEPT } = getTableColumns(delivery);
const COLUMNS = { ...KEPT, type: event.type, siteId: event.siteId, occurredAt: event.occurredAt };

const REPLAY: Statement = {
  name: 'delivery-replay',
  text: `UPDATE delivery SET state = 'waiting', step = 0, next_at = $3, ended_at = NULL
    WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
};
/** What was given up or dropped of one receiver. */
const REPLAY_SPAN: Statement = {
  name: 'delivery-replay-span',
  text: `UPDATE delivery SET state = 'waiting', step = 0, next_at = $3, ended_at = NULL
    WHERE tenant_id = $1 AND receiver_id = $2 AND state IN ('failed', 'dropped')
      AND created_at >= $4 AND created_at < coalesce($5::timestamptz, 'infinity')`,
};

export const deliveryHandlers = {
  listDeliveries: read(async (tx, { principal, query }) => {
    const order = { at: delivery.createdAt, id: delivery.id, direction: 'newest first' } as const;
    const { after, orderBy, limit } = pageClauses(order, query);
    const rows = await deliveries(
      tx,
      principal,
      query.receiverId === undefined ? undefined : eq(delivery.receiverId, query.receiverId),
      query.state === undefined ? undefined : inArray(delivery.state, [...query.state]),
      after,
    )
      .orderBy(...orderBy)
      .limit(limit);
    return { body: pageOfRows(rows, query, ({ createdAt, id }) => ({ at: createdAt, id }), view) };
  }),
  getDelivery: read(async (tx, { principal, params }) => {
    const row = await deliveryById(tx, principal, params.id);
    const [told] = await tx.orm
      .select({ data: event.data })
      .from(event)
      .where(and(eq(event.tenantId, tx.tenantId), eq(event.id, row.eventId)));
    const { tenantId: _, deliveryId: __, ...TRIED } = getTableColumns(deliveryAttempt);
    const tries = await tx.orm
      .select(TRIED)
      .from(deliveryAttempt)
      .where(and(eq(deliveryAttempt.tenantId, tx.tenantId), eq(deliveryAttempt.deliveryId, row.id)))
      .orderBy(asc(deliveryAttempt.attempt));
    return { body: { ...view(row), data: told?.data ?? {}, tries } };
  }),
  replayDelivery: write(async (tx, { principal, params, env }) => {
    const row = await deliveryById(tx, principal, params.id);
    await requireReceiver(tx, principal, row.receiverId);
    await tx.run(REPLAY, [tx.tenantId, [row.id], instantText(env.now())]);
    return { body: view(await deliveryById(tx, principal, row.id)) };
  }),
  replayDeliveries: write(async (tx, { principal, body, env }) => {
    const { receiverId, from, to = null } = body;
    await requireReceiver(tx, principal, receiverId);
    const replayed = await tx.run(REPLAY_SPAN, [tx.tenantId, receiverId, instantText(env.now()), from, to]);
    return { body: { replayed } };
  }),
  testWebhook: write((tx, { principal, params, env }) => testOf(tx, env, principal, params.id)),
  testNotification: write((tx, { principal, params, env }) => testOf(tx, env, principal, params.id)),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

type DeliveryRow = Awaited<ReturnType<typeof deliveryById>>;

function deliveries(tx: ReadHandle, principal: Principal, ...where: readonly (SQL | undefined)[]) {
  return tx.orm
    .select(COLUMNS)
    .from(delivery)
    .innerJoin(event, and(eq(event.tenantId, delivery.tenantId), eq(event.id, delivery.eventId)))
    .where(every(eq(delivery.tenantId, tx.tenantId), atSitesOf(principal, event.siteId), ...where))
    .$dynamic();
}

/** @throws ProblemError `not_found` */
async function deliveryById(tx: ReadHandle, principal: Principal, id: Id<'delivery'>) {
  const [row] = await deliveries(tx, principal, eq(delivery.id, id));
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}

function view({ nextAt, state, ...row }: DeliveryRow) {
  return { ...row, state, nextAt: state === 'waiting' ? nextAt : null };
}

/**
 * The kind of a receiver that is in use, and that the caller may have something sent to.
 * @throws ProblemError `not_found`, `forbidden`, `receiver_not_in_use`
 */
async function requireReceiver(
  tx: ReadHandle,
  principal: Principal,
  receiverId: string,
): Promise<ReceiverKind> {
  const [hook] = await tx.orm
    .select({ active: configWebhook.active, disabledAt: configWebhook.disabledAt })
    .from(configWebhook)
    .where(
      and(
        eq(configWebhook.tenantId, tx.tenantId),
        eq(configWebhook.id, receiverId as Id<'config_webhook'>),
        isNull(configWebhook.deletedAt),
      ),
    );
  const [setting] = await tx.orm
    .select({ active: configNotification.active, siteId: configNotification.siteId })
    .from(configNotification)
    .where(
      and(
        eq(configNotification.tenantId, tx.tenantId),
        eq(configNotification.id, receiverId as Id<'config_notification'>),
        isNull(configNotification.deletedAt),
      ),
    );
  if (hook === undefined && setting === undefined) throw new ProblemError('not_found');
  const may = setting === undefined ? actsEverywhere(principal) : mayWriteAt(principal, setting.siteId);
  if (!may) throw new ProblemError('forbidden');
  if (!(setting ?? hook)?.active || (hook?.disabledAt ?? null) !== null)
    throw new ProblemError('receiver_not_in_use');
  return setting === undefined ? 'webhook' : 'notification';
}

/** An event for one receiver alone. */
async function testOf(tx: WriteHandle, env: Env, principal: Principal, receiverId: string) {
  const kind = await requireReceiver(tx, principal, receiverId);
  const at = instantText(env.now());
  const eventId = newId<'event'>(env);
  const id = newId<'delivery'>(env);
  const about = eventId as string as Id<'entity'>;
  const [made] = await tx.orm
    .insert(event)
    .values({
      tenantId: tx.tenantId,
      id: eventId,
      createdAt: at,
      type: TEST_EVENT,
      siteId: null,
      subject: about,
      data: { receiverId },
      occurredAt: at,
    })
    .returning({ number: event.number });
  await tx.orm.insert(delivery).values({
    tenantId: tx.tenantId,
    id,
    createdAt: at,
    kind,
    receiverId: receiverId as Id<'receiver'>,
    eventId,
    number: made?.number ?? 0,
    subject: about,
    state: 'waiting',
    nextAt: at,
  });
  return { body: view(await testById(tx, id)) };
}

/** A test belongs to no site, and its caller has just made it. @throws ProblemError `not_found` */
async function testById(tx: ReadHandle, id: Id<'delivery'>): Promise<DeliveryRow> {
  const [row] = await tx.orm
    .select(COLUMNS)
    .from(delivery)
    .innerJoin(event, and(eq(event.tenantId, delivery.tenantId), eq(event.id, delivery.eventId)))
    .where(and(eq(delivery.tenantId, tx.tenantId), eq(delivery.id, id)));
  if (row === undefined) throw new ProblemError('not_found');
  return row;
}
