/** A second company in a test's database, with a site and an admin of its own: whose rows the first must never see. */
import { newId, type SiteId, type TenantId, type UserId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { TEST_PASSWORDS, type TestCloud } from '@totem/testkit/postgres';
import type { Onlooker } from './owner.ts';

export interface Neighbour {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly adminId: UserId;
  /** The access token of its admin. */
  signIn(): Promise<string>;
}

const USERNAME = 'vizinha';

/** Opens the second company. One for each test database. */
export async function neighbourOf(test: TestCloud, look: Onlooker): Promise<Neighbour> {
  const tenantId = newId<'tenant'>(systemEnv);
  const adminId = newId<'user'>(systemEnv);
  await look.rows(
    `INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'Vizinha', 'vizinha', now())`,
    [tenantId],
  );
  const siteId = await openSite(look, tenantId, 'loja');
  // The same password as the demo's admin: its hash is at hand.
  await look.rows(
    `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
     SELECT $1, $2, now(), $3, 'Vera Vizinha', hashed_password, 'admin' FROM app_user WHERE username = 'admin'`,
    [tenantId, adminId, USERNAME],
  );
  return {
    tenantId,
    siteId,
    adminId,
    signIn: async () => {
      const answer = await fetch(`${test.url}/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: USERNAME, password: TEST_PASSWORDS.admin }),
      });
      if (!answer.ok) throw new Error(`${USERNAME} cannot sign in: ${await answer.text()}`);
      return ((await answer.json()) as { accessToken: string }).accessToken;
    },
  };
}

/** Another site of a tenant, without the ledger knowing of it. */
export async function openSite(
  look: Onlooker,
  tenantId: TenantId,
  slug: string,
  timezone = 'America/Sao_Paulo',
): Promise<SiteId> {
  const siteId = newId<'site'>(systemEnv);
  await look.rows(
    `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
     SELECT $1, $2, now(), $3, $3, $4, 0, 'BRL', 'pt-BR', queue_rules FROM site ORDER BY created_at LIMIT 1`,
    [tenantId, siteId, slug, timezone],
  );
  return siteId;
}
