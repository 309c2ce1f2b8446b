/**
 * A company in a test's database whose every text carries its own canary, with an admin who is signed in, and with a record of
 * any kind on demand: for tests that show that nobody else's canary is ever seen.
 */
import { newId, type SiteId, type TenantId, type UserId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud } from '@totem/testkit/postgres';
import { openSite } from './neighbour.ts';
import type { Onlooker } from './owner.ts';
import { RECORD_KINDS } from './record-kinds.ts';

export interface Company {
  /** Is in every text of this company, and in nobody else's. */
  readonly canary: string;
  readonly url: string;
  readonly look: Onlooker;
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly adminId: UserId;
  readonly username: string;
  /** The admin's access token. */
  readonly token: string;
  /** A text that was not given before. */
  text(): string;
  number(): number;
  /** The id of a record of the kind that lives at this path, made when it is asked for first. */
  idOf(path: string): Promise<string>;
  /** The body that makes one more record of a kind; undefined for what is not made by posting. */
  bodyOf(path: string): Promise<object | undefined>;
}

/** Opens a company. @param name of lower-case letters and digits, once in a database. */
export async function openCompany(test: TestCloud, look: Onlooker, name: string): Promise<Company> {
  const tenantId = newId<'tenant'>(systemEnv);
  const adminId = newId<'user'>(systemEnv);
  const canary = `canary-${name}`;
  const username = `admin.${name}`;
  await look.rows(`INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, $2, $2, now())`, [
    tenantId,
    canary,
  ]);
  const siteId = await openSite(look, tenantId, canary);
  await addPerson(look, { tenantId, id: adminId, username, role: 'admin' });
  const token = await signIn(test.url, username);
  return company({ canary, url: test.url, look, tenantId, siteId, adminId, username, token });
}

/** Adds somebody with the password of the demo's admin: its hash is at hand. */
export async function addPerson(
  look: Onlooker,
  person: {
    readonly tenantId: TenantId;
    readonly id: UserId;
    readonly username: string;
    readonly role: string;
    readonly siteId?: SiteId;
  },
): Promise<void> {
  const { tenantId, id, username, role, siteId } = person;
  await look.rows(
    `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
     SELECT $1, $2, now(), $3::text, $3, hashed_password, $4 FROM app_user WHERE username = 'admin'`,
    [tenantId, id, username, role],
  );
  if (siteId !== undefined)
    await look.rows('INSERT INTO user_site (tenant_id, user_id, site_id) VALUES ($1, $2, $3)', [
      tenantId,
      id,
      siteId,
    ]);
}

/** The access token of somebody with that password. */
export async function signIn(url: string, username: string): Promise<string> {
  const answer = await fetch(`${url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: TEST_PASSWORDS.admin }),
  });
  if (!answer.ok) throw new Error(`${username} cannot sign in: ${await answer.text()}`);
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

function company(parts: Omit<Company, 'text' | 'number' | 'idOf' | 'bodyOf'>): Company {
  const made = new Map<string, Promise<string>>();
  let last = 0;
  const number = () => {
    last += 1;
    return last;
  };
  const self: Company = {
    ...parts,
    number,
    text: () => `${parts.canary} ${number()}`,
    idOf: (path) => {
      const known = made.get(path) ?? make(path);
      made.set(path, known);
      return known;
    },
    bodyOf: async (path) => RECORD_KINDS[path]?.body?.(self),
  };
  const make = async (path: string): Promise<string> => {
    const { make: given, body } = RECORD_KINDS[path] ?? {};
    if (given !== undefined) return given(self);
    const answer = await fetch(`${self.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${self.token}`,
        'content-type': 'application/json',
        'idempotency-key': newId<'key'>(systemEnv),
      },
      body: JSON.stringify(await body?.(self)),
    });
    if (!answer.ok) throw new Error(`${path} makes nothing: ${await answer.text()}`);
    return ((await answer.json()) as { id: string }).id;
  };
  return self;
}
