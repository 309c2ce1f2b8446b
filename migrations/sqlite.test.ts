/** The totem's schema: held column by column to the declared tables, and the runner's promises. */
import {
  auditLogTable,
  callTable,
  columnName,
  counterTable,
  deviceStatusTable,
  operatorSessionTable,
  printJobTable,
  priorityClassTable,
  serviceTable,
  siteTable,
  type Table,
  ticketTable,
} from '@totem/domain';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { readMigrations } from './manifest.ts';
import { migrateSqlite } from './sqlite.ts';

const TABLES: readonly Table[] = [
  siteTable,
  serviceTable,
  priorityClassTable,
  counterTable,
  ticketTable,
  callTable,
  operatorSessionTable,
  auditLogTable,
  printJobTable,
  deviceStatusTable,
];
const INTEGERS = ['int4', 'int8', 'bool'];

function migrated() {
  const db = new Database(':memory:');
  migrateSqlite(db);
  return db;
}

describe('the schema of a totem', () => {
  it.each(TABLES.map((table) => [table.name, table] as const))(
    '%s has the declared columns',
    (name, table) => {
      const columns = migrated()
        .prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)')
        .all(name);
      const keys = table.key.map(columnName);
      // In any order: a column that came later is the last of its table, wherever it is declared.
      expect(new Set(columns)).toEqual(
        new Set(
          Object.entries(table.columns).map(([field, { type, notNull }]) => ({
            name: columnName(field),
            type: INTEGERS.includes(type) ? 'INTEGER' : 'TEXT',
            notnull: notNull ? 1 : 0,
            pk: keys.indexOf(columnName(field)) + 1,
          })),
        ),
      );
    },
  );

  it('every table is STRICT', () => {
    const loose = migrated()
      .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0")
      .pluck()
      .all()
      .filter((name) => !String(name).startsWith('sqlite_'));
    expect(loose).toEqual([]);
  });

  it('every table that readers follow captures exactly its declared columns', () => {
    const db = migrated();
    for (const table of TABLES.filter(({ name }) => name !== 'audit_log')) {
      for (const event of ['inserted', 'updated', 'deleted']) {
        const sql = String(
          db
            .prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?")
            .pluck()
            .get(`${table.name}_${event}`),
        );
        const captured = [...sql.matchAll(/'(\w+)', (?:CAST\()?(?:CASE )?(?:OLD|NEW)\.(\w+)/g)];
        expect(captured.every(([, label, column]) => label === column)).toBe(true);
        const columns = Object.keys(table.columns).map(columnName);
        expect(captured.map(([, label]) => label)).toEqual(
          event === 'updated' ? [...columns, ...columns] : columns,
        );
      }
    }
  });
});

describe('migrating', () => {
  it('a second run changes nothing', () => {
    const db = new Database(':memory:');
    const versions = readMigrations('sqlite').map(({ version }) => version);
    expect(migrateSqlite(db)).toEqual(versions);
    expect(migrateSqlite(db)).toEqual([]);
    expect(versions.every((version) => version % 10 === 0)).toBe(true);
  });

  it('a database from a newer program is refused and left as it is', () => {
    const db = migrated();
    db.prepare("INSERT INTO schema_migration VALUES (9990, '9990_future.sql', 'x')").run();
    expect(() => migrateSqlite(db)).toThrow('newer than this program');
    expect(db.inTransaction).toBe(false);
  });

  it('a step that differs from the file of today is refused', () => {
    const db = migrated();
    db.prepare("UPDATE schema_migration SET hash = 'other' WHERE version = 10").run();
    expect(() => migrateSqlite(db)).toThrow('was changed after it was applied');
  });

  it('a step that fails leaves a blank database blank', () => {
    const blocked = new Database(':memory:');
    blocked.exec('CREATE TABLE device_status (x TEXT) STRICT');
    expect(() => migrateSqlite(blocked)).toThrow();
    expect(blocked.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()).toEqual([
      'device_status',
    ]);
  });
});
