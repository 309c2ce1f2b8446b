/** Reports, reckoned from the tickets themselves in one bounded statement each; days are those that the tickets carry. */
import type { QueryOf, Routes } from '@totem/api';
import { hourOfDay, ProblemError } from '@totem/domain';
import { and, between, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { ticket } from '../../db/schema/queue.ts';
import type { ReadHandle } from '../../db/with-tenant.ts';
import { type Handler, read } from '../mount.ts';
import { namesOfPeople } from '../names.ts';
import { requireSite } from '../scope.ts';

/** Lines of one report: days times services, or operators. */
const LINES_MAX = 10_000;
/** Zones differ from UTC by whole quarters of an hour, so a quarter lies within one hour of any site. */
const QUARTER_SECONDS = 900;
const QUARTER_MS = QUARTER_SECONDS * 1_000;
const HOURS_OF_DAY = 24;
/** Seconds of a wait that has no sense, as by a clock that was years off, still fit int4. */
const SECONDS_MAX = 2_147_483_647;

type Query = QueryOf<Routes['getQueueReport']>;

export const reportHandlers = {
  getQueueReport: read(async (tx, { principal, query }) => {
    const { timezone } = await requireSite(tx, principal, query.siteId);
    const lines = bounded(await queueLines(tx, query));
    const quarters = bounded(await queueQuarters(tx, query));
    const total = lines.find(({ businessDay }) => businessDay === null);
    // Without grouping columns there is one line whatever is found.
    if (total === undefined) throw new Error('a report without its total');
    const days = lines.flatMap((line) => {
      const { businessDay, serviceId } = line;
      return businessDay === null || serviceId === null
        ? []
        : [{ businessDay, serviceId, ...figuresView(line) }];
    });
    return {
      body: {
        ...query,
        total: figuresView(total),
        days,
        hours: hoursOf(quarters, timezone),
      },
    };
  }),
  getOperatorReport: read(async (tx, { principal, query }) => {
    await requireSite(tx, principal, query.siteId);
    const lines = bounded(await operatorLines(tx, query));
    const people = await namesOfPeople(
      tx,
      lines.map(({ operatorId }) => operatorId),
    );
    const operators = lines.flatMap(({ operatorId, ...line }) =>
      operatorId === null ? [] : [{ operatorId, name: people.get(operatorId) ?? null, ...line }],
    );
    return { body: { ...query, operators } };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

const isServed = eq(ticket.state, 'finished');
const isNoShow = and(eq(ticket.state, 'canceled'), eq(ticket.reason, 'no_show'));
const wait = secondsBetween(ticket.waitingSince, ticket.startedAt);
const service = secondsBetween(ticket.startedAt, ticket.endedAt);
const serviceSecondsMean = sql<number | null>`round(avg(${service}) FILTER (WHERE ${isServed}))::int4`;

const FIGURES = {
  issued: counted(sql`true`),
  served: counted(isServed),
  noShow: counted(isNoShow),
  canceled: counted(sql`${ticket.state} = 'canceled' AND ${ticket.reason} IS DISTINCT FROM 'no_show'`),
  expired: counted(eq(ticket.state, 'expired')),
  waitMean: sql<number | null>`round(avg(${wait}) FILTER (WHERE ${isServed}))::int4`,
  // Waits that were, and not values between two of them.
  waitPercentiles: sql<
    number[] | null
  >`percentile_disc(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY ${wait}) FILTER (WHERE ${isServed})`,
  serviceSecondsMean,
};

/** The figures of each day and service, and with neither those of the whole span. */
export function queueLines(tx: ReadHandle, query: Query) {
  const { businessDay, serviceId } = ticket;
  return tx.orm
    .select({
      businessDay: sql<string | null>`${businessDay}`,
      serviceId: sql<typeof serviceId._.data | null>`${serviceId}`,
      ...FIGURES,
    })
    .from(ticket)
    .where(within(tx, query))
    .groupBy(sql`GROUPING SETS ((${businessDay}, ${serviceId}), ())`)
    .orderBy(businessDay, serviceId)
    .limit(LINES_MAX + 1);
}

/** Tickets by the quarter of an hour of their issue. */
export function queueQuarters(tx: ReadHandle, query: Query) {
  const quarter = sql<number>`floor(extract(epoch FROM ${ticket.issuedAt}) / ${sql.raw(String(QUARTER_SECONDS))})`;
  return tx.orm
    .select({
      quarter: quarter.mapWith(Number),
      issued: counted(sql`true`),
      served: counted(isServed),
      waits: counted(and(isServed, isNotNull(wait))),
      waitSeconds: sql<number>`coalesce(sum(${wait}) FILTER (WHERE ${isServed}), 0)`.mapWith(Number),
    })
    .from(ticket)
    .where(within(tx, query))
    .groupBy(quarter)
    .limit(LINES_MAX + 1);
}

/** What each operator has done with the tickets that were theirs last. */
export function operatorLines(tx: ReadHandle, query: Query) {
  return tx.orm
    .select({
      operatorId: ticket.operatorId,
      served: counted(isServed),
      noShow: counted(isNoShow),
      serviceSecondsMean,
    })
    .from(ticket)
    .where(and(within(tx, query), isNotNull(ticket.operatorId)))
    .groupBy(ticket.operatorId)
    .orderBy(ticket.operatorId)
    .limit(LINES_MAX + 1);
}

function within(tx: ReadHandle, { siteId, from, to }: Query): SQL | undefined {
  return and(
    eq(ticket.tenantId, tx.tenantId),
    eq(ticket.siteId, siteId),
    between(ticket.businessDay, from, to),
  );
}

function counted(condition: SQL | undefined) {
  return sql<number>`count(*) FILTER (WHERE ${condition})`.mapWith(Number);
}

/** Whole seconds; none below zero, because two clocks may have written the two ends. Null when an end is missing. */
function secondsBetween(from: PgColumn, to: PgColumn): SQL {
  const seconds = sql`floor(extract(epoch FROM ${to} - ${from}))`;
  const max = sql.raw(String(SECONDS_MAX));
  return sql`CASE WHEN ${from} IS NOT NULL AND ${to} IS NOT NULL THEN least(greatest(${seconds}, 0), ${max})::int4 END`;
}

/** @throws ProblemError `limit_reached` */
function bounded<L>(lines: readonly L[]): readonly L[] {
  if (lines.length > LINES_MAX) throw new ProblemError('limit_reached', { params: { max: LINES_MAX } });
  return lines;
}

type Line = Awaited<ReturnType<typeof queueLines>>[number];

function figuresView({ businessDay: _, serviceId: __, waitMean, waitPercentiles, ...figures }: Line) {
  const [p50, p90, p99] = waitPercentiles ?? [];
  const isKnown = waitMean !== null && p50 !== undefined && p90 !== undefined && p99 !== undefined;
  return { ...figures, waitSeconds: isKnown ? { mean: waitMean, p50, p90, p99 } : null };
}

type Quarter = Awaited<ReturnType<typeof queueQuarters>>[number];

/** Quarters by the site's hour of day, from 0 to 23. */
function hoursOf(quarters: readonly Quarter[], timezone: string) {
  const byHour = Map.groupBy(quarters, ({ quarter }) => hourOfDay(quarter * QUARTER_MS, timezone));
  return Array.from({ length: HOURS_OF_DAY }, (_, hour) => {
    const some = byHour.get(hour) ?? [];
    const sum = (of: (one: Quarter) => number) => some.reduce((total, one) => total + of(one), 0);
    const waits = sum((one) => one.waits);
    return {
      hour,
      issued: sum(({ issued }) => issued),
      served: sum(({ served }) => served),
      waitSecondsMean: waits === 0 ? null : Math.round(sum(({ waitSeconds }) => waitSeconds) / waits),
    };
  });
}
