/** What a file says in its first lines is how it is run; what must not run outside a transaction is refused. */
import { expect, test } from 'vitest';
import { readMigrations } from './manifest.ts';
import { stepOf } from './postgres-step.ts';

const step = (sql: string) => stepOf({ name: '0010_x.sql', sql });

test('a file is one transaction, and names what it locks', () => {
  const sql = `-- locks against readers: ticket, operator_session\n-- locks against writers: tenant\n-- Why.\nSELECT 1;`;
  expect(step(sql)).toEqual({
    kind: 'transaction',
    againstReaders: ['ticket', 'operator_session'],
    againstWriters: ['tenant'],
  });
  expect(step('-- Why.\nSELECT 1;')).toEqual({ kind: 'transaction', againstReaders: [], againstWriters: [] });
});

test('a file without a transaction is its statements, with the index that each makes', () => {
  const sql = `-- no transaction
-- Why; and why not.
CREATE INDEX CONCURRENTLY IF NOT EXISTS a_idx ON a (b)
  WHERE c IS NULL;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_key ON a (b);
ALTER TABLE a VALIDATE CONSTRAINT a_fkey;
`;
  expect(step(sql)).toEqual({
    kind: 'statements',
    statements: [
      { sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_idx ON a (b)\n  WHERE c IS NULL', index: 'a_idx' },
      { sql: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_key ON a (b)', index: 'a_key' },
      { sql: 'ALTER TABLE a VALIDATE CONSTRAINT a_fkey' },
    ],
  });
});

test.each([
  'CREATE INDEX CONCURRENTLY a_idx ON a (b)',
  'CREATE INDEX IF NOT EXISTS a_idx ON a (b)',
  'ALTER TABLE a ADD COLUMN b int8',
  'UPDATE a SET b = 1',
])('outside a transaction "%s" is refused: it locks others out, or cannot be repeated', (sql) => {
  expect(() => step(`-- no transaction\n${sql};`)).toThrow('not for outside a transaction');
});

test('every file of PostgreSQL says how it is run', () => {
  const steps = readMigrations('postgres').map(stepOf);
  expect(steps.some(({ kind }) => kind === 'statements')).toBe(true);
});
