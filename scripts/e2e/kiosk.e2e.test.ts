/**
 * The kiosk beyond the plain way to a ticket: every other page and state as it stands on the glass, what a branch configures,
 * and a storm of touches after which the next customer finds nothing of the last.
 */
import { readQrOfPicture } from '@totem/drivers/paper-reader';
import { proof, recordProof } from '@totem/testkit/proof';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerOf, servicesAt, siteAt } from './backstage.ts';
import { faultsOn, type Look } from './inspect.ts';
import { buttonNamed, codeOnScreen, KIOSK_SIZES, KIOSK_WORDS, type ScreenSize, tap, visit } from './kiosk.ts';
import { openStage, type Stage } from './stage.ts';
import { chanceOf, leftBehind, oneEvent } from './storm.ts';

const EVENTS = proof('kiosk/storm of touches and keys', { share: 80, full: 5_000, unit: 'events' });
/** Told with a failure; another seed is another storm. */
const SEED = 20_261_128;
const [KIOSK, TABLET] = KIOSK_SIZES;
const WORDS = KIOSK_WORDS['pt-BR'];
const PHONE = { width: 390, height: 844 };
const CPF = '52998224725';
/** Between a touch and what a page does after it. */
const SETTLE_MS = 400;
/** Longer than the longest patience of any page, also for who listens; as often as a page and its question can follow each other. */
const QUIET = '04:40';
const QUIET_TIMES = 4;
/** What a tab keeps for itself: its key to the agent, and how far the client of the shapes has read them. */
const KEPT = ['totem.kiosk.token', 'electric_up_to_date_tracker'];

interface GivenLook extends Look {
  readonly size: ScreenSize;
  readonly switches: readonly string[];
}

/** The tightest first: what fits and holds there is seen again elsewhere only in full. */
const LOOKS: readonly GivenLook[] = [
  { size: KIOSK, switches: [], withAxe: true },
  { size: KIOSK, switches: ['Alto contraste', 'Letras grandes'], withAxe: true },
  { size: TABLET, switches: ['Controles mais baixos'], withAxe: false },
  { size: TABLET, switches: ['Letras grandes'], withAxe: false },
  { size: KIOSK, switches: ['Controles mais baixos'], withAxe: false },
  { size: TABLET, switches: [], withAxe: true },
];
const LOOKS_COUNT = proof('kiosk/looks of every page', { share: 4, full: LOOKS.length, unit: 'looks' });

/** Eleven services in two groups and without one, a CPF that is asked for, hours, and colours that would be hard to read. */
const CONFIGURED = `
  INSERT INTO service (tenant_id, id, created_at, name, prefix, price_cents, duration_minutes, active, icon, sort_order,
    payment_policy, daily_quota)
  SELECT current_setting('app.tenant_id')::uuid, gen_random_uuid(), now(), jsonb_build_object('pt-BR', name), prefix, 0, 10,
    true, 'info', place, 'free', quota
  FROM (VALUES ('Segunda via da carteira de identidade nacional de estrangeiros', 'S', 20, NULL), ('Vacinação', 'V', 21, 1),
    ('Farmácia popular', 'F', 22, NULL), ('Ouvidoria', 'O', 23, NULL)) AS made(name, prefix, place, quota);
  UPDATE tenant SET theme = '{"primary": "#ff8a5c", "background": "#ffe9dd"}';
  UPDATE site SET opening_hours = '{"1":[["00:00","24:00"]],"2":[["00:00","24:00"]],"3":[["00:00","24:00"]],
    "4":[["00:00","24:00"]],"5":[["00:00","24:00"]],"6":[["00:00","24:00"]],"7":[["00:00","24:00"]]}',
    kiosk = jsonb_build_object('identification', 'optional', 'groups', jsonb_build_array(
      jsonb_build_object('name', '{"pt-BR": "Documentos e certidões"}'::jsonb, 'icon', 'id', 'serviceIds',
        (SELECT jsonb_agg(id) FROM service WHERE prefix IN ('D', 'T', 'S'))),
      jsonb_build_object('name', '{"pt-BR": "Saúde"}'::jsonb, 'icon', 'stethoscope', 'serviceIds',
        (SELECT jsonb_agg(id) FROM service WHERE prefix IN ('E', 'V', 'F')))))`;

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 0h4v3H0z" fill="#8ac"/></svg>`;

let stage: Stage;
let owner: pg.Client;
beforeAll(async () => {
  stage = await openStage();
  owner = await ownerOf(stage);
  await owner.query(CONFIGURED);
  await stage.until(async () => {
    const site = await siteAt(stage, 1);
    return site?.kiosk.groups?.length === 2 && Object.keys(await servicesAt(stage, 1)).length === 11;
  });
}, 120_000);
afterAll(async () => {
  await owner.end();
  await stage.close();
});

const open = async (size: ScreenSize = KIOSK) => {
  const kiosk = await visit(stage, stage.kioskUrl(1), size);
  await buttonNamed(kiosk.page, WORDS.start).waitFor();
  return kiosk;
};
const type = async (page: Page, keys: string): Promise<void> => {
  for (const key of keys) await buttonNamed(page, key).click();
};

/** Every page of a whole way, each looked at. @returns what is wrong on them. */
async function walk(page: Page, look: Look): Promise<string[]> {
  const faults: string[] = [];
  const seen = async (screen: string): Promise<void> => {
    await page.clock.fastForward(SETTLE_MS);
    faults.push(...(await faultsOn(page, screen, look)));
  };
  await seen('attract');
  await tap(buttonNamed(page, WORDS.start));
  await seen('priority');
  for (const [place, leave] of [
    ['Acessibilidade', 'Pronto'],
    ['Ajuda', 'Entendi'],
    ['Idioma', 'Português'],
  ] as const) {
    await tap(buttonNamed(page, place));
    await seen(place);
    await tap(buttonNamed(page, leave));
  }
  await tap(buttonNamed(page, WORDS.ordinary));
  await buttonNamed(page, 'Saúde').waitFor();
  await seen('groups');
  await tap(buttonNamed(page, 'Documentos e certidões'));
  await seen('a group');
  await tap(buttonNamed(page, 'Voltar'));
  await tap(buttonNamed(page, 'Buscar um serviço'));
  await type(page, 'ZZ');
  await seen('a search for nothing');
  await tap(buttonNamed(page, 'Apagar'));
  await tap(buttonNamed(page, 'Apagar'));
  await type(page, 'CERT');
  await seen('a search');
  await tap(buttonNamed(page, 'Certidão com taxa'));
  await type(page, `${CPF.slice(0, -1)}9`);
  await seen('a wrong CPF');
  expect(await buttonNamed(page, 'Continuar com CPF').getAttribute('aria-disabled')).toBe('true');
  await tap(buttonNamed(page, 'Apagar'));
  await type(page, CPF.slice(-1));
  await seen('a CPF');
  await tap(buttonNamed(page, 'Continuar com CPF'));
  await seen('confirm');
  await tap(buttonNamed(page, 'Retirar a senha'));
  await page.getByText(WORDS.printed).waitFor();
  await seen('ticket');
  return faults;
}

/** Who gave a CPF is found beside the ledger by staff, and the code on the screen leads a phone to the ticket. */
async function expectFollowed(page: Page): Promise<void> {
  const code = await codeOnScreen(page, 'pt-BR');
  const known = () =>
    stage.rows(`SELECT p.data ->> 'document' AS document FROM entry_private p JOIN ticket t ON t.id = p.entity_id
      WHERE t.code = '${code}'`);
  await stage.until(async () => (await known()).length === 1);
  expect(await known()).toEqual([{ document: CPF }]);
  const picture = await page.getByRole('img', { name: 'Acompanhe no celular' }).screenshot();
  await expectPhonePage(readQrOfPicture(picture) ?? '', code);
}

/** The page of a ticket on a phone: readable, touchable, and giving the ticket up where the site lets it. */
async function expectPhonePage(link: string, code: string): Promise<void> {
  await owner.query(
    `UPDATE site SET queue_rules = queue_rules || '{"customerMayCancel": true, "customerMayDelay": true}'`,
  );
  const { page, complaints, close } = await visit(stage, link, PHONE);
  await page.getByText(code).waitFor();
  await page.getByText('Vou me atrasar').click();
  expect(await faultsOn(page, 'phone')).toEqual([]);
  await page.getByRole('button', { name: 'Sim, ir para o fim da fila' }).click();
  await page.getByText('Desistir da senha').click();
  await page.getByRole('button', { name: 'Sim, desistir' }).click();
  await page.getByText('Cancelada').waitFor();
  expect(complaints).toEqual([]);
  await close();
}

describe('every page', () => {
  it.each(LOOKS.slice(0, LOOKS_COUNT))(
    'can be read, reached and touched at $size.width x $size.height with $switches',
    async (given) => {
      const { page, complaints, close } = await open(given.size);
      if (given.switches.length > 0) {
        await tap(buttonNamed(page, 'Acessibilidade'));
        for (const name of given.switches) await tap(buttonNamed(page, name));
        await tap(buttonNamed(page, 'Pronto'));
      }
      expect(await walk(page, given)).toEqual([]);
      expect(complaints).toEqual([]);
      expect((await leftBehind(page)).text).not.toContain(CPF);
      if (given.size === KIOSK && given.switches.length === 0) await expectFollowed(page);
      await close();
    },
  );

  it('shows the pictures of the branch on the first one', async () => {
    const { page, close } = await visit(stage, 'about:blank', KIOSK);
    const attract = [{ path: '/media/attract/1.svg', kind: 'picture' }];
    await page.route('**/v1/media', (route) =>
      route.fulfill({ json: { attract, logo: '/media/logo.svg', voice: [] } }),
    );
    await page.route('**/media/**', (route) =>
      route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }),
    );
    await page.goto(stage.kioskUrl(1));
    await page.getByRole('img', { name: 'Unidade Centro' }).waitFor();
    await page.locator('img[src="/media/attract/1.svg"]').waitFor();
    expect(await faultsOn(page, 'media')).toEqual([]);
    await tap(buttonNamed(page, WORDS.start));
    await close();
  });
});

describe('a customer', () => {
  it('is asked whether they are there, gets more time, and is forgotten when they are not', async () => {
    const { page, close } = await open();
    await tap(buttonNamed(page, 'English'));
    await tap(buttonNamed(page, 'Touch to start'));
    await page.clock.fastForward('00:46');
    await page.getByRole('alertdialog', { name: 'Are you still there?' }).waitFor();
    expect(await faultsOn(page, 'idle')).toEqual([]);
    await tap(buttonNamed(page, 'I need more time'));
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.clock.fastForward('00:46');
    await page.getByRole('alertdialog').waitFor();
    await page.clock.fastForward('00:21');
    await buttonNamed(page, WORDS.start).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('pt-BR');
    await close();
  });

  it('is guided by voice, by the recordings of the product and of the branch, until they leave', async () => {
    const { page, complaints, close } = await open();
    const asked: string[] = [];
    page.on('response', (answer) => {
      const path = new URL(answer.url()).pathname;
      if (path.includes('/voice/')) asked.push(`${answer.status()} ${path}`);
    });
    await tap(buttonNamed(page, 'Español'));
    await tap(buttonNamed(page, 'Accesibilidad'));
    await tap(buttonNamed(page, 'Guía por audio'));
    await tap(buttonNamed(page, 'Listo'));
    await tap(buttonNamed(page, 'Toque para comenzar'));
    await stage.until(() => asked.includes('200 /voice/es/priority.ogg'));
    expect(asked).toContain('200 /voice/es/attract.ogg');
    expect(await faultsOn(page, 'voice')).toEqual([]);
    await tap(buttonNamed(page, 'Repetir'));
    await tap(buttonNamed(page, 'Reiniciar'));
    await buttonNamed(page, WORDS.start).waitFor();
    expect(await buttonNamed(page, 'Repetir').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('is told why there is no ticket, and offered another way', async () => {
    const { page, close } = await open();
    await page.route('**/v1/commands', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        json: { code: 'service_closed' },
      }),
    );
    await tap(buttonNamed(page, WORDS.start));
    await tap(buttonNamed(page, WORDS.ordinary));
    await tap(buttonNamed(page, 'Caixa'));
    await tap(buttonNamed(page, 'Continuar sem CPF'));
    await page.getByText('Este serviço está fechado agora.').waitFor();
    expect(await faultsOn(page, 'failed')).toEqual([]);
    await tap(buttonNamed(page, 'Escolher outro serviço'));
    await buttonNamed(page, 'Caixa').waitFor();
    await close();
  });

  it('is told when the tickets of the day are given out', async () => {
    const { page, close } = await open();
    const take = async (): Promise<void> => {
      await tap(buttonNamed(page, WORDS.start));
      await tap(buttonNamed(page, WORDS.ordinary));
      await tap(buttonNamed(page, 'Saúde'));
    };
    await take();
    await tap(buttonNamed(page, 'Vacinação'));
    await tap(buttonNamed(page, 'Continuar sem CPF'));
    await codeOnScreen(page, 'pt-BR');
    await tap(buttonNamed(page, 'Concluir'));
    await take();
    await page.getByText('As senhas de hoje acabaram').waitFor();
    expect(await buttonNamed(page, 'Vacinação').getAttribute('aria-disabled')).toBe('true');
    expect(await faultsOn(page, 'full')).toEqual([]);
    await close();
  });

  it('is sent to the staff by a totem whose disk does not answer', async () => {
    const { page, close } = await visit(stage, 'about:blank', TABLET);
    await page.route('**/v1/shape**', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        json: { code: 'storage_fault' },
      }),
    );
    await page.goto(stage.kioskUrl(1));
    await page.getByRole('heading', { name: WORDS.outOfService }).waitFor();
    expect(await faultsOn(page, 'disk')).toEqual([]);
    await close();
  });
});

describe('a branch', () => {
  it('has its own colours, as dark as they must be to be read', async () => {
    const { page, close } = await open();
    const accent = await page.evaluate<string>(
      `getComputedStyle(document.documentElement).getPropertyValue('--totem-accent')`,
    );
    expect(accent).not.toBe('#0d524f');
    expect(Number.parseInt(accent.slice(1, 3), 16)).toBeGreaterThan(Number.parseInt(accent.slice(5, 7), 16));
    await close();
  });

  it('that is closed says when it opens, in every size', async () => {
    const hours = JSON.stringify({ [weekdayInDays(2)]: [['08:00', '12:00']] });
    await owner.query('UPDATE site SET opening_hours = $1', [hours]);
    await stage.until(async () => {
      const days = Object.keys((await siteAt(stage, 1))?.openingHours ?? {});
      return days.length === 1;
    });
    for (const size of KIOSK_SIZES) {
      const { page, close } = await visit(stage, stage.kioskUrl(1), size);
      await page.getByRole('heading', { name: 'Estamos fechados' }).waitFor();
      await page.getByText(/^Abrimos .+ às 08:00\.$/).waitFor();
      expect(await faultsOn(page, 'closed')).toEqual([]);
      await close();
    }
    await owner.query('UPDATE site SET opening_hours = NULL');
    await stage.until(async () => (await siteAt(stage, 1))?.openingHours === null);
  });
});

it(`a storm of ${EVENTS} touches and keys never leaves the kiosk, and leaves nothing for the next customer`, async () => {
  const chance = chanceOf(SEED);
  const { page, complaints, close } = await open();
  const home = new URL(page.url());
  const others: string[] = [];
  page.context().on('page', (opened) => others.push(opened.url()));
  page.on('dialog', (dialog) => others.push(dialog.message()));
  page.on('framenavigated', (frame) => others.push(frame.url()));
  for (let event = 0; event < EVENTS; event += 1) await oneEvent(page, chance);
  // Nobody is there any more.
  for (let times = 0; times < QUIET_TIMES; times += 1) await page.clock.fastForward(QUIET);
  await buttonNamed(page, WORDS.start).waitFor();
  const at = new URL(page.url());
  expect({ seed: SEED, others, at: at.origin + at.pathname }).toEqual({
    seed: SEED,
    others: [],
    at: home.origin + home.pathname,
  });
  const { text, stored } = await leftBehind(page);
  expect(text).not.toMatch(/\d{3}\.\d{3}|[A-Z]\d{3}\b|\/t\/[\w-]{20}|data-(low|large)|"contrast"|dialog/);
  expect(text).toContain('lang="pt-BR"');
  expect(stored.filter((name) => !KEPT.includes(name))).toEqual([]);
  expect(complaints).toEqual([]);
  recordProof('kiosk/storm of touches and keys', { seed: SEED });
  await close();
});

/** ISO number of the weekday in some days, in the branch's zone. */
function weekdayInDays(days: number): number {
  return Temporal.Now.plainDateISO('America/Sao_Paulo').add({ days }).dayOfWeek;
}
