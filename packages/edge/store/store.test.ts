/** The store: its pragmas hold after a write and a reopening, its transactions are all or nothing, and a fault stops it. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../testing/totem.ts';
import { assertPragmas, openConnection, PRAGMAS } from './connection.ts';
import { openStore, type Store } from './store.ts';

let dir = '';
let path = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'totem-store-'));
  path = join(dir, 'totem.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const put = (store: Store, key: string, value: string) =>
  store.write((db) => db.run('INSERT INTO setting (key, value) VALUES (?, ?)', key, JSON.stringify(value)));
const keys = (store: Store) =>
  store.read((db) => db.all('SELECT key FROM setting ORDER BY key')).map(({ key }) => key);

describe('the connection', () => {
  it('I-EDG-1: every pragma holds after a write, and again after a reopening', () => {
    for (let opening = 0; opening < 3; opening += 1) {
      const db = openConnection(path);
      db.exec('CREATE TABLE IF NOT EXISTS one (x INTEGER) STRICT');
      db.run('INSERT INTO one (x) VALUES (1)');
      assertPragmas(db.raw);
      for (const [name, , expected] of PRAGMAS) expect(db.raw.pragma(name, { simple: true })).toBe(expected);
      db.close();
    }
  });

  it('I-EDG-1: a connection whose commits would not be durable is refused', () => {
    const db = openConnection(path);
    db.raw.pragma('synchronous = NORMAL');
    expect(() => assertPragmas(db.raw)).toThrow('synchronous');
    db.close();
  });

  it('a text that is built from values does not fill the memory', () => {
    const db = openConnection(path);
    expect(() => {
      for (let value = 0; value < 1_000; value += 1) db.all(`SELECT ${value}`);
    }).toThrow('too many statements');
    db.close();
  });
});

describe('the store', () => {
  it('a transaction that throws leaves nothing, and the next one works', () => {
    const store = openStore(path, silentLog);
    expect(() =>
      store.write((db) => {
        db.run("INSERT INTO setting (key, value) VALUES ('half', '1')");
        throw new RangeError('stop');
      }),
    ).toThrow(RangeError);
    expect(keys(store)).toEqual([]);
    put(store, 'whole', 'x');
    expect(keys(store)).toEqual(['whole']);
    expect(store.fault()).toBeUndefined();
    store.close();
  });

  it('tells of each commit, and of nothing that was rolled back', () => {
    const store = openStore(path, silentLog);
    let commits = 0;
    const stop = store.onCommit(() => {
      commits += 1;
    });
    put(store, 'a', 'x');
    expect(() => put(store, 'a', 'x')).toThrow();
    stop();
    put(store, 'b', 'x');
    expect(commits).toBe(1);
    store.close();
  });

  it('I-EDG-7: after a full disk nothing is acknowledged until a write has succeeded, and nothing is half there', () => {
    const store = openStore(path, silentLog, 150);
    const big = 'x'.repeat(2_000_000);
    put(store, 'before', 'x');
    expect(() => put(store, 'big', big)).toThrow(expect.objectContaining({ code: 'storage_fault' }));
    expect(store.fault()).toBe('SQLITE_FULL');
    expect(() => put(store, 'small', 'x')).toThrow(expect.objectContaining({ code: 'storage_fault' }));
    expect(keys(store)).toEqual(['before']);
    expect(store.recover()).toBe(true);
    put(store, 'after', 'x');
    expect(keys(store)).toEqual(['after', 'before']);
    store.close();
  });

  it('settling now and then keeps the log short, however much is written', () => {
    const store = openStore(path, silentLog);
    const lengths: number[] = [];
    for (let round = 0; round < 600; round += 1) {
      put(store, `key ${round}`, 'x'.repeat(3_000));
      store.settle();
      lengths.push(statSync(`${path}-wal`).size);
    }
    // Without settling, six hundred commits would take six times as much as the first hundred.
    expect(Math.max(...lengths)).toBeLessThan(2 * (lengths[99] ?? 0));
    store.close();
  });

  it('I-EDG-7: a damaged file is not opened: it is set aside, and a blank one takes its place', () => {
    const store = openStore(path, silentLog);
    for (let row = 0; row < 200; row += 1) put(store, `key ${row}`, 'x'.repeat(500));
    store.checkpoint();
    store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 8 * 4_096, 30 * 4_096);
    writeFileSync(path, bytes);
    const blank = openStore(path, silentLog);
    expect(keys(blank)).toEqual([]);
    expect(blank.awaiting()).toBe(join(dir, 'damaged', '0001'));
    expect(readFileSync(join(dir, 'damaged', '0001', 'totem.db'))).toEqual(bytes);
    blank.close();
  });

  it('I-EDG-16: damage that no work has met is found by an inspection, and stops writing', () => {
    const store = openStore(path, silentLog);
    for (let row = 0; row < 200; row += 1) put(store, `key ${row}`, 'x'.repeat(500));
    store.checkpoint();
    expect(store.inspect()).toBe(true);
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.alloc(4_096, 0xa5), 0, 4_096, (statSync(path).size / 4_096 - 2) * 4_096);
    closeSync(fd);
    store.checkpoint();
    expect(store.inspect()).toBe(false);
    expect(() => put(store, 'after', 'x')).toThrow(expect.objectContaining({ code: 'storage_fault' }));
    expect(store.recover()).toBe(true);
    expect(store.awaiting()).toBeDefined();
    store.close();
  });

  it('a deleted text is gone from the disk after a checkpoint', () => {
    const store = openStore(path, silentLog);
    put(store, 'name', 'Canária da Silva');
    store.write((db) => db.run("DELETE FROM setting WHERE key = 'name'"));
    store.checkpoint();
    store.close();
    expect(readFileSync(path).includes('Canária')).toBe(false);
  });
});
