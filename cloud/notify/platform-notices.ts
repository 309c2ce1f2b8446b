/** Who is told what concerns the platform and no company: named by whoever installs it, by mail. */
import { type Env, instantText, newId, PLATFORM_TENANT_ID } from '@totem/domain';
import type { Database } from '../db/pool.ts';
import { type Statement, withTenant } from '../db/with-tenant.ts';

const EVENTS = ['backup.overdue', 'backup.verified', 'chain.broken'] as const;
const NAME = 'platform';

const KEEP: Statement = {
  name: 'platform-notices-keep',
  text: `UPDATE config_notification SET target = $3, events = $4, active = true, version = version + 1
    WHERE tenant_id = $1 AND name = $2 AND deleted_at IS NULL`,
};
const MAKE: Statement = {
  name: 'platform-notices-make',
  text: `INSERT INTO config_notification (tenant_id, id, created_at, channel, name, events, target, locale, active)
    VALUES ($1, $5, $6, 'email', $2, $4, $3, 'pt-BR', true)`,
};

/** Puts these addresses in place of the ones before. */
export async function ensurePlatformNotices(db: Database, env: Env, to: readonly string[]): Promise<void> {
  await withTenant(db, PLATFORM_TENANT_ID, async (tx) => {
    const values = [tx.tenantId, NAME, JSON.stringify({ to }), JSON.stringify(EVENTS)];
    if ((await tx.run(KEEP, values)) > 0) return;
    await tx.run(MAKE, [...values, newId<'config_notification'>(env), instantText(env.now())]);
  });
}
