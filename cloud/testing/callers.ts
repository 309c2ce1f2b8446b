/** Whoever may knock at a company's door: people of each role, its devices, a key, who runs the platform, and nobody. */
import { DEVICE_TYPES, KEY_SCOPES, newId, type Principal, ROLES } from '@totem/domain';
import { systemEnv } from '@totem/host';
import type { TestCloud } from '@totem/testkit/postgres';
import { ensureOwner } from '../access/owners.ts';
import { createPasswords } from '../access/password.ts';
import { keysOf, type SigningKey } from '../access/signing-key.ts';
import { createAccessTokens } from '../access/tokens.ts';
import { signInAt } from './access.ts';
import { addPerson, type Company, signIn } from './company.ts';

export interface Caller {
  readonly name: string;
  readonly token: string | undefined;
  /** Undefined for who is nobody: their token does not hold, or there is none. */
  readonly principal: Principal | undefined;
}

const OWNER = { username: 'dona', fullName: 'Dona Platforma', password: 'jabuticaba no quintal azul' };
const TOKEN_SECONDS = 3_600;
const LONG_AGO_MS = 3_600_000;

/** Everybody. @param signingKey the cloud's own: a token of it that has ended. */
export async function callersOf(
  test: TestCloud,
  company: Company,
  signingKey: SigningKey,
): Promise<readonly Caller[]> {
  const long = { ...systemEnv, now: () => systemEnv.now() - LONG_AGO_MS };
  const tokens = createAccessTokens(keysOf(signingKey), systemEnv);
  const holding = async (name: string, token: string): Promise<Caller> => ({
    name,
    token,
    principal: await tokens.verify(token),
  });
  const people = await Promise.all(
    ROLES.map(async (role) => holding(role, await personOf(test, company, role))),
  );
  const admin = people.find(({ name }) => name === 'admin')?.principal;
  if (admin === undefined || admin.kind === 'key') throw new Error('a company has an admin');
  const { accessToken: ended } = await createAccessTokens(keysOf(signingKey), long).mint(admin, 60);
  const devices: Caller[] = [];
  for (const type of DEVICE_TYPES)
    devices.push(await holding(`a ${type}`, await deviceOf(test, company, type)));
  return [
    ...people,
    ...devices,
    await keyOf(company, 'a key for everything', KEY_SCOPES),
    await keyOf(company, 'a key for reports', ['reports.read']),
    await holding('who runs the platform', await ownerOf(test)),
    { name: 'nobody', token: undefined, principal: undefined },
    { name: 'nonsense', token: 'x.y.z', principal: undefined },
    { name: 'a token that has ended', token: ended, principal: undefined },
  ];
}

async function personOf(test: TestCloud, company: Company, role: string): Promise<string> {
  if (role === 'admin') return company.token;
  const { look, tenantId, siteId, canary } = company;
  const username = `${role}.${canary}`;
  await addPerson(look, { tenantId, id: newId<'user'>(systemEnv), username, role, siteId });
  return signIn(test.url, username);
}

async function deviceOf(test: TestCloud, { look, tenantId, siteId }: Company, type: string): Promise<string> {
  const id = newId<'equipment'>(systemEnv);
  await look.rows(
    `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane)
     VALUES ($1, $2, now(), $3, $4, $4, CASE $4 WHEN 'totem' THEN '77' END)`,
    [tenantId, id, siteId, type],
  );
  return test.cloud.mintDeviceToken(tenantId, id, TOKEN_SECONDS);
}

async function keyOf(
  company: Company,
  name: string,
  scopes: typeof KEY_SCOPES | ['reports.read'],
): Promise<Caller> {
  const answer = await fetch(`${company.url}/v1/api-keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${company.token}`,
      'content-type': 'application/json',
      'idempotency-key': newId<'key'>(systemEnv),
    },
    body: JSON.stringify({ name, scopes }),
  });
  if (!answer.ok) throw new Error(`no key: ${await answer.text()}`);
  const { key, id } = (await answer.json()) as { key: string; id: never };
  return {
    name,
    token: key,
    principal: { kind: 'key', tenantId: company.tenantId, keyId: id, scopes, siteIds: null },
  };
}

async function ownerOf(test: TestCloud): Promise<string> {
  await ensureOwner({ db: test.cloud.db, env: systemEnv, hashing: createPasswords() }, OWNER);
  return (await signInAt(test.url, OWNER.username, OWNER.password)).accessToken;
}
