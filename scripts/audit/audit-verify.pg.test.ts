/** `npm run audit:verify` as it is typed: its lines, its exit code, and whose keys it believes. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { newSigningKey } from '@totem/cloud';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditPlaceOf, parseAuditArguments } from './options.ts';
import { auditVerify } from './run.ts';

const PROGRAM = join(import.meta.dirname, '..', 'audit-verify.ts');
const signingKey = newSigningKey();

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await testCloud({ signingKey });
  for (let times = 0; times < 3; times += 1) await cloud.signIn('admin');
});
afterAll(() => cloud.close());

const environment = () => ({ DATABASE_URL: cloud.urls.api, SIGNING_KEY: JSON.stringify(signingKey) });

/** What a run says, and its exit code. */
async function verify(...words: string[]): Promise<{ code: number; out: string; error: string }> {
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await auditVerify(words, {
    environment: environment(),
    demoDir: '/nowhere',
    say: (line) => void said.push(line),
    complain: (line) => void complaints.push(line),
  });
  return { code, out: said.join('\n'), error: complaints.join('\n') };
}

/** The program itself, run to its end. */
function program(): Promise<{ code: number; out: string }> {
  const env = { ...process.env, ...environment() };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM], { env }, (_, out) =>
      resolve({ code: child.exitCode ?? -1, out }),
    );
  });
}

/** As nobody of the product can: past the guards of the tables. */
async function tamper(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: cloud.urls.superuser });
  await client.connect();
  await client.query(`SET session_replication_role = 'replica'`);
  await client.query(sql);
  await client.end();
}

test('a ledger that is whole is said to be so, tenant by tenant and origin by origin', async () => {
  const { code, out } = await verify();
  const { tenantId } = cloud.seed;
  expect(out).toMatch(new RegExp(`^tenant ${tenantId}: 4 entries at 1 to 4, 0 seals: whole$`, 'm'));
  expect(out).toMatch(/^ {2}origin \S+ of the cloud: 4 entries, seq 1 to 4: whole$/m);
  expect(out).toMatch(/^2 tenants, 4 entries, 0 faults$/m);
  expect(code).toBe(0);
});

test('a fault is named with its place, and is the exit code', async () => {
  const place = `tenant_id = '${cloud.seed.tenantId}' AND position = 3`;
  await tamper(`UPDATE audit_log SET data = '{"innocent": true}' WHERE ${place}`);
  try {
    const { code, out } = await verify();
    expect(out).toMatch(/^tenant \S+: 4 entries at 1 to 4, 0 seals: 1 FAULT$/m);
    expect(out).toMatch(/^ {2}FAULT hash: is not the hash of the entry \(position 3, origin \S+, seq 3\)$/m);
    expect(code).toBe(1);
    expect(await program()).toEqual({ code: 1, out: `${out}\n` });
    const asJson = await verify('--json', '--tenant', cloud.seed.tenantId);
    expect(JSON.parse(asJson.out)).toMatchObject({ faults: [{ fault: 'hash', position: 3, seq: 3 }] });
    const other = await verify('--tenant', '00000000-0000-8000-8000-000000000001');
    expect([other.code, other.out]).toEqual([0, expect.stringContaining('0 faults')]);
  } finally {
    await tamper(`UPDATE audit_log SET data = '{}' WHERE ${place}`);
  }
});

test('what cannot be asked is neither whole nor broken', async () => {
  const unknown = await verify('--everything');
  expect([unknown.code, unknown.error]).toEqual([2, expect.stringContaining('npm run audit:verify')]);
  for (const words of [
    ['--seal', '/nowhere'],
    ['--tenant', 'acme'],
  ])
    expect(() => parseAuditArguments(words)).toThrow();
});

test('public keys are enough to check with', () => {
  const published = auditPlaceOf({ SIGNING_KEY: JSON.stringify(signingKey) }).keys.published;
  const [key] = published;
  const { keys } = auditPlaceOf({ SEAL_KEYS_FORMER: JSON.stringify(published) });
  expect(keys.has(String(key?.kid))).toBe(true);
  expect(auditPlaceOf({}).databaseUrl).toBeUndefined();
  expect(parseAuditArguments([])).toEqual({ tenantIds: undefined, statements: [], json: false });
});
