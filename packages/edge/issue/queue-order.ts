/**
 * The order of the queue as SQL over SQLite: each policy of packages/domain as the expressions of its standing. What is picked
 * by it is held to the pure order by a test.
 */
import { instantText, isPreferentialTurn, type QueueOrder } from '@totem/domain';
import type { SqlValue } from '../store/connection.ts';

/** SQL with the values of its question marks, in their order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export interface OrderSql {
  readonly orderBy: Sql;
  /** The parts of `Standing`; null where all have the same. */
  readonly band: Sql | null;
  readonly score: Sql | null;
  /** The arrival; '~' sorts after every digit, so who has none comes last. */
  readonly arrival: Sql;
  readonly tier: Sql;
}

/** Puts SQL together out of parts. */
export function sql(parts: readonly (string | Sql)[]): Sql {
  return {
    text: parts.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
    values: parts.flatMap((part) => (typeof part === 'string' ? [] : part.values)),
  };
}

/** A question mark with its value. */
export function given(value: SqlValue): Sql {
  return { text: '?', values: [value] };
}

/** The standing of `standingOf` in packages/domain. */
export function orderSql({ policy, now, recent, weights }: QueueOrder): OrderSql {
  const window = policy.appointments;
  // Instants in one fixed form compare as text, also with a bound that is made of them.
  const within = (yes: string | Sql, no: string | Sql): Sql => {
    if (window === null) return sql([no]);
    const from = instantText(Math.max(0, now - window.afterMinutes * MINUTE_MS));
    const to = instantText(now + window.beforeMinutes * MINUTE_MS);
    return sql([
      '(CASE WHEN appointment_at BETWEEN ',
      given(from),
      ' AND ',
      given(to),
      ' THEN ',
      yes,
      ' ELSE ',
      no,
      ' END)',
    ]);
  };
  const leastTier = given(window?.tier ?? 0);
  const tier =
    policy.name === 'aging' ? sql(['priority']) : within(sql(['max(priority, ', leastTier, ')']), 'priority');
  const waitsSince = within('appointment_at', 'waiting_since');
  const arrival = sql(['coalesce(', waitsSince, ", '~')"]);
  const parts = partsOf();
  const orderBy = sql([
    ...(parts.band === null ? [] : [parts.band, ' DESC, ']),
    ...(parts.score === null ? [] : [parts.score, ' DESC, ']),
    arrival,
    ', id',
  ]);
  return { orderBy, ...parts, arrival, tier };

  function partsOf(): Pick<OrderSql, 'band' | 'score'> {
    switch (policy.name) {
      case 'strict':
        return { band: tier, score: null };
      case 'arrival':
        return { band: window === null ? null : within(leastTier, '0'), score: null };
      case 'ratio': {
        const turn = given(isPreferentialTurn(policy, recent) ? 1 : 0);
        return { band: sql(['((', tier, ' > 0) = ', turn, ')']), score: tier };
      }
      case 'aging': {
        const own = sql([
          'coalesce(json_extract(',
          given(JSON.stringify(weights)),
          `, '$."' || priority_class_id || '"'), 1)`,
        ]);
        const least = within(given(window?.weight ?? 1), '1');
        // Seconds with a fraction are floating-point: rounded, they are the milliseconds again.
        const since = sql(['CAST(round(unixepoch(', waitsSince, ", 'subsec') * 1000) AS INTEGER)"]);
        const waitedMs = sql(['max(0, coalesce(', given(now), ' - ', since, ', 0))']);
        return { band: null, score: sql([waitedMs, ' * max(1, ', own, ', ', least, ')']) };
      }
      default:
        return policy satisfies never;
    }
  }
}

const MINUTE_MS = 60_000;
