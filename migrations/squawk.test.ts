/**
 * Every migration of PostgreSQL is read by squawk, which knows what locks a table for long, breaks a program that still runs
 * or cannot be repeated. What it may say all the same stands here, each with its reason; anything else fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext, test } from 'vitest';
import { readMigrations } from './manifest.ts';
import { stepOf } from './postgres-step.ts';

/** The oldest version that is served. */
const OLDEST = '15';
const FOLDER = fileURLToPath(new URL('./postgres/', import.meta.url));

/** Rules that do not apply here at all. */
const NOT_OURS = [
  // The runner sets both for every file: see postgres.ts.
  'require-lock-timeout',
  'require-statement-timeout',
  // Keys are UUIDs; what is int4 counts people, minutes and versions. Money and positions are int8.
  'prefer-bigint-over-int',
];

/** What single files are allowed, with how often. */
const ALLOWED: Readonly<Record<string, number>> = {
  // On a partitioned table PostgreSQL makes no index concurrently; the file says when that is bearable.
  '0120_record.sql require-concurrent-index-creation': 3,
  // Validating twice does nothing the second time, and has no form that says so.
  '0130_search.sql prefer-robust-stmts': 2,
  // Only rows of an adapter that no program of before can make lack what was always there.
  '0380_pagbank_and_refusals.sql ban-drop-not-null': 5,
  '0390_pagbank_checked.sql prefer-robust-stmts': 2,
  // The job queue's own tables, as its library makes them: new, empty, and nobody else's.
  '0310_jobs.sql adding-serial-primary-key-field': 1,
  '0310_jobs.sql prefer-timestamp-tz': 1,
};

interface Remark {
  readonly file: string;
  readonly rule_name: string;
  readonly line: number;
  readonly message: string;
}

function squawk(context: TestContext, args: readonly string[], input?: string): Remark[] {
  const program = programOf();
  if (program === undefined)
    return context.skip(`squawk-cli has no program for ${process.platform}-${process.arch} here`);
  const excluded = NOT_OURS.flatMap((rule) => ['--exclude', rule]);
  const all = ['--reporter', 'json', '--pg-version', OLDEST, ...excluded, ...args];
  const { stdout, stderr, status } = spawnSync(program, all, { encoding: 'utf8', input, cwd: FOLDER });
  if (status !== 0 && status !== 1) throw new Error(`squawk ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Remark[];
}

/** The program is an optional package of the platform. */
function programOf(): string | undefined {
  const main = createRequire(import.meta.url).resolve('squawk-cli/package.json');
  const name = process.platform === 'win32' ? 'squawk.exe' : 'squawk';
  const beside = join(dirname(main), '..', '@squawk-cli', `${process.platform}-${process.arch}`, 'bin', name);
  return existsSync(beside) ? beside : undefined;
}

test('no migration locks for long, breaks what runs, or cannot be repeated', (context) => {
  const migrations = readMigrations('postgres');
  const named = (kind: string) =>
    migrations.filter((migration) => stepOf(migration).kind === kind).map(({ name }) => name);
  const remarks = [
    ...squawk(context, ['--assume-in-transaction', ...named('transaction')]),
    ...squawk(context, named('statements')),
  ];
  const counts: Record<string, number> = {};
  for (const { file, rule_name } of remarks) {
    const key = `${file} ${rule_name}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  const told = remarks.map(({ file, line, rule_name, message }) => `${file}:${line} ${rule_name} ${message}`);
  expect(counts, told.join('\n')).toEqual(ALLOWED);
});

const HAZARDS: readonly (readonly [rule: string, sql: string])[] = [
  ['require-concurrent-index-creation', 'CREATE INDEX ticket_x_idx ON ticket (tenant_id);'],
  [
    'adding-foreign-key-constraint',
    'ALTER TABLE ticket ADD CONSTRAINT x FOREIGN KEY (tenant_id) REFERENCES tenant (id);',
  ],
  ['constraint-missing-not-valid', 'ALTER TABLE ticket ADD CONSTRAINT x CHECK (number > 0);'],
  ['changing-column-type', 'ALTER TABLE ticket ALTER COLUMN code TYPE varchar;'],
  ['adding-not-nullable-field', 'ALTER TABLE ticket ALTER COLUMN code SET NOT NULL;'],
  ['renaming-column', 'ALTER TABLE ticket RENAME COLUMN code TO label;'],
  ['ban-drop-column', 'ALTER TABLE ticket DROP COLUMN code;'],
  ['disallowed-unique-constraint', 'ALTER TABLE ticket ADD CONSTRAINT x UNIQUE (tenant_id, code);'],
];

test('what it is there for it sees', (context) => {
  const seen = HAZARDS.map(([rule, sql]) => {
    const remarks = squawk(context, ['--assume-in-transaction'], sql);
    return remarks.some(({ rule_name }) => rule_name === rule)
      ? rule
      : `${sql}: ${remarks.map(({ rule_name }) => rule_name).join(', ')}`;
  });
  expect(seen).toEqual(HAZARDS.map(([rule]) => rule));
});
