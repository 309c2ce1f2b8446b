/**
 * Whoever tampers with a ledger is found out, superuser or not: for each way to do it, at random places, the check names the
 * fault and the place.
 */
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { proof } from '@totem/testkit/proof';
import { seededRandom } from '@totem/testkit/virtual';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SqlRow } from '../db/with-tenant.ts';
import { type SealedLedger, type Sql, sealedLedger } from '../testing/sealed-ledger.ts';
import { rowHash } from './canonical-entry.ts';
import type { LedgerFaultKind } from './faults.ts';
import { readSpan, type SignedSeal, sealOfRow, signedText } from './statement.ts';
import type { TenantReport } from './verify.ts';

const RUNS = proof('audit/every way to tamper is seen and named', {
  share: 5,
  full: 200,
  unit: 'places of each way',
});

let ledger: SealedLedger;

beforeAll(async () => {
  ledger = await sealedLedger();
});
afterAll(async () => {
  await ledger.close();
});

/** A fault that must be named, at its place. */
interface Expected {
  readonly fault: LedgerFaultKind;
  readonly position?: number;
  readonly origin?: string | undefined;
  readonly seq?: number;
  readonly detail?: string;
}

/** Chooses at random. */
type Pick = <T>(from: readonly T[]) => T;

type Tamper = (sql: Sql, pick: Pick) => Promise<Expected | readonly Expected[]>;

const positionOf = (row: SqlRow) => Number(row.position);
const isSealed = (row: SqlRow) => positionOf(row) <= ledger.sealedTo;
const last = () => ledger.entries.at(-1) as SqlRow;
const nextOfOrigin = (row: SqlRow) =>
  ledger.entries.find(({ origin, seq }) => origin === row.origin && Number(seq) > Number(row.seq));
/** The end of the month that an entry was sealed with. */
const sealEnd = (row: SqlRow) =>
  Math.max(...ledger.entries.filter((one) => monthOfRow(one) === monthOfRow(row)).map(positionOf));
const monthOfRow = (row: SqlRow) => String(row.received_at).slice(0, 7);
const at = (row: SqlRow): [string | null, string | null] => [ledger.tenantId, row.id ?? null];
const ENTRY = 'tenant_id = $1 AND id = $2';
const SEAL = `tenant_id = $1 AND month = (SELECT min(month) FROM audit_seal)`;

/** Another value of a column of `audit_log`, and the fault that it must be. */
const FIELDS: Readonly<Record<string, { to: string; is(row: SqlRow): Expected }>> = {
  tenant_id: { to: 'gen_random_uuid()', is: missing },
  id: { to: 'gen_random_uuid()', is: hashAt },
  site_id: { to: 'gen_random_uuid()', is: hashAt },
  origin: { to: 'gen_random_uuid()', is: (row) => ({ fault: 'origin', position: positionOf(row) }) },
  seq: { to: 'seq + 1', is: (row) => ({ fault: 'seq', position: positionOf(row) }) },
  tx: { to: 'gen_random_uuid()', is: hashAt },
  command_id: { to: 'gen_random_uuid()', is: hashAt },
  user_id: { to: 'gen_random_uuid()', is: hashAt },
  action: { to: `action || 'X'`, is: hashAt },
  entity: { to: `entity || 'x'`, is: hashAt },
  entity_id: { to: 'gen_random_uuid()', is: hashAt },
  data: { to: `data || '{"partySize": 9}'`, is: hashAt },
  commitment: { to: `coalesce(commitment, '') || 'x'`, is: hashAt },
  occurred_at: { to: `occurred_at + interval '1 microsecond'`, is: hashAt },
  clock_suspect: { to: 'NOT clock_suspect', is: hashAt },
  prev_hash: {
    to: `md5(prev_hash) || md5(prev_hash)`,
    is: (row) => ({ fault: 'prev_hash', position: positionOf(row) }),
  },
  hash: { to: 'md5(hash) || md5(hash)', is: hashAt },
  position: { to: 'position + 1', is: missing },
  received_at: {
    to: `received_at + interval '1 microsecond'`,
    is: (row) => ({ fault: 'seal', position: sealEnd(row) }),
  },
};

function hashAt(row: SqlRow): Expected {
  return { fault: 'hash', position: positionOf(row), origin: row.origin ?? undefined, seq: Number(row.seq) };
}

/** The position of an entry is nobody's any more. */
function missing(row: SqlRow): Expected {
  if (row === last()) return { fault: 'head', position: positionOf(row) - 1 };
  return { fault: 'position', position: positionOf(row) + 1, detail: `expected ${positionOf(row)}` };
}

const changeField =
  (column: string): Tamper =>
  async (sql, pick) => {
    const field = FIELDS[column];
    if (field === undefined) throw new Error(`nobody has said what a change of ${column} is`);
    // The time of receipt is in no chain: it is held once its month is sealed.
    const row = pick(ledger.entries.filter((one) => column !== 'received_at' || isSealed(one)));
    await sql(`UPDATE audit_log SET ${column} = ${field.to} WHERE ${ENTRY}`, at(row));
    const expected = field.is(row);
    // The last position has no next: the ledger then ends beyond its head.
    return column === 'position' && row === last() ? { fault: 'head' } : expected;
  };

/** Writes an entry anew with a hash that is true. */
async function forge(sql: Sql, row: SqlRow, over: SqlRow): Promise<string> {
  // As PostgreSQL prints it: that is what is hashed.
  const [printed] = await sql('SELECT $1::jsonb AS data', [over.data ?? row.data]);
  const forged = { ...row, ...over, ...printed };
  const hash = String(rowHash(forged));
  await sql(`UPDATE audit_log SET data = $3, prev_hash = $4, hash = $5 WHERE ${ENTRY}`, [
    ...at(row),
    forged.data,
    forged.prev_hash,
    hash,
  ]);
  return hash;
}

/** Writes an entry and all that follow it in its chain anew, up to its end: everything that no key is needed for. */
async function forgeChain(sql: Sql, from: SqlRow, data = '{"forged": true}'): Promise<void> {
  let hash = await forge(sql, from, { data });
  for (let next = nextOfOrigin(from); next !== undefined; next = nextOfOrigin(next))
    hash = await forge(sql, next, { prev_hash: hash });
  await sql('UPDATE change_head SET cloud_hash = $3 WHERE tenant_id = $1 AND cloud_origin = $2', [
    ledger.tenantId,
    from.origin,
    hash,
  ]);
}

const cloudEntries = () => ledger.entries.filter(({ origin }) => !ledger.devices.includes(String(origin)));

const ENTRIES: Readonly<Record<string, Tamper>> = {
  'an entry is removed': async (sql, pick) => {
    const row = pick(ledger.entries);
    await sql(`DELETE FROM audit_log WHERE ${ENTRY}`, at(row));
    const next = nextOfOrigin(row);
    return [
      missing(row),
      next === undefined
        ? { fault: 'cursor', origin: String(row.origin) }
        : { fault: 'seq', position: positionOf(next), origin: String(row.origin), seq: Number(next.seq) },
    ];
  },
  'an entry is removed, and the positions close up': async (sql, pick) => {
    const row = pick(ledger.entries.filter((one) => nextOfOrigin(one) !== undefined));
    await sql(`DELETE FROM audit_log WHERE ${ENTRY}`, at(row));
    await sql('UPDATE audit_log SET position = position - 1 WHERE tenant_id = $1 AND position > $2', [
      ledger.tenantId,
      row.position,
    ]);
    return { fault: 'seq', origin: String(row.origin), seq: Number(nextOfOrigin(row)?.seq) };
  },
  'two entries of an origin change places': async (sql, pick) => {
    const row = pick(ledger.entries.filter((one) => nextOfOrigin(one) !== undefined));
    const other = nextOfOrigin(row) as SqlRow;
    await swap(sql, 'position', row, other);
    return { fault: 'seq', position: positionOf(row), origin: String(row.origin), seq: Number(other.seq) };
  },
  'two sealed entries of different origins change places': async (sql, pick) => {
    const pairs = ledger.entries.flatMap((row, index) => {
      const next = ledger.entries[index + 1];
      const isPair = next && next.origin !== row.origin && isSealed(next);
      return isPair && monthOfRow(row) === monthOfRow(next) ? [[row, next] as const] : [];
    });
    const [row, other] = pick(pairs);
    await swap(sql, 'position', row, other);
    return { fault: 'seal', position: sealEnd(row) };
  },
  'two entries change what they say': async (sql, pick) => {
    const row = pick(ledger.entries);
    const other = pick(ledger.entries.filter(({ data }) => data !== row.data));
    await swap(sql, 'data', row, other);
    return [hashAt(row), hashAt(other)];
  },
  'an entry is put in between': async (sql, pick) => {
    const row = pick(ledger.entries.slice(1));
    await copy(sql, row, { seq: Number(row.seq) });
    return [
      { fault: 'position', position: positionOf(row), detail: `expected ${positionOf(row) + 1}` },
      { fault: 'seq', position: positionOf(row), origin: String(row.origin) },
    ];
  },
  'an entry is put at the end': async (sql, pick) => {
    const end = pick([last()]);
    await copy(sql, end, { seq: Number(end.seq) + 1, position: positionOf(end) + 1, prev_hash: end.hash });
    return [
      { fault: 'head', position: positionOf(end) + 1 },
      { fault: 'cursor', origin: String(end.origin), seq: Number(end.seq) + 1 },
    ];
  },
  'an entry of a stranger is put at the end, and the head moved': async (sql) => {
    const end = last();
    const position = positionOf(end) + 1;
    const origin = newId<'origin'>(systemEnv);
    await copy(sql, end, { origin, seq: 1, position, prev_hash: '0'.repeat(64) });
    await sql('UPDATE change_head SET ledger_position = $2 WHERE tenant_id = $1', [
      ledger.tenantId,
      position,
    ]);
    return { fault: 'origin', position, origin, seq: 1 };
  },
  'the tail is cut off': async (sql, pick) => {
    const row = pick(ledger.entries.slice(1));
    await sql('DELETE FROM audit_log WHERE tenant_id = $1 AND position >= $2', [
      ledger.tenantId,
      row.position,
    ]);
    return { fault: 'head', position: positionOf(row) - 1, detail: `is at ${last().position}` };
  },
  'the tail is cut off, and the head moved': async (sql, pick) => {
    // Somebody who cuts what the cloud alone wrote moves its own head; a totem's cursor is held by the totem.
    const row = pick(ledger.entries.slice(1));
    const kept = positionOf(row) - 1;
    await sql('DELETE FROM audit_log WHERE tenant_id = $1 AND position > $2', [ledger.tenantId, kept]);
    await sql('UPDATE change_head SET ledger_position = $2 WHERE tenant_id = $1', [ledger.tenantId, kept]);
    return { fault: 'cursor', origin: String(row.origin) };
  },
  'an entry is written anew with a true hash': async (sql, pick) => {
    const row = pick(ledger.entries);
    await forge(sql, row, { data: '{"forged": true}' });
    const next = nextOfOrigin(row);
    if (next === undefined) return { fault: 'cursor', origin: String(row.origin), seq: Number(row.seq) };
    // Where the next link was kept aside, it does not link either.
    const isNext = Number(next.seq) === Number(row.seq) + 1;
    return { fault: isNext ? 'prev_hash' : 'seq', position: positionOf(next), origin: String(next.origin) };
  },
  'a chain is written anew to its end': async (sql, pick) => {
    const row = pick(cloudEntries().filter(isSealed));
    await forgeChain(sql, row);
    return { fault: 'seal', position: sealEnd(row) };
  },
  'a chain and its seals are written anew without the key': async (sql, pick) => {
    const row = pick(cloudEntries().filter(isSealed));
    await forgeChain(sql, row);
    await sql(`UPDATE audit_seal SET signature = repeat('A', 86) WHERE tenant_id = $1`, [ledger.tenantId]);
    return [{ fault: 'seal', position: sealEnd(row) }, { fault: 'seal_signature' }];
  },
  'the opening of an origin is denied': async (sql, pick) => {
    const origin = pick(ledger.devices);
    await sql('DELETE FROM ledger_cursor WHERE tenant_id = $1 AND origin = $2', [ledger.tenantId, origin]);
    await sql('DELETE FROM origin WHERE tenant_id = $1 AND id = $2', [ledger.tenantId, origin]);
    return { fault: 'origin', origin, seq: 1 };
  },
  'a young month is dropped with its seal kept': async (sql) => {
    await sql('DROP TABLE audit_log_202608');
    return { fault: 'month_missing', detail: 'no entry is kept of 2026-08' };
  },
};

async function swap(sql: Sql, column: string, a: SqlRow, b: SqlRow): Promise<void> {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const)
    await sql(`UPDATE audit_log SET ${column} = $3 WHERE ${ENTRY}`, [...at(one), other[column]]);
}

/** A copy of an entry with an id of its own and a hash that is true. */
async function copy(
  sql: Sql,
  row: SqlRow,
  over: Readonly<Record<string, string | number | null | undefined>>,
): Promise<void> {
  const changed = Object.entries({ ...over, id: newId<'entry'>(systemEnv) }).map(
    ([name, value]) => [name, String(value)] as const,
  );
  const forged: SqlRow = { ...row, commitment: null, ...Object.fromEntries(changed) };
  const values = { ...forged, hash: rowHash(forged) ?? '' };
  const names = Object.keys(values);
  await sql(
    `INSERT INTO audit_log (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  );
}

const setSeal =
  (change: string, expected: Expected | readonly Expected[]): Tamper =>
  async (sql) => {
    await sql(`UPDATE audit_seal SET ${change} WHERE ${SEAL}`, [ledger.tenantId]);
    return expected;
  };
const UNSIGNED: Expected = {
  fault: 'seal_signature',
  detail: 'the seal of 2026-08 was not signed like this',
};
const FALSE: Expected = { fault: 'seal', detail: 'the entries of 2026-08 are not what was sealed' };

const SEALS: Readonly<Record<string, Tamper>> = {
  digest: setSeal('digest = md5(digest) || md5(digest)', [
    FALSE,
    UNSIGNED,
    { fault: 'seal_entry', detail: 'the seal of 2026-08 that the ledger speaks of is not there' },
  ]),
  signature: setSeal(`signature = 'A' || substr(signature, 2)`, UNSIGNED),
  heads: setSeal(`heads = heads || '{"00000000-0000-7000-8000-000000000000": {"seq": 1, "hash": "x"}}'`, [
    FALSE,
    UNSIGNED,
  ]),
  entries: setSeal('entries = entries + 1', [FALSE, UNSIGNED]),
  first_position: setSeal('first_position = 2', [
    { fault: 'seal', detail: 'the seal of 2026-08 does not begin where the one before ends' },
    UNSIGNED,
  ]),
  last_position: setSeal('last_position = last_position - 1', [FALSE, UNSIGNED]),
  key_id: setSeal(`key_id = 'mine'`, {
    fault: 'seal_signature',
    detail: 'the seal of 2026-08 names a key that is not known',
  }),
  sealed_at: setSeal(`sealed_at = '2026-08-20'`, [
    { fault: 'seal', detail: 'the seal of 2026-08 is out of its time' },
    UNSIGNED,
  ]),
  month: setSeal(`month = '2026-07-01'`, { fault: 'seal_signature' }),
  'tenant_id, which removes it': async (sql, pick) => {
    const month = pick(['2026-08', '2026-09']);
    await sql('DELETE FROM audit_seal WHERE tenant_id = $1 AND month = $2', [ledger.tenantId, `${month}-01`]);
    return { fault: 'seal_entry', detail: `the seal of ${month} that the ledger speaks of is not there` };
  },
};

const HEADS: Readonly<Record<string, Tamper>> = {
  'the position of the head': async (sql, pick) => {
    const to = positionOf(last()) + pick([-2, -1, 1, 2]);
    await sql('UPDATE change_head SET ledger_position = $2 WHERE tenant_id = $1', [ledger.tenantId, to]);
    return { fault: 'head', position: positionOf(last()), detail: `is at ${to}` };
  },
  "the end of the cloud's chain": async (sql, pick) => {
    const change = pick([
      'cloud_seq = cloud_seq + 1',
      'cloud_seq = cloud_seq - 1',
      `cloud_hash = repeat('0', 64)`,
    ]);
    await sql(`UPDATE change_head SET ${change} WHERE tenant_id = $1`, [ledger.tenantId]);
    return { fault: 'cursor', origin: String(cloudEntries()[0]?.origin) };
  },
  'the origin that the cloud goes on as': async (sql) => {
    const origin = newId<'origin'>(systemEnv);
    await sql('UPDATE change_head SET cloud_origin = $2 WHERE tenant_id = $1', [ledger.tenantId, origin]);
    return { fault: 'cursor', origin };
  },
  'the whole head': async (sql) => {
    await sql('DELETE FROM change_head WHERE tenant_id = $1', [ledger.tenantId]);
    return { fault: 'head', detail: 'is not there' };
  },
  "a totem's cursor": async (sql, pick) => {
    const origin = pick(ledger.devices);
    const change = pick(['seq = seq + 1', 'seq = seq - 1', `hash = repeat('0', 64)`]);
    await sql(`UPDATE ledger_cursor SET ${change} WHERE tenant_id = $1 AND origin = $2`, [
      ledger.tenantId,
      origin,
    ]);
    return { fault: 'cursor', origin };
  },
};

const BESIDE: Readonly<Record<string, Tamper>> = {
  'personal data says something else': async (sql, pick) => {
    const row = pick(await privates(sql));
    const change = pick([
      `data = '{"name": "Eva"}'`,
      `salt = 'x'`,
      'entity_id = gen_random_uuid()',
      `entity = 'user'`,
    ]);
    await sql(`UPDATE entry_private SET ${change} WHERE tenant_id = $1 AND entry_id = $2`, [
      ledger.tenantId,
      row.id,
    ]);
    return { fault: 'private', position: Number(row.position) };
  },
  'personal data is put beside an entry that has none': async (sql, pick) => {
    const row = pick(ledger.entries.filter(({ commitment }) => commitment === null));
    await sql(
      `INSERT INTO entry_private (tenant_id, entry_id, entity, entity_id, salt, data) VALUES ($1, $2, $3, $4, 'x', '{}')`,
      [...at(row), row.entity, row.entity_id],
    );
    return { fault: 'private', detail: 'rows of personal data belong to no entry' };
  },
  'what was kept aside is thrown away': async (sql, pick) => {
    const row = pick(await sql('SELECT * FROM ledger_quarantine WHERE tenant_id = $1', [ledger.tenantId]));
    await sql('DELETE FROM ledger_quarantine WHERE tenant_id = $1 AND id = $2', at(row));
    return { fault: 'seq', origin: String(row.origin), seq: Number(row.seq) + 1 };
  },
  'what was kept aside says something else': changeAside(
    `bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"partySize":7', '"partySize":8'), 'UTF8')`,
  ),
  'what was kept aside is no entry any more': changeAside(`bytes = '{}'`),
  'what was kept aside has another hash': changeAside(`hash = repeat('0', 64)`),
};

function changeAside(change: string): Tamper {
  return async (sql, pick) => {
    const row = pick(await sql('SELECT * FROM ledger_quarantine WHERE tenant_id = $1', [ledger.tenantId]));
    await sql(`UPDATE ledger_quarantine SET ${change} WHERE tenant_id = $1 AND id = $2`, at(row));
    return { fault: 'seq', origin: String(row.origin), seq: Number(row.seq) + 1 };
  };
}

function privates(sql: Sql): Promise<readonly SqlRow[]> {
  return sql(
    `SELECT a.id, a.position FROM entry_private p JOIN audit_log a ON a.tenant_id = p.tenant_id AND a.id = p.entry_id
     WHERE a.tenant_id = $1 ORDER BY a.position`,
    [ledger.tenantId],
  );
}

/** Runs a way to tamper at random places. */
async function isSeen(tamper: Tamper): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = seededRandom(seed);
      const pick: Pick = (from) => from[Math.floor(random() * from.length)] as never;
      let expected: readonly Expected[] = [];
      const report = await ledger.after(async (sql) => {
        expected = [await tamper(sql, pick)].flat();
      });
      for (const one of expected) expectFault(report, one);
    }),
    { numRuns: RUNS },
  );
}

function expectFault(report: TenantReport, { detail, ...rest }: Expected): void {
  const fault = { ...rest, ...(detail === undefined ? {} : { detail: expect.stringContaining(detail) }) };
  expect(report.faults).toContainEqual(expect.objectContaining(fault));
}

test('the ledger that is tampered with is whole, and has all that a ledger has', async () => {
  const report = await ledger.after(async () => {});
  expect(report.faults).toEqual([]);
  expect(report).toMatchObject({ seals: 2, unkeptMonths: 0, entries: ledger.entries.length });
  const sum = (field: 'aside' | 'privates' | 'erased') =>
    report.origins.reduce((total, origin) => total + origin[field], 0);
  expect([report.origins.length, sum('aside'), sum('erased')]).toEqual([3, 18, 1]);
  expect(sum('privates')).toBeGreaterThan(10);
  expect(ledger.sealedTo).toBeLessThan(ledger.entries.length);
});

test('every column of an entry has a change that is seen', async () => {
  expect(Object.keys(ledger.entries[0] ?? {}).sort()).toEqual(Object.keys(FIELDS).sort());
});

describe('it is seen when', () => {
  test.each(Object.keys(FIELDS))('%s of an entry is changed', (column) => isSeen(changeField(column)));
  test.each(Object.entries(ENTRIES))('%s', (_, tamper) => isSeen(tamper));
  test.each(Object.entries(SEALS))('a seal changes its %s', (_, tamper) => isSeen(tamper));
  test.each(Object.entries(HEADS))('somebody changes %s', (_, tamper) => isSeen(tamper));
  test.each(Object.entries(BESIDE))('%s', (_, tamper) => isSeen(tamper));
});

describe('a seal that was taken elsewhere', () => {
  /** The seal of September as the API gives it. */
  async function taken(sql: Sql): Promise<SignedSeal> {
    const rows = await sql('SELECT * FROM audit_seal WHERE tenant_id = $1 ORDER BY month', [ledger.tenantId]);
    return sealOfRow(ledger.tenantId, rows[1] as SqlRow, String(rows[0]?.digest));
  }
  const september = async () => {
    let seal: SignedSeal | undefined;
    await ledger.after(async (sql) => {
      seal = await taken(sql);
    });
    return seal as SignedSeal;
  };

  /** Everything that somebody with the database and the key can do about a time of receipt in September. */
  async function forgeWithKey(sql: Sql): Promise<void> {
    const seal = await taken(sql);
    const row = ledger.entries.find(({ position }) => Number(position) === seal.firstPosition) as SqlRow;
    await sql(`UPDATE audit_log SET received_at = received_at + interval '1 second' WHERE ${ENTRY}`, at(row));
    const span = readSpan(ledger.tenantId, seal.month, seal.previousDigest);
    for (const one of await sql(
      'SELECT * FROM audit_log WHERE tenant_id = $1 AND position BETWEEN $2 AND $3 ORDER BY position',
      [ledger.tenantId, seal.firstPosition, seal.lastPosition],
    ))
      span.take(one);
    const { signature: _, ...forged } = { ...seal, ...span.end() };
    await sql(
      `UPDATE audit_seal SET digest = $2, signature = $3 WHERE tenant_id = $1 AND month = '2026-09-01'`,
      [ledger.tenantId, forged.digest, ledger.keys.sign(signedText(forged))],
    );
    const told = cloudEntries().filter(({ action }) => action === 'AUDIT_SEALED')[1] as SqlRow;
    await forgeChain(sql, told, JSON.stringify({ ...JSON.parse(String(told.data)), digest: forged.digest }));
  }

  test('is found in the database that it was taken from', async () => {
    const report = await ledger.after(async () => {}, { statements: [await september()] });
    expect(report.faults).toEqual([]);
  });

  test('convicts even somebody who has the key', async () => {
    expect((await ledger.after(forgeWithKey)).faults).toEqual([]);
    const { faults } = await ledger.after(forgeWithKey, { statements: [await september()] });
    expect(faults).toMatchObject([
      { fault: 'statement', detail: 'the seal of 2026-09 is not the statement' },
    ]);
  });

  test('is believed only as it was signed', async () => {
    const seal = await september();
    const { faults } = await ledger.after(async () => {}, { statements: [{ ...seal, entries: 1 }] });
    expect(faults.map(({ fault }) => fault)).toEqual(['statement', 'statement']);
  });

  test('of a seal that is gone is missed', async () => {
    const { faults } = await ledger.after((sql) => sql('DELETE FROM audit_seal'), {
      statements: [await september()],
    });
    expect(faults.map(({ fault }) => fault)).toContain('statement');
  });
});

/** What nothing but the next seal can hold: it says how long a month may be open. */
describe('of what is not sealed yet, it is not seen when', () => {
  test('the order of receipt between origins is changed', async () => {
    const rows = ledger.entries.filter((row) => !isSealed(row));
    const index = rows.findIndex((row, place) => rows[place + 1]?.origin !== row.origin);
    const { faults } = await ledger.after((sql) =>
      swap(sql, 'position', rows[index] as SqlRow, rows[index + 1] as SqlRow),
    );
    expect(faults).toEqual([]);
  });

  test("the last of the cloud's own entries are cut off with its head", async () => {
    const [end, before] = [last(), ledger.entries.at(-2) as SqlRow];
    const { faults } = await ledger.after(async (sql) => {
      await sql(`DELETE FROM audit_log WHERE ${ENTRY}`, at(end));
      await sql(
        'UPDATE change_head SET ledger_position = $2, cloud_seq = $3, cloud_hash = $4 WHERE tenant_id = $1',
        [ledger.tenantId, before.position, before.seq, before.hash],
      );
    });
    expect(faults).toEqual([]);
  });
});
