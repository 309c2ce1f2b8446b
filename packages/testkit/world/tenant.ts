/** A company of its own for each seed, in a database that many seeds share: its site, what it offers, its people and devices. */
import { createPrivateKey, sign } from 'node:crypto';
import type { SigningKey } from '@totem/cloud';
import {
  type CounterId,
  type Env,
  type EquipmentId,
  instantText,
  newId,
  type PriorityClassId,
  QUEUE_RULES_DEFAULT,
  type ServiceId,
  type SiteId,
  type TenantId,
  type UserId,
} from '@totem/domain';
import pg from 'pg';

export interface WorldTenant {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly serviceIds: readonly ServiceId[];
  readonly priorityClassIds: readonly PriorityClassId[];
  readonly counterIds: readonly CounterId[];
  readonly operators: readonly { readonly userId: UserId; readonly sessionId: string }[];
}

/** Looks at the database from outside, past every fence, and takes every value as its text. */
export interface Onlooker {
  rows(sql: string, values?: readonly unknown[]): Promise<Record<string, string | null>[]>;
  close(): Promise<void>;
}

export async function openOnlooker(superuserUrl: string): Promise<Onlooker> {
  const client = new pg.Client({
    connectionString: superuserUrl,
    options: '-c timezone=UTC -c datestyle=ISO,YMD',
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  // What is asked again and again is planned once; what has no values may be several statements.
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `look-${names.size}`;
    names.set(text, name);
    return name;
  };
  return {
    rows: async (text, values = []) => {
      const query = values.length === 0 ? { text } : { name: nameOf(text), text, values: [...values] };
      return (await client.query<Record<string, string | null>>(query)).rows;
    },
    close: () => client.end(),
  };
}

const SERVICES = [
  { prefix: 'A', priceCents: 0 },
  { prefix: 'B', priceCents: 2_500 },
] as const;
const TIERS = [0, 2] as const;

export async function openTenant(look: Onlooker, env: Env, operators: number): Promise<WorldTenant> {
  const at = instantText(env.now());
  const tenantId = newId<'tenant'>(env);
  const siteId = newId<'site'>(env);
  const insert = (table: string, row: Readonly<Record<string, unknown>>) => {
    const columns = Object.keys(row);
    const places = columns.map((_, index) => `$${index + 1}`);
    return look.rows(`INSERT INTO ${table} (${columns}) VALUES (${places})`, Object.values(row));
  };
  const own = { tenant_id: tenantId, created_at: at };
  await insert('tenant', { id: tenantId, name: 'World', slug: `world-${tenantId}`, created_at: at });
  await insert('site', {
    ...own,
    id: siteId,
    name: 'Centro',
    slug: 'centro',
    timezone: 'America/Sao_Paulo',
    rollover_hour: 0,
    currency: 'BRL',
    default_locale: 'pt-BR',
    queue_rules: JSON.stringify(QUEUE_RULES_DEFAULT),
  });
  const serviceIds = await addServices(insert, env, own);
  const priorityClassIds: PriorityClassId[] = [];
  for (const [index, tier] of TIERS.entries()) {
    const id = newId<'priority_class'>(env);
    priorityClassIds.push(id);
    await insert('priority_class', {
      ...own,
      id,
      name: JSON.stringify({ 'pt-BR': `Classe ${tier}` }),
      tier,
      weight: tier,
      sort_order: index,
      active: true,
    });
  }
  const counterIds: CounterId[] = [];
  const people: { userId: UserId; sessionId: string }[] = [];
  for (let number = 1; number <= operators; number += 1) {
    const id = newId<'counter'>(env);
    counterIds.push(id);
    await insert('counter', { ...own, id, site_id: siteId, name: `Guichê ${number}`, number, active: true });
    const userId = newId<'user'>(env);
    const sessionId = newId<'session'>(env);
    people.push({ userId, sessionId });
    await insert('app_user', {
      ...own,
      id: userId,
      username: `o${number}.${userId}`,
      full_name: `Operador ${number}`,
      hashed_password: 'none',
      role: 'operator',
    });
    await insert('user_site', { tenant_id: tenantId, user_id: userId, site_id: siteId });
    await insert('user_session', {
      ...own,
      id: sessionId,
      user_id: userId,
      used_at: at,
      expires_at: instantText(env.now() + LIFE_MS),
      rotated_at: at,
    });
  }
  return { tenantId, siteId, serviceIds, priorityClassIds, counterIds, operators: people };
}

type Insert = (table: string, row: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function addServices(insert: Insert, env: Env, own: object): Promise<readonly ServiceId[]> {
  const serviceIds: ServiceId[] = [];
  for (const [index, { prefix, priceCents }] of SERVICES.entries()) {
    const id = newId<'service'>(env);
    serviceIds.push(id);
    await insert('service', {
      ...own,
      id,
      name: JSON.stringify({ 'pt-BR': `Serviço ${prefix}` }),
      prefix,
      price_cents: priceCents,
      duration_minutes: 10,
      active: true,
      sort_order: index,
      payment_policy: priceCents === 0 ? 'free' : 'after_service',
    });
  }
  return serviceIds;
}

export async function addTotem(
  look: Onlooker,
  totem: {
    readonly tenantId: TenantId;
    readonly siteId: SiteId;
    readonly equipmentId: EquipmentId;
    readonly lane: string;
    readonly publicKey: string;
    readonly at: string;
  },
): Promise<void> {
  const { tenantId, siteId, equipmentId, lane, publicKey, at } = totem;
  await look.rows(
    `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane, public_key)
     VALUES ($1, $2, $3, $4, 'totem', $5, $6, $7)`,
    [tenantId, equipmentId, at, siteId, `totem-${lane}`, lane, publicKey],
  );
}

const LIFE_MS = 30 * 86_400_000;

/** An access token for the whole run: what comes of signing in, without the seconds that hashing a password takes. */
export function operatorToken(
  key: SigningKey,
  env: Env,
  who: {
    readonly tenantId: TenantId;
    readonly userId: UserId;
    readonly sessionId: string;
    readonly siteId: SiteId;
  },
): string {
  const now = Math.floor(env.now() / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    kind: 'user',
    sub: who.userId,
    tenant: who.tenantId,
    sid: who.sessionId,
    role: 'operator',
    sites: [who.siteId],
    services: null,
    iss: 'totem-cloud',
    aud: 'totem',
    iat: now,
    exp: now + LIFE_MS / 1_000,
    jti: newId<'token'>(env),
  };
  const text = `${part({ alg: 'EdDSA', typ: 'at+jwt' })}.${part(claims)}`;
  const signature = sign(null, Buffer.from(text), createPrivateKey({ key, format: 'jwk' }));
  return `${text}.${signature.toString('base64url')}`;
}
