/** Pictures of what a kiosk shows when something is not as it should be, or is asked for besides; each set up as it happens. */

import { instantText } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { buildAppointment } from '@totem/testkit/builders';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { ownerOf, rowsAt, siteAt, totemOf } from '../e2e/backstage.ts';
import { buttonNamed, KIOSK_WORDS, tap, visit } from '../e2e/kiosk.ts';
import type { Stage } from '../e2e/stage.ts';

const SIZE = { width: 1080, height: 1920 };
const HALF = 0.5;
const WORDS = KIOSK_WORDS['pt-BR'];
const CPF = '52998224725';

/** More services than a page holds, in groups; a CPF that is asked for; and one service that has given all its tickets. */
const CONFIGURED = `
  INSERT INTO service (tenant_id, id, created_at, name, prefix, price_cents, duration_minutes, active, icon, sort_order,
    payment_policy, daily_quota)
  SELECT current_setting('app.tenant_id')::uuid, gen_random_uuid(), now(), jsonb_build_object('pt-BR', name), prefix, 0, 10,
    true, icon, place, 'free', quota
  FROM (VALUES ('Carteira de identidade', 'S', 'id', 20, NULL), ('Vacinação', 'V', 'vaccine', 21, 1),
    ('Farmácia popular', 'F', 'pill', 22, NULL), ('Ouvidoria', 'O', 'phone', 23, NULL)) AS made(name, prefix, icon, place, quota);
  UPDATE site SET kiosk = jsonb_build_object('identification', 'optional', 'groups', jsonb_build_array(
    jsonb_build_object('name', '{"pt-BR": "Documentos e certidões"}'::jsonb, 'icon', 'certificate', 'serviceIds',
      (SELECT jsonb_agg(id) FROM service WHERE prefix IN ('D', 'T', 'S'))),
    jsonb_build_object('name', '{"pt-BR": "Saúde"}'::jsonb, 'icon', 'stethoscope', 'serviceIds',
      (SELECT jsonb_agg(id) FROM service WHERE prefix IN ('E', 'V', 'F')))))`;
/** A Saturday evening in the branch's zone, and hours that it lies outside of. */
const EVENING = new Date('2026-11-28T23:40:00Z');
const HOURS = JSON.stringify({
  ...Object.fromEntries(['1', '2', '3', '4', '5'].map((day) => [day, [['08:00', '17:00']]])),
  6: [['08:00', '12:00']],
});

/** Earlier than anybody may check in. */
const BOOKED_AHEAD_MS = 4 * 3_600_000;

type Picture = (page: Page, name: string) => Promise<void>;

/** Takes all of them. */
export async function theStatesOfTheKiosk(stage: Stage, picture: Picture): Promise<void> {
  const owner = await ownerOf(stage);
  await ordinary(stage, picture);
  await withAppointment(stage, owner, picture);
  await nobodyKnowsWhetherItPrinted(stage, picture);
  await owner.query(CONFIGURED);
  await stage.until(async () => (await siteAt(stage, 1))?.kiosk.groups?.length === 2);
  await configured(stage, picture);
  await closed(stage, owner, picture);
  await outOfService(stage, picture);
  await owner.end();
}

async function ordinary(stage: Stage, picture: Picture): Promise<void> {
  const { page, close } = await visit(stage, stage.kioskUrl(1), SIZE, HALF);
  await tap(buttonNamed(page, WORDS.start));
  await tap(buttonNamed(page, 'Acessibilidade'));
  await picture(page, 'kiosk-accessibility');
  await tap(buttonNamed(page, 'Alto contraste'));
  await tap(buttonNamed(page, 'Letras grandes'));
  await tap(buttonNamed(page, 'Pronto'));
  await picture(page, 'kiosk-contrast');
  await tap(buttonNamed(page, 'Acessibilidade'));
  await tap(buttonNamed(page, 'Alto contraste'));
  await tap(buttonNamed(page, 'Letras grandes'));
  await tap(buttonNamed(page, 'Controles mais baixos'));
  await tap(buttonNamed(page, 'Pronto'));
  await tap(buttonNamed(page, WORDS.ordinary));
  await page.getByText('Espera').first().waitFor();
  await picture(page, 'kiosk-low-reach');
  await close();
}

/** Somebody who is booked for a few hours from now. */
async function withAppointment(stage: Stage, owner: pg.Client, picture: Picture): Promise<void> {
  const { code } = buildAppointment(systemEnv);
  await owner.query(
    `INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
     SELECT current_setting('app.tenant_id')::uuid, gen_random_uuid(), now(), $1, id, $2, 10, $3, 'booked'
     FROM service WHERE prefix = 'A'`,
    [stage.demo.seed.siteId, instantText(systemEnv.now() + BOOKED_AHEAD_MS), code],
  );
  await stage.until(async () => (await rowsAt(stage, 1, 'appointment')).some((row) => row.code === code));
  const { page, close } = await visit(stage, stage.kioskUrl(1), SIZE, HALF);
  await tap(buttonNamed(page, WORDS.start));
  await tap(buttonNamed(page, WORDS.ordinary));
  await tap(buttonNamed(page, 'Tenho agendamento'));
  for (const sign of code) await buttonNamed(page, sign).click();
  await picture(page, 'kiosk-check-in');
  await tap(buttonNamed(page, 'Registrar chegada'));
  await page.getByRole('alert').waitFor();
  await picture(page, 'kiosk-early');
  await close();
}

async function nobodyKnowsWhetherItPrinted(stage: Stage, picture: Picture): Promise<void> {
  const totem = totemOf(stage, 2);
  totem.setFault('jam', true);
  const { page, close } = await visit(stage, stage.kioskUrl(2), SIZE, HALF);
  await tap(buttonNamed(page, WORDS.start));
  await tap(buttonNamed(page, WORDS.ordinary));
  await tap(buttonNamed(page, 'Caixa'));
  await page.getByText('A senha saiu impressa?').waitFor();
  await picture(page, 'kiosk-did-it-print');
  totem.setFault('jam', false);
  await close();
}

async function configured(stage: Stage, picture: Picture): Promise<void> {
  const { page, close } = await visit(stage, stage.kioskUrl(1), SIZE, HALF);
  await tap(buttonNamed(page, WORDS.start));
  await tap(buttonNamed(page, WORDS.ordinary));
  await buttonNamed(page, 'Saúde').waitFor();
  await picture(page, 'kiosk-groups');
  await tap(buttonNamed(page, 'Saúde'));
  await tap(buttonNamed(page, 'Vacinação'));
  for (const digit of CPF) await buttonNamed(page, digit).click();
  await picture(page, 'kiosk-identify');
  await tap(buttonNamed(page, 'Continuar com CPF'));
  await page.getByText(WORDS.printed).waitFor();
  await tap(buttonNamed(page, 'Concluir'));
  await tap(buttonNamed(page, WORDS.start));
  await tap(buttonNamed(page, WORDS.ordinary));
  await tap(buttonNamed(page, 'Saúde'));
  await page.getByText('As senhas de hoje acabaram').waitFor();
  await picture(page, 'kiosk-full');
  await tap(buttonNamed(page, 'Voltar'));
  await tap(buttonNamed(page, 'Buscar um serviço'));
  for (const letter of 'CERT') await buttonNamed(page, letter).click();
  await picture(page, 'kiosk-search');
  await tap(buttonNamed(page, 'Certidão com taxa'));
  await tap(buttonNamed(page, 'Continuar sem CPF'));
  await picture(page, 'kiosk-confirm');
  await page.route('**/v1/commands', (route) =>
    route.fulfill({ status: 409, contentType: 'application/problem+json', json: { code: 'service_closed' } }),
  );
  await tap(buttonNamed(page, 'Retirar a senha'));
  await page.getByRole('alert').waitFor();
  await picture(page, 'kiosk-failed');
  await close();
}

async function closed(stage: Stage, owner: pg.Client, picture: Picture): Promise<void> {
  await owner.query('UPDATE site SET opening_hours = $1', [HOURS]);
  await stage.until(async () => (await siteAt(stage, 1))?.openingHours !== null);
  const { page, close } = await visit(stage, 'about:blank', SIZE, HALF);
  await page.clock.setSystemTime(EVENING);
  await page.goto(stage.kioskUrl(1));
  await page.getByRole('heading', { name: 'Estamos fechados' }).waitFor();
  await picture(page, 'kiosk-closed');
  await close();
  await owner.query('UPDATE site SET opening_hours = NULL');
  await stage.until(async () => (await siteAt(stage, 1))?.openingHours === null);
}

async function outOfService(stage: Stage, picture: Picture): Promise<void> {
  const { page, close } = await visit(stage, 'about:blank', SIZE, HALF);
  await page.route('**/v1/shape**', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', json: { code: 'storage_fault' } }),
  );
  await page.goto(stage.kioskUrl(1));
  await page.getByRole('heading', { name: WORDS.outOfService }).waitFor();
  await picture(page, 'kiosk-out-of-service');
  await close();
}
