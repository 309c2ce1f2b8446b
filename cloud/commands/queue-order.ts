/**
 * The order of the queue as SQL: each policy of packages/domain as the expressions of its standing, and the statements that
 * choose by them. What it picks is held to the pure order by a test. Each has few forms, and each form its name, so that the
 * plans are kept.
 */
import {
  type CallingPlace,
  columnNames,
  instantText,
  isPreferentialTurn,
  type QueueBook,
  type QueueOrder,
  type SiteId,
  standingOf,
  type TenantId,
  type TicketRow,
  ticketTable,
} from '@totem/domain';
import type { Statement } from '../db/with-tenant.ts';

const TICKET = columnNames(ticketTable).join(', ');

/** Who may be called from a place: whyNotCallable in packages/domain; a test holds the two together. See `lineValues`. */
const CALLABLE = `tenant_id = $1 AND site_id = $2 AND state = 'waiting' AND held_reason IS NULL
      AND ($3::uuid[] IS NULL OR service_id = ANY($3::uuid[])) AND ($4::int4 IS NULL OR priority >= $4)
      AND (addressed_operator_id IS NULL OR addressed_operator_id = $5)
      AND (addressed_counter_id IS NULL OR addressed_counter_id = $6)`;

export const COUNT_CALLABLE: Statement = {
  name: 'count-callable',
  text: `SELECT count(*) AS count FROM ticket WHERE ${CALLABLE}`,
};

/** A statement and what it is asked with. */
export interface Question {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** Those who wait in one order: of the services that have one of their own, or of all others. */
export interface Line {
  readonly order: QueueOrder;
  readonly serviceIds: readonly string[] | null;
  /** Services that stand in a line of their own. */
  readonly except: readonly string[] | null;
}

/** The lines from which a place calls. */
export function linesOf(book: QueueBook, { serviceIds }: Pick<CallingPlace, 'serviceIds'>): Line[] {
  const own = Object.entries(book.services);
  const others: Line = {
    order: book.site,
    serviceIds,
    except: own.length === 0 ? null : own.map(([id]) => id),
  };
  const served = own.filter(([id]) => serviceIds === null || serviceIds.includes(id));
  return [others, ...served.map(([id, order]) => ({ order, serviceIds: [id], except: null }))];
}

/** The values of `CALLABLE`, of all who may be called from a place. */
export function callableFrom(tenantId: TenantId, siteId: SiteId, place: CallingPlace): readonly unknown[] {
  return [tenantId, siteId, place.serviceIds, place.priorityFrom, place.operatorId, place.counterId];
}

function lineValues(tenantId: TenantId, siteId: SiteId, place: CallingPlace, line: Line): readonly unknown[] {
  return [...callableFrom(tenantId, siteId, { ...place, serviceIds: line.serviceIds }), line.except];
}
const IN_LINE = `${CALLABLE} AND ($7::uuid[] IS NULL OR service_id <> ALL($7::uuid[]))`;

/** The first of a line, locked. Rows that another command has in its hands are not waited for. */
export function headOfLine(tenantId: TenantId, siteId: SiteId, place: CallingPlace, line: Line): Question {
  const sql = orderSql(line.order, 8);
  return {
    statement: {
      name: `next-ticket-${sql.form}`,
      text: `SELECT ${TICKET} FROM ticket WHERE ${IN_LINE} ORDER BY ${sql.orderBy} LIMIT 1 FOR UPDATE SKIP LOCKED`,
    },
    values: [...lineValues(tenantId, siteId, place, line), ...sql.values],
  };
}

/** Who is first in a line when the one that was chosen is gone. */
export function headAfter(
  tenantId: TenantId,
  siteId: SiteId,
  place: CallingPlace,
  line: Line,
  chosenId: string,
): Question {
  const sql = orderSql(line.order, 9);
  return {
    statement: {
      name: `runner-up-${sql.form}`,
      text: `SELECT ${TICKET} FROM ticket WHERE ${IN_LINE} AND id <> $8 ORDER BY ${sql.orderBy} LIMIT 1`,
    },
    values: [...lineValues(tenantId, siteId, place, line), chosenId, ...sql.values],
  };
}

/**
 * How many who wait for the same service stand before a ticket, on its side of a `ratio` and in all, and how many wait on the
 * other side. Who has no arrival comes last.
 */
export function standBefore(tenantId: TenantId, ticket: TicketRow, order: QueueOrder): Question {
  const sql = orderSql(order, 10);
  const { band, score, arrival, id, tier } = standingOf(ticket, order);
  const before = [
    ...(sql.band === null ? [] : [[sql.band, '$4::int8'] as const]),
    ...(sql.score === null ? [] : [[sql.score, '$5::int8'] as const]),
  ].reduceRight(
    (rest, [value, own]) => `(${value} > ${own} OR (${value} = ${own} AND ${rest}))`,
    `(${sql.arrivalKey}, id) < ($6::timestamptz, $7::uuid)`,
  );
  // Named in each form, so that each value has its type.
  const given = '$4::int8 IS NOT NULL AND $5::int8 IS NOT NULL AND $9::bool IS NOT NULL';
  return {
    statement: {
      name: `people-ahead-${sql.form}`,
      text: `SELECT count(*) FILTER (WHERE is_before) AS before,
          count(*) FILTER (WHERE is_before AND is_own) AS own, count(*) FILTER (WHERE NOT is_own) AS others
        FROM (SELECT ${before} AS is_before, ((${sql.tier} > 0) = $9::bool) AS is_own FROM ticket
          WHERE tenant_id = $1 AND site_id = $2 AND state = 'waiting' AND held_reason IS NULL AND service_id = $3
            AND id <> $8::uuid AND ${given}) AS waiting`,
    },
    values: [
      tenantId,
      ticket.siteId,
      ticket.serviceId,
      band,
      score,
      arrival === '~' ? 'infinity' : arrival,
      id,
      id,
      tier > 0,
      ...sql.values,
    ],
  };
}

interface OrderSql {
  /** Which of the few forms it is. */
  readonly form: string;
  readonly orderBy: string;
  /** The parts of `Standing`; null where all have the same. */
  readonly band: string | null;
  readonly score: string | null;
  /** The arrival, with infinity for those who have none. */
  readonly arrivalKey: string;
  readonly tier: string;
  readonly values: readonly unknown[];
}

/** The standing of `standingOf` in packages/domain. @param from the number of the first parameter that is free. */
function orderSql({ policy, now, recent, weights }: QueueOrder, from: number): OrderSql {
  const values: unknown[] = [];
  const value = (one: unknown, type: string): string => {
    values.push(one);
    return `$${from + values.length - 1}::${type}`;
  };
  const window = policy.appointments;
  const nowSql =
    window !== null || policy.name === 'aging' ? value(instantText(now), 'timestamptz') : undefined;
  const inWindow =
    window === null
      ? undefined
      : `coalesce(${nowSql} BETWEEN appointment_at - ${value(window.beforeMinutes, 'int4')} * interval '1 minute'
          AND appointment_at + ${value(window.afterMinutes, 'int4')} * interval '1 minute', false)`;
  const within = (yes: string, no: string) =>
    inWindow === undefined ? no : `(CASE WHEN ${inWindow} THEN ${yes} ELSE ${no} END)`;
  const leastTier = window === null || policy.name === 'aging' ? undefined : value(window.tier, 'int4');
  const tier = leastTier === undefined ? 'priority' : within(`greatest(priority, ${leastTier})`, 'priority');
  const arrival = within('appointment_at', 'waiting_since');
  const parts = partsOf();
  const orderBy = [
    ...(parts.band === null ? [] : [`${parts.band} DESC`]),
    ...(parts.score === null ? [] : [`${parts.score} DESC`]),
    arrival,
    'id',
  ].join(', ');
  const form = window === null ? policy.name : `${policy.name}-appointments`;
  return { form, orderBy, ...parts, arrivalKey: `coalesce(${arrival}, 'infinity')`, tier, values };

  function partsOf(): Pick<OrderSql, 'band' | 'score'> {
    switch (policy.name) {
      case 'strict':
        return { band: tier, score: null };
      case 'arrival':
        return { band: leastTier === undefined ? null : within(leastTier, '0'), score: null };
      case 'ratio': {
        const turn = value(isPreferentialTurn(policy, recent), 'bool');
        return { band: `((${tier} > 0) = ${turn})::int4`, score: tier };
      }
      case 'aging': {
        const own = `coalesce((${value(JSON.stringify(weights), 'jsonb')} ->> priority_class_id::text)::int8, 1)`;
        const least = window === null ? '1' : within(value(window.weight, 'int8'), '1');
        // `greatest` passes over NULL: who has no arrival has not waited.
        const waitedMs = `greatest(0, (extract(epoch FROM ${nowSql} - ${arrival}) * 1000)::int8)`;
        return { band: null, score: `${waitedMs} * greatest(1, ${own}, ${least})` };
      }
      default:
        return policy satisfies never;
    }
  }
}
