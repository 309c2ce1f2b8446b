/** The pictures of the admin app, over a company of twelve branches with a month behind it. */
import { join } from 'node:path';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { claimWith, goTo, type Look, settled, signIn, visitAdmin } from '../e2e/admin.ts';
import { ownerOf } from '../e2e/backstage.ts';
import type { Stage } from '../e2e/stage.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'screens');
const DESK: Look = { size: 'desk', locale: 'pt-BR', appearance: 'light' };

/** Branches, their counters and totems; who waits there now; and the tickets of a month. */
export const COMPANY: readonly string[] = [
  `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules, address)
   SELECT tenant_id, gen_random_uuid(), now(), 'Unidade ' || called, 'u' || n, timezone, 0, 'BRL', 'pt-BR',
     queue_rules || jsonb_build_object('waitTargetMinutes', 15 + 15 * (n % 2)), 'Rua das Flores, ' || 100 + n
   FROM site, unnest(ARRAY['Aeroporto', 'Barra', 'Hospital', 'Jardins', 'Mercado', 'Norte', 'Porto', 'Rodoviária',
     'Sul', 'Universidade', 'Vila Nova']) WITH ORDINALITY AS branch(called, n) WHERE slug = 'centro'`,
  `INSERT INTO counter (tenant_id, id, created_at, site_id, name, number, active)
   SELECT tenant_id, gen_random_uuid(), now(), id, 'Guichê ' || n, n, true FROM site, generate_series(1, 4) n WHERE slug LIKE 'u%'`,
  `INSERT INTO equipment (tenant_id, id, created_at, site_id, type, identifier, lane, location, app_version, last_seen, enrolled_at, telemetry)
   SELECT tenant_id, gen_random_uuid(), now(), id, 'totem', 'totem-' || n, n::text, 'Entrada', '0.1.0',
     now() + interval '1 hour' - CASE WHEN slug IN ('u3', 'u7') AND n = 2 THEN interval '5 hours' ELSE interval '0' END,
     now() - interval '90 days', jsonb_build_object('outbox', jsonb_build_object('pending', 0, 'attempts', 0, 'at', now()))
   FROM site, generate_series(1, 2) n WHERE slug LIKE 'u%'`,
  `INSERT INTO operator_session (tenant_id, id, created_at, site_id, user_id, counter_id, since, folded, conflict)
   SELECT c.tenant_id, gen_random_uuid(), now(), c.site_id, gen_random_uuid(), c.id, now() - interval '2 hours', '{}', 'counter_taken_twice'
   FROM counter c JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id
   WHERE s.slug LIKE 'u%' AND s.slug <> 'u4' AND c.number <= 3`,
  ticketsSql(
    `'waiting'`,
    `now() - n * interval '3 minutes'`,
    `now()::date`,
    `s.slug LIKE 'u%' AND n <= length(s.name) % 8 + 1`,
    9,
  ),
  ticketsSql(
    `CASE WHEN n % 11 = 0 THEN 'canceled' ELSE 'finished' END`,
    `date_trunc('day', now()) - d * interval '1 day' + interval '11 hours' + (n * 37 % 540) * interval '1 minute'`,
    `now()::date - d`,
    `s.slug = 'centro' AND extract(isodow FROM now()::date - d) < 7 AND n <= 34 + (d * 7) % 23`,
    60,
  ),
  // Each third was paid in its own way; some gave a part back.
  `INSERT INTO payment_session (tenant_id, id, created_at, site_id, ticket_id, attempt, method, adapter, currency, amount_cents,
     paid_cents, refunded_cents, status, phase, details, business_day, updated_at, equipment_id, operator_id, folded)
   SELECT t.tenant_id, gen_random_uuid(), t.issued_at, t.site_id, t.id, 1, way.method, way.adapter, 'BRL', 4990, 4990,
     CASE WHEN t.number % 17 = 0 THEN 1500 ELSE 0 END, 'paid', 'confirmed', '{}', t.business_day, t.updated_at,
     CASE WHEN way.adapter <> 'counter' THEN e.id END, CASE WHEN way.adapter = 'counter' THEN t.operator_id END, '{}'
   FROM ticket t JOIN site s ON s.tenant_id = t.tenant_id AND s.id = t.site_id AND s.slug = 'centro'
   CROSS JOIN LATERAL (SELECT * FROM (VALUES ('pix', 'pix'), ('card', 'tef'), ('cash', 'counter')) AS ways(method, adapter)
     OFFSET t.number % 3 LIMIT 1) way
   CROSS JOIN LATERAL (SELECT id FROM equipment WHERE tenant_id = t.tenant_id AND site_id = t.site_id AND type = 'totem'
     ORDER BY lane OFFSET t.number % 2 LIMIT 1) e
   WHERE t.state = 'finished' AND t.business_day < now()::date`,
  `INSERT INTO reconciliation (tenant_id, id, created_at, psp_account_id, day, state, cause, matched, strangers, differing)
   SELECT a.tenant_id, gen_random_uuid(), now() - n * interval '1 day', a.id, now()::date - n,
     CASE n WHEN 4 THEN 'failed' ELSE 'done' END, CASE n WHEN 4 THEN 'http_503' END, CASE n WHEN 4 THEN 0 ELSE 18 - n END, n % 2,
     CASE n WHEN 1 THEN 3 ELSE 0 END
   FROM (SELECT * FROM psp_account LIMIT 1) a, generate_series(1, 9) n`,
  `INSERT INTO reconciliation_item (tenant_id, id, created_at, reconciliation_id, kind, end_to_end_id, amount_cents, resolved_at,
     resolution)
   SELECT r.tenant_id, gen_random_uuid(), r.created_at, r.id, kind, 'E607011902026112312' || lpad(n::text, 13, '0'), 4990 * n,
     CASE n WHEN 2 THEN now() END, CASE n WHEN 2 THEN 'Conferido com o banco: devolvido no dia seguinte.' END
   FROM reconciliation r, unnest(ARRAY['only_theirs', 'only_ours', 'amount_differs']) WITH ORDINALITY AS found(kind, n)
   WHERE r.differing > 0`,
];

function ticketsSql(state: string, at: string, day: string, where: string, most: number): string {
  const days = day.includes('- d') ? 'generate_series(1, 29) d' : '(SELECT 0) AS one(d)';
  return `INSERT INTO ticket (tenant_id, id, created_at, site_id, service_id, code, business_day, lane, number, priority_class_id,
      priority, party_size, state, reason, channel, operator_id, issued_at, waiting_since, stage_since, started_at, ended_at, calls,
      updated_at, price_cents, folded, conflict)
    SELECT s.tenant_id, gen_random_uuid(), at, s.id, v.id, v.prefix || to_char(n, 'FM000'), ${day}, '1', n, p.id, 0, 1, ${state},
      CASE WHEN ${state} = 'canceled' THEN 'no_show' END, 'totem', u.id, at, at, at,
      CASE WHEN ${state} = 'finished' THEN at + (4 + n * 13 % 31) * interval '1 minute' END,
      CASE WHEN ${state} = 'finished' THEN at + (11 + n * 13 % 31 + n * 5 % 9) * interval '1 minute' END,
      1, at, 0, '{}', NULL
    FROM site s CROSS JOIN generate_series(1, ${most}) n CROSS JOIN ${days}
    CROSS JOIN LATERAL (SELECT ${at} AS at) AS moment
    CROSS JOIN LATERAL (SELECT id, prefix FROM service WHERE tenant_id = s.tenant_id ORDER BY sort_order OFFSET n % 5 LIMIT 1) v
    CROSS JOIN LATERAL (SELECT id FROM priority_class WHERE tenant_id = s.tenant_id AND tier = 0 LIMIT 1) p
    LEFT JOIN LATERAL (SELECT id FROM app_user WHERE tenant_id = s.tenant_id AND role = 'operator' ORDER BY username
      OFFSET n % 2 LIMIT 1) u ON ${state} <> 'waiting'
    WHERE ${where}`;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
  process.stdout.write(`${name}\n`);
}

/** Takes them all. The company stays in the stage's database afterwards. */
export async function theAdmin(stage: Stage): Promise<void> {
  const owner = await ownerOf(stage);
  try {
    for (const sql of COMPANY) await owner.query(sql);
    await atTheDesk(stage, owner);
    await elsewhere(stage);
  } finally {
    await owner.end();
  }
}

async function atTheDesk(stage: Stage, owner: pg.Client): Promise<void> {
  const { page, close } = await visitAdmin(stage, DESK);
  await page.locator('button[type="submit"]').waitFor();
  await picture(page, 'admin-sign-in');
  await signIn(page);
  await page.locator('header').waitFor();
  const idOf = async (sql: string): Promise<string> =>
    String((await owner.query<{ id: string }>(sql)).rows[0]?.id);
  const centro = await idOf(`SELECT id FROM site WHERE slug = 'centro'`);
  const shots: readonly (readonly [name: string, path: string])[] = [
    ['admin-overview', '/'],
    ['admin-devices', '/devices'],
    ['admin-site', `/sites/${centro}`],
    ['admin-service', `/services/${await idOf(`SELECT id FROM service WHERE prefix = 'T'`)}`],
    ['admin-tickets', '/tickets'],
    [
      'admin-ticket',
      `/tickets/${await idOf(`SELECT id FROM ticket WHERE lane = '2' AND state = 'finished' LIMIT 1`)}`,
    ],
    ['admin-audit', '/audit'],
    ['admin-prints', '/prints/new'],
    ['admin-branding', '/branding'],
  ];
  for (const [name, path] of shots) {
    await goTo(page, path);
    await picture(page, name);
  }
  await page.getByRole('combobox', { name: 'Unidade em vista' }).selectOption(centro);
  await goTo(page, '/reports');
  await page.getByRole('table', { name: 'Por serviço' }).waitFor();
  await picture(page, 'admin-reports');
  await goTo(page, '/reports/takings');
  await page.getByRole('table', { name: 'Por totem' }).waitFor();
  await picture(page, 'admin-takings');
  await goTo(page, `/books/${await idOf('SELECT id FROM reconciliation WHERE differing > 0')}`);
  await picture(page, 'admin-reconciliation');
  await pairing(stage, page);
  await close();
}

async function pairing(stage: Stage, page: Page): Promise<void> {
  await goTo(page, '/devices/new');
  await page.getByRole('textbox', { name: 'Nome', exact: true }).fill('totem-3');
  await page.getByRole('button', { name: 'Criar', exact: true }).click();
  await page.getByRole('button', { name: 'Pedir um código' }).click();
  await page.getByRole('timer').waitFor();
  await picture(page, 'admin-pairing-code');
  const code = (await page.getByRole('status').locator('strong').textContent()) ?? '';
  await claimWith(stage.demo.cloudUrl, code);
  await page.getByText('Compare com a tela do dispositivo').waitFor();
  await picture(page, 'admin-pairing-compare');
}

async function elsewhere(stage: Stage): Promise<void> {
  const looks: readonly (readonly [name: string, look: Look, path: string])[] = [
    ['admin-overview-dark', { ...DESK, locale: 'en', appearance: 'dark' }, '/'],
    ['admin-overview-phone', { ...DESK, locale: 'es', size: 'phone' }, '/'],
    ['admin-services-phone', { locale: 'en', size: 'phone', appearance: 'dark' }, '/services'],
  ];
  for (const [name, look, path] of looks) {
    const { page, close } = await visitAdmin(stage, look);
    await signIn(page);
    await page.locator('header').waitFor();
    await settled(page, look.locale);
    await goTo(page, path, look.locale);
    await picture(page, name);
    await close();
  }
}
