/** The totem's change log under the suite that every shape server passes: over a store with the suite's own tables. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison, RowOperation, ShapeDefinition, TextRow } from '@totem/sync';
import {
  type ConformanceTable,
  conformanceTables,
  describeShapeServer,
  worldOver,
} from '@totem/sync/conformance';
import { proof } from '@totem/testkit/proof';
import type { ReadHandle, SqlRow, SqlValue, WriteHandle } from '../store/connection.ts';
import { openConnection } from '../store/connection.ts';
import { openStore } from '../store/store.ts';
import { silentLog } from '../testing/totem.ts';
import { createSqliteChangeLog } from './change-log.ts';

const INTEGERS = ['int4', 'int8', 'bool'];
type TableName = keyof typeof conformanceTables;

/** The suite's tables with the tenant that every table of a totem has, and the capture that its migrations give them. */
function schemaOf(name: TableName): string {
  const columns = Object.entries(conformanceTables[name].columns);
  const key = ['tenant_id', ...conformanceTables[name].primaryKey].map((column) => `"${column}"`).join(', ');
  const declared = columns.map(
    ([column, { type }]) => `"${column}" ${isInteger(name, column, type) ? 'INTEGER' : 'TEXT'}`,
  );
  const json = (row: string) =>
    `json_object(${columns.map(([column, { type }]) => `'${column}', ${textOf(`${row}."${column}"`, type)}`).join(', ')})`;
  const capture = (event: string, row: string, before: string, after: string) =>
    `CREATE TRIGGER ${name}_${event} AFTER ${event} ON ${name} BEGIN
      INSERT INTO change_log (tenant_id, tx, table_name, op, old_row, new_row)
      SELECT ${row}.tenant_id, tx, '${name}', '${event}', ${before}, ${after} FROM change_state;
    END;`;
  return `CREATE TABLE ${name} (tenant_id TEXT NOT NULL, ${declared.join(', ')}, PRIMARY KEY (${key})) STRICT;
    ${capture('insert', 'NEW', 'NULL', json('NEW'))}
    ${capture('update', 'NEW', json('OLD'), json('NEW'))}
    ${capture('delete', 'OLD', json('OLD'), 'NULL')}`;
}

function isInteger(name: TableName, column: string, type: string): boolean {
  const columns: ConformanceTable['columns'] = conformanceTables[name].columns;
  return columns[column]?.dims === undefined && INTEGERS.includes(type);
}

function textOf(column: string, type: string): string {
  if (type === 'bool') return `CASE ${column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`;
  return INTEGERS.includes(type) ? `CAST(${column} AS TEXT)` : column;
}

/** A value of the suite, which is PostgreSQL's text, as SQLite holds it. */
function storedValue(table: TableName, column: string, text: string | null): SqlValue {
  const type =
    Object.entries(conformanceTables[table].columns).find(([name]) => name === column)?.[1].type ?? 'text';
  if (text === null || !isInteger(table, column, type)) return text;
  return type === 'bool' ? (text === 't' || text === 'true' ? 1 : 0) : BigInt(text);
}

function runOne(db: WriteHandle, tenantId: string, operation: RowOperation): void {
  const table = operation.table as TableName;
  const parts = (row: TextRow, join: string) => ({
    text: Object.keys(row)
      .map((column) => `"${column}" = ?`)
      .join(join),
    values: Object.entries(row).map(([column, text]) => storedValue(table, column, text)),
  });
  switch (operation.op) {
    case 'insert': {
      const columns = Object.keys(operation.row);
      const marks = columns.map(() => '?').join(', ');
      const names = columns.map((column) => `"${column}"`).join(', ');
      const values = columns.map((column) => storedValue(table, column, operation.row[column] ?? null));
      db.run(`INSERT INTO ${table} (tenant_id, ${names}) VALUES (?, ${marks})`, tenantId, ...values);
      return;
    }
    case 'update': {
      const [set, key] = [parts(operation.set, ', '), parts(operation.key, ' AND ')];
      // An update of nothing is still an update of the row, and SQL wants a column.
      const assignments = set.text === '' ? 'tenant_id = tenant_id' : set.text;
      const changed = db.run(
        `UPDATE ${table} SET ${assignments} WHERE tenant_id = ? AND ${key.text}`,
        ...set.values,
        tenantId,
        ...key.values,
      );
      if (changed !== 1) throw new RangeError('no such row');
      return;
    }
    case 'delete': {
      const key = parts(operation.key, ' AND ');
      if (db.run(`DELETE FROM ${table} WHERE tenant_id = ? AND ${key.text}`, tenantId, ...key.values) !== 1)
        throw new RangeError('no such row');
      return;
    }
    default:
      operation satisfies never;
  }
}

/** The rows of a shape in words of this test's own. */
function rowsOf(db: ReadHandle, shape: ShapeDefinition): readonly TextRow[] {
  const names = Object.keys(shape.columns);
  const rows = db.all(`SELECT * FROM ${shape.table} WHERE tenant_id = ?`, shape.tenantId);
  const meets = (row: SqlRow, comparison: Comparison): boolean => {
    const value = row[comparison.column];
    if (comparison.op === 'in') return comparison.values.includes(String(value));
    if (comparison.op === 'eq') return String(value) === comparison.value;
    return typeof value === 'string' ? value >= comparison.value : Number(value) >= Number(comparison.value);
  };
  return rows
    .filter((row) => shape.where.every((comparison) => meets(row, comparison)))
    .map((row) =>
      Object.fromEntries(names.map((name) => [name, row[name] === null ? null : String(row[name])])),
    );
}

describeShapeServer(
  'a totem’s SQLite',
  worldOver(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'totem-changes-'));
    const path = join(dir, 'totem.db');
    openStore(path, silentLog).close();
    const schema = openConnection(path);
    for (const name of ['item', 'pair'] as const) schema.exec(schemaOf(name));
    schema.close();
    const store = openStore(path, silentLog);
    const write = (tenantId: string, operations: readonly RowOperation[]): bigint => {
      store.write((db) => {
        for (const operation of operations) runOne(db, tenantId, operation);
      });
      const row = store.read((db) =>
        db.one('SELECT max(number) AS head FROM change_log WHERE tenant_id = ?', tenantId),
      );
      return BigInt(Number(row?.head));
    };
    return {
      log: createSqliteChangeLog(store),
      write: async (tenantId, operations) => write(tenantId, operations),
      overlap: async (tenantId, transactions, commits) => {
        let head = 0n;
        for (const index of commits) head = write(tenantId, transactions[index] ?? []);
        return head;
      },
      rows: async (shape) => store.read((db) => rowsOf(db, shape)),
      trim: async () => {
        store.write((db) => {
          db.run('UPDATE change_state SET floor = (SELECT coalesce(max(number), floor) FROM change_log)');
          db.run('DELETE FROM change_log');
        });
      },
      bumpEpoch: async () => {
        store.write((db) => db.run("UPDATE change_state SET epoch = epoch || '+'"));
      },
      close: async () => {
        store.close();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  }),
  { seeds: proof('edge/many shapes over a long history', { share: 1, full: 20, unit: 'seeds' }) },
);
