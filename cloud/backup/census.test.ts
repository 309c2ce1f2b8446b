/** Two censuses that differ in one thing say which, and two that do not say nothing. */
import { expect, test } from 'vitest';
import { type Census, differences, rowsOf, tenantsOf } from './census.ts';

const TENANT = '0190a0b0-0000-7000-8000-000000000001';
const OTHER = '0190a0b0-0000-7000-8000-000000000002';

const rows = (count: number, digest: string, cents: Record<string, string | null> = {}) => ({
  rows: String(count),
  digest,
  cents,
});
const census = (over: Partial<Census> = {}): Census => ({
  server: '15.18 (Debian 15.18-0+deb12u1)',
  owner: 'totem_owner',
  encoding: 'UTF8',
  collate: 'C',
  ctype: 'C',
  roles: { totem_api: { login: true, bypass: false, memberOf: [] } },
  tables: {
    'public.payment_transaction': {
      [TENANT]: rows(3, '77', { amount_cents: '4500' }),
      [OTHER]: rows(1, '5', { amount_cents: null }),
    },
    'public.schema_migration': { '-': rows(24, '9') },
  },
  definitions: { 'policy ticket.tenant_fence': 'aa', 'trigger audit_log.append_only': 'bb' },
  ...over,
});

const money = (mine: ReturnType<typeof rows> | undefined): Partial<Census> => {
  const tables = structuredClone(census().tables);
  const payments = tables['public.payment_transaction'] ?? {};
  if (mine === undefined) delete payments[TENANT];
  else payments[TENANT] = mine;
  return { tables };
};

const cases: readonly (readonly [string, Partial<Census>, readonly string[]])[] = [
  ['nothing', {}, []],
  ['a server of the same version that is built elsewhere', { server: '15.9' }, []],
  [
    'a row',
    money(rows(2, '77', { amount_cents: '4500' })),
    [`table public.payment_transaction, tenant ${TENANT}: 3 rows became 2`],
  ],
  [
    'all rows of a tenant',
    money(undefined),
    [`table public.payment_transaction, tenant ${TENANT}: 3 rows became 0`],
  ],
  [
    'a sum',
    money(rows(3, '78', { amount_cents: '4501' })),
    [`table public.payment_transaction, tenant ${TENANT}: the sum of amount_cents is another`],
  ],
  [
    'a value',
    money(rows(3, '78', { amount_cents: '4500' })),
    [`table public.payment_transaction, tenant ${TENANT}: a value is another`],
  ],
  [
    'a table',
    { tables: { 'public.schema_migration': { '-': rows(24, '9') } } },
    ['table public.payment_transaction is missing'],
  ],
  [
    'a policy',
    { definitions: { 'policy ticket.tenant_fence': 'ab', 'trigger audit_log.append_only': 'bb' } },
    ['policy ticket.tenant_fence is another'],
  ],
  [
    'a trigger',
    { definitions: { 'policy ticket.tenant_fence': 'aa' } },
    ['trigger audit_log.append_only is missing'],
  ],
  ['a role', { roles: {} }, ['role totem_api is missing']],
  [
    'the rights of a role',
    { roles: { totem_api: { login: true, bypass: true, memberOf: [] } } },
    ['role totem_api is another'],
  ],
];

test.each(cases)('what differs is %s', (_, over, expected) => {
  expect(differences(census(), census(over))).toEqual(expected);
});

test('definitions are written differently by another major version, and are left aside then; rows are not', () => {
  const newer = { server: '18.4', definitions: {}, ...money(rows(2, '77', { amount_cents: '4500' })) };
  expect(differences(census(), census(newer))).toEqual([
    `table public.payment_transaction, tenant ${TENANT}: 3 rows became 2`,
  ]);
});

test('rows and tenants are counted over all tables', () => {
  expect([rowsOf(census()), tenantsOf(census())]).toEqual([28, [TENANT, OTHER]]);
});
