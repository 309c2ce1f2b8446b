/**
 * The demo's tenant: one branch in São Paulo with services, priority classes from the law, counters, people and devices.
 * Its ids follow from names, so seeding again changes nothing and finds what is there.
 */
import { createHash } from 'node:crypto';
import {
  BRAZILIAN_PRIORITY_CLASSES,
  type Env,
  type EquipmentId,
  type Id,
  idSchema,
  instantText,
  QUEUE_RULES_DEFAULT,
  type SiteId,
  type TenantId,
} from '@totem/domain';
import type { Passwords } from '../access/password.ts';
import type { Database } from '../db/pool.ts';
import { type Statement, type WriteHandle, withTenant } from '../db/with-tenant.ts';
import {
  DEMO_COUNTERS,
  DEMO_DISPLAY,
  DEMO_PEOPLE,
  DEMO_SERVICES,
  DEMO_SITE,
  DEMO_TENANT,
  DEMO_TOTEMS,
  type DemoUsername,
} from './demo-data.ts';

export interface DemoSeed {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly totems: readonly { readonly equipmentId: EquipmentId; readonly lane: string }[];
  readonly displayId: EquipmentId;
}

const DEFAULT_LOCALE = 'pt-BR';
/** A class of the demo gets its place in the order of the law's list, ten apart, so that others fit between. */
const SORT_STEP = 10;

/** Seeds the demo, or finds it. @param passwords what each person of the demo signs in with. */
export async function seedDemo(
  parts: { readonly db: Database; readonly env: Env; readonly hashing: Passwords },
  passwords: Readonly<Record<DemoUsername, string>>,
): Promise<DemoSeed> {
  const tenantId = demoId<'tenant'>('tenant');
  const siteId = demoId<'site'>('site');
  const totems = DEMO_TOTEMS.map(({ identifier, lane }) => ({
    equipmentId: demoId<'equipment'>(identifier),
    lane,
  }));
  const displayId = demoId<'equipment'>(DEMO_DISPLAY.identifier);
  const at = instantText(parts.env.now());
  await withTenant(parts.db, tenantId, async (tx) => {
    await tx.run(INSERT_TENANT, [tenantId, DEMO_TENANT.name, DEMO_TENANT.slug, DEFAULT_LOCALE, at]);
    await seedSite(tx, siteId, at);
    await seedCatalogue(tx, siteId, at);
    for (const { identifier, lane } of DEMO_TOTEMS)
      await tx.run(INSERT_EQUIPMENT, [tenantId, demoId(identifier), at, siteId, 'totem', identifier, lane]);
    const { identifier } = DEMO_DISPLAY;
    await tx.run(INSERT_EQUIPMENT, [tenantId, displayId, at, siteId, 'display', identifier, null]);
  });
  for (const person of DEMO_PEOPLE) {
    const id = demoId<'user'>(person.username);
    const isThere = await withTenant(parts.db, tenantId, (tx) => tx.one(FIND_USER, [tenantId, id]));
    if (isThere !== undefined) continue;
    const hashed = await parts.hashing.hash(passwords[person.username]);
    await withTenant(parts.db, tenantId, async (tx) => {
      const { username, fullName, role } = person;
      await tx.run(INSERT_USER, [tenantId, id, at, username, fullName, hashed, role]);
      if (role === 'operator') await tx.run(INSERT_USER_SITE, [tenantId, id, siteId]);
    });
  }
  return { tenantId, siteId, totems, displayId };
}

/**
 * Registers the public key of a device, as an enrolment does. @param publicKey raw Ed25519 key, 32 bytes in base64url.
 * @throws Error when there is no such device.
 */
export async function registerDeviceKey(
  db: Database,
  device: { readonly tenantId: TenantId; readonly equipmentId: EquipmentId; readonly publicKey: string },
): Promise<void> {
  const { tenantId, equipmentId, publicKey } = device;
  const touched = await withTenant(db, tenantId, (tx) => tx.run(SET_KEY, [tenantId, equipmentId, publicKey]));
  if (touched === 0) throw new Error(`there is no device ${equipmentId}`);
}

async function seedSite(tx: WriteHandle, siteId: SiteId, at: string): Promise<void> {
  const { name, slug, timezone } = DEMO_SITE;
  const rules = JSON.stringify(QUEUE_RULES_DEFAULT);
  await tx.run(INSERT_SITE, [tx.tenantId, siteId, at, name, slug, timezone, DEFAULT_LOCALE, rules]);
  for (const number of DEMO_COUNTERS)
    await tx.run(INSERT_COUNTER, [
      tx.tenantId,
      demoId(`counter ${number}`),
      at,
      siteId,
      `Guichê ${number}`,
      number,
    ]);
}

async function seedCatalogue(tx: WriteHandle, siteId: SiteId, at: string): Promise<void> {
  for (const [index, service] of DEMO_SERVICES.entries())
    await tx.run(INSERT_SERVICE, [
      tx.tenantId,
      demoId(`service ${service.prefix}`),
      at,
      JSON.stringify([siteId]),
      JSON.stringify(service.name),
      JSON.stringify(service.description),
      service.prefix,
      service.priceCents,
      service.durationMinutes,
      service.icon,
      (index + 1) * SORT_STEP,
      service.paymentPolicy,
    ]);
  for (const [index, preset] of BRAZILIAN_PRIORITY_CLASSES.entries())
    await tx.run(INSERT_PRIORITY_CLASS, [
      tx.tenantId,
      demoId(`priority ${preset.key}`),
      at,
      JSON.stringify(preset.name),
      preset.legalBasis,
      preset.tier,
      preset.weight,
      preset.icon,
      (index + 1) * SORT_STEP,
    ]);
}

/** A UUIDv8 (RFC 9562, 5.8) from a name of the demo. */
export function demoId<K extends string>(name: string): Id<K> {
  const hex = createHash('sha256').update(`totem demo ${name}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return idSchema<K>().parse(parts.join('-'));
}

const INSERT_TENANT: Statement = {
  name: 'seed-tenant',
  text: 'INSERT INTO tenant (id, name, slug, locale, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING',
};
const INSERT_SITE: Statement = {
  name: 'seed-site',
  text: `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
    VALUES ($1, $2, $3, $4, $5, $6, 0, 'BRL', $7, $8) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const INSERT_COUNTER: Statement = {
  name: 'seed-counter',
  text: `INSERT INTO counter (tenant_id, id, created_at, site_id, name, number, active)
    VALUES ($1, $2, $3, $4, $5, $6, true) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const INSERT_SERVICE: Statement = {
  name: 'seed-service',
  text: `INSERT INTO service (tenant_id, id, created_at, site_ids, name, description, prefix, price_cents,
      duration_minutes, icon, sort_order, payment_policy, active)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, true) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const INSERT_PRIORITY_CLASS: Statement = {
  name: 'seed-priority-class',
  text: `INSERT INTO priority_class (tenant_id, id, created_at, name, legal_basis, tier, weight, icon, sort_order, active)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, true) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const INSERT_EQUIPMENT: Statement = {
  name: 'seed-equipment',
  text: `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const FIND_USER: Statement = {
  name: 'seed-find-user',
  text: 'SELECT id FROM app_user WHERE tenant_id = $1 AND id = $2',
};
const INSERT_USER: Statement = {
  name: 'seed-user',
  text: `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const INSERT_USER_SITE: Statement = {
  name: 'seed-user-site',
  text: 'INSERT INTO user_site (tenant_id, user_id, site_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
};
const SET_KEY: Statement = {
  name: 'equipment-set-key',
  text: `UPDATE equipment SET public_key = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`,
};
