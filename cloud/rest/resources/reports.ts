/** Reports, reckoned from the tickets and payments themselves in one bounded statement each; days are those that the tickets carry. */
import type { QueryOf, Routes } from '@totem/api';
import { ProblemError, queueRulesOf, type WeekHour, weekHourOf } from '@totem/domain';
import { and, between, eq, gt, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { ticket } from '../../db/schema/queue.ts';
import { type ReadHandle, readTenant } from '../../db/with-tenant.ts';
import { allTotals, namesOfTotals, totalsFile } from '../../payments/day-totals.ts';
import { type Handler, own, read } from '../mount.ts';
import { namesOfPeople } from '../names.ts';
import { requireSite } from '../scope.ts';

/** Lines of one report: days times services, days times what was taken, or operators. */
const LINES_MAX = 10_000;
/** Zones differ from UTC by whole quarters of an hour, so a quarter lies within one hour of any site. */
const QUARTER_SECONDS = 900;
const QUARTER_MS = QUARTER_SECONDS * 1_000;
const HOURS_OF_DAY = 24;
/** Seconds of a wait that has no sense, as by a clock that was years off, still fit int4. */
const SECONDS_MAX = 2_147_483_647;

const SECONDS_EACH_MINUTE = 60;

type Query = QueryOf<Routes['getOperatorReport']>;
/** Waits are held against a target. */
type QueueQuery = Query & { readonly targetMinutes: number };

export const reportHandlers = {
  getQueueReport: read(async (tx, { principal, query: asked }) => {
    const { timezone, queueRules } = await requireSite(tx, principal, asked.siteId);
    const { waitTargetMinutes } = queueRulesOf({ queueRules });
    const query = { ...asked, targetMinutes: asked.targetMinutes ?? waitTargetMinutes };
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
        ...hoursOf(quarters, timezone),
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
  getTakingsReport: own(async (c, { principal, query }, { db }) => {
    const { format, ...span } = query;
    const { lines, names } = await readTenant(db, principal.tenantId, async (tx) => {
      await requireSite(tx, principal, span.siteId);
      const found = await allTotals(tx, span);
      return { lines: found, names: await namesOfTotals(tx, found) };
    });
    if (format === 'json') return c.json({ ...span, lines, names: Object.fromEntries(names) });
    return c.body(totalsFile(lines, names), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="takings-${span.from}-${span.to}.csv"`,
    });
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
  >`percentile_disc(ARRAY[0.5, 0.9, 0.99, 1]) WITHIN GROUP (ORDER BY ${wait}) FILTER (WHERE ${isServed})`,
  serviceSecondsMean,
};

/** The figures of each day and service, and with neither those of the whole span. */
export function queueLines(tx: ReadHandle, query: QueueQuery) {
  const { businessDay, serviceId } = ticket;
  return tx.orm
    .select({
      businessDay: sql<string | null>`${businessDay}`,
      serviceId: sql<typeof serviceId._.data | null>`${serviceId}`,
      ...FIGURES,
      overTarget: counted(and(isServed, gt(wait, query.targetMinutes * SECONDS_EACH_MINUTE))),
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
  const [p50 = 0, p90 = 0, p99 = 0, max = 0] = waitPercentiles ?? [];
  return { ...figures, waitSeconds: waitMean === null ? null : { mean: waitMean, p50, p90, p99, max } };
}

type Quarter = Awaited<ReturnType<typeof queueQuarters>>[number];

/** Quarters by the site's hour of day, from 0 to 23, and by its hour of the week, where anybody came. */
function hoursOf(quarters: readonly Quarter[], timezone: string) {
  const placed = quarters.map((one) => ({ ...one, ...weekHourOf(one.quarter * QUARTER_MS, timezone) }));
  const byHour = Map.groupBy(placed, ({ hour }) => hour);
  const hours = Array.from({ length: HOURS_OF_DAY }, (_, hour) => {
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
  return { hours, arrivals: arrivalsOf(placed) };
}

/** In the order of the week. */
function arrivalsOf(placed: readonly (Quarter & WeekHour)[]) {
  const inWeek = ({ weekday, hour }: WeekHour) => weekday * HOURS_OF_DAY + hour;
  return [...Map.groupBy(placed, inWeek)]
    .sort(([one], [other]) => one - other)
    .flatMap(([, some]) => {
      const [first] = some;
      if (first === undefined) return [];
      const { weekday, hour } = first;
      return { weekday, hour, issued: some.reduce((total, { issued }) => total + issued, 0) };
    });
}
