/** Has the server read the constants of a condition, so that whatever form it takes for a value is taken here. */
import { type Sql, sqlStateOf } from '../database.ts';
import type { ReadConstants } from './condition.ts';
import { ConditionError } from './tokens.ts';

/** Data exceptions, and names that do not exist: mistakes in a constant, not of the database. */
const MISTAKES = /^(22|42)/;

export function constantsReader(sql: Sql): ReadConstants {
  return async (constants) => {
    if (constants.length === 0) return [];
    const casts = constants.map(({ sqlType }, index) => `(($${index + 1}::text)::${sqlType})::text`);
    try {
      const [row] = await sql.rows(
        `SELECT ${casts.map((cast, index) => `${cast} AS c${index}`).join(', ')}`,
        constants.map(({ text }) => text),
      );
      return constants.map((_, index) => row?.[`c${index}`] ?? '');
    } catch (error) {
      if (!(error instanceof Error) || !MISTAKES.test(sqlStateOf(error))) throw error;
      throw new ConditionError(`At location 0: ${error.message}`);
    }
  };
}
