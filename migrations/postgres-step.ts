/**
 * How a file wants to be run, from its first lines. A file is one transaction and names the tables of before that it locks;
 * or it begins with `-- no transaction`, and holds nothing but statements that lock out neither readers nor writers and
 * that may be repeated after a run that was cut off.
 */
import { type Migration, MigrationError } from './manifest.ts';

export type Step =
  | {
      readonly kind: 'transaction';
      /** Tables that nobody may read while the file runs: what `ALTER TABLE` and `CREATE POLICY` ask for. */
      readonly againstReaders: readonly string[];
      /** Tables that nobody may write: what a trigger, a reference to them or an index within a transaction asks for. */
      readonly againstWriters: readonly string[];
    }
  | { readonly kind: 'statements'; readonly statements: readonly Statement[] };

export interface Statement {
  readonly sql: string;
  /** The index that it makes: one that a cut-off run has left invalid under this name must go first. */
  readonly index?: string;
}

const NO_TRANSACTION = /^-- no transaction$/;
const LOCKS = /^-- locks against (readers|writers): ([a-z_]+(?:, [a-z_]+)*)$/;
const NAME_OF_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS ([a-z_]+) ON /;
const REPEATABLE = [
  NAME_OF_INDEX,
  /^DROP INDEX CONCURRENTLY IF EXISTS [a-z_]+$/,
  /^ALTER TABLE [a-z_]+ VALIDATE CONSTRAINT [a-z_]+$/,
  /^CREATE STATISTICS IF NOT EXISTS /,
];

/** @throws MigrationError when a file without a transaction holds a statement that must not be outside of one. */
export function stepOf({ name, sql }: Pick<Migration, 'name' | 'sql'>): Step {
  const lines = sql.split('\n');
  if (NO_TRANSACTION.test(lines[0] ?? ''))
    return { kind: 'statements', statements: statementsOf(name, lines) };
  const locked = (kind: string) =>
    lines.flatMap((line) => {
      const [, against, tables] = LOCKS.exec(line) ?? [];
      return against === kind && tables !== undefined ? tables.split(', ') : [];
    });
  return { kind: 'transaction', againstReaders: locked('readers'), againstWriters: locked('writers') };
}

function statementsOf(name: string, lines: readonly string[]): Statement[] {
  return lines
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((sql) => {
      if (!REPEATABLE.some((form) => form.test(sql)))
        throw new MigrationError(`${name}: not for outside a transaction: ${sql.split('\n')[0]}`);
      const index = NAME_OF_INDEX.exec(sql)?.[1];
      return index === undefined ? { sql } : { sql, index };
    });
}
