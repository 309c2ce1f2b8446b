/** The screens as people meet them, and what they are told when something is wrong: a printer, a wish, a client, a device. */
import { randomUUID } from 'node:crypto';
import { ERRORS, errorText, LOCALES, type Locale } from '@totem/domain';
import { accessibilityFaults } from '@totem/testkit/accessibility';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DemoTotem } from '../demo/branch.ts';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { PRINTER_FAULTS, type PrinterFault } from '../demo/page/state.ts';
import { cloudDoor, codeOf, numberOf, ownerOf, servicesAt, totemDoor, totemOf } from './backstage.ts';
import {
  BAD_INPUTS,
  BAD_INPUTS_AT_TOTEM,
  type BadInput,
  createTicket,
  type Door,
  send,
} from './bad-input.ts';
import { faultsOn } from './inspect.ts';
import { buttonNamed, codeOnScreen, KIOSK_SIZES, KIOSK_WORDS, takeTicket, tap, visit } from './kiosk.ts';
import { openStage, type Stage } from './stage.ts';

const [KIOSK] = KIOSK_SIZES;
const DESK = { width: 1366, height: 768 };
const TVS = [
  { width: 1920, height: 1080 },
  { width: 1080, height: 1920 },
] as const;

let stage: Stage;
let owner: pg.Client;
beforeAll(async () => {
  stage = await openStage();
  owner = await ownerOf(stage);
}, 120_000);
afterAll(async () => {
  await owner.end();
  await stage.close();
});

const ticketsOf = (code: string) => stage.rows(`SELECT id FROM ticket WHERE code = '${code}'`);
const papersOf = (totem: DemoTotem, code: string) =>
  totem.printer.papers().filter(({ text }) => text.split('\n').includes(code));
const faultsOf = async (page: Page, screen: string) =>
  (await accessibilityFaults(page)).map((fault) => `${screen}: ${fault}`);

it('axe would find something', async () => {
  const { page, close } = await visit(stage, 'about:blank', DESK);
  await page.setContent('<!doctype html><html><body><img src="data:,"><button></button></body></html>');
  expect((await accessibilityFaults(page)).join()).toMatch(/image-alt.*button-name|button-name.*image-alt/s);
  await close();
});

it.each(TVS)(
  'axe finds nothing on a display of $width x $height that waits for the first call',
  async (size) => {
    const display = await visit(stage, stage.demo.displayUrl, size);
    await display.page.getByRole('status').waitFor();
    expect(await faultsOf(display.page, 'display')).toEqual([]);
    expect(display.complaints).toEqual([]);
    await display.close();
  },
);

describe('the kiosk', () => {
  it.each(LOCALES.flatMap((locale) => KIOSK_SIZES.map((size) => ({ locale, ...size }))))(
    'leads to a printed ticket in $locale at $width x $height, and axe finds nothing',
    async ({ locale, ...size }) => {
      const words = KIOSK_WORDS[locale];
      // A tablet shows the same document: what differs there are sizes and edges.
      const look = { withAxe: size.width === KIOSK.width };
      const kiosk = await visit(stage, stage.kioskUrl(1), size);
      const { page } = kiosk;
      const faults: string[] = [];
      await tap(buttonNamed(page, words.language));
      await buttonNamed(page, words.start).waitFor();
      faults.push(...(await faultsOn(page, 'attract', look)));
      await tap(buttonNamed(page, words.start));
      await buttonNamed(page, words.ordinary).waitFor();
      faults.push(...(await faultsOn(page, 'priority', look)));
      await tap(buttonNamed(page, words.ordinary));
      await buttonNamed(page, words.documents).waitFor();
      faults.push(...(await faultsOn(page, 'services', look)));
      await tap(buttonNamed(page, words.documents));
      const code = await codeOnScreen(page, locale);
      await page.getByText(words.printed).waitFor();
      faults.push(...(await faultsOn(page, 'ticket', look)));
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(faults).toEqual([]);
      expect(kiosk.complaints).toEqual([]);
      const [paper] = papersOf(totemOf(stage, 1), code);
      expect(paper?.text).toContain(words.documents);
      await kiosk.close();
    },
  );

  it('who taps twice gets one ticket', async () => {
    const kiosk = await visit(stage, stage.kioskUrl(1), KIOSK);
    const { page } = kiosk;
    const words = KIOSK_WORDS['pt-BR'];
    for (const name of [words.start, words.ordinary, words.documents]) {
      await buttonNamed(page, name).dblclick();
      await page.clock.fastForward('00:01');
    }
    const first = await codeOnScreen(page, 'pt-BR');
    await tap(buttonNamed(page, 'Concluir'));
    const second = await takeTicket(page, 'pt-BR');
    expect(numberOf(second)).toBe(numberOf(first) + 1);
    await stage.until(async () => (await ticketsOf(second)).length === 1);
    expect(await ticketsOf(first)).toHaveLength(1);
    await kiosk.close();
  });

  it('the same command twice is one ticket, and with other content a refusal', async () => {
    const door = await totemDoor(stage, 1);
    const id = randomUUID();
    const first = await send(door, { body: createTicket(door, { id }) }, 'pt-BR');
    const again = await send(door, { body: createTicket(door, { id }) }, 'pt-BR');
    expect(first.status).toBe(200);
    expect(again).toEqual(first);
    const other = await send(door, { body: createTicket(door, { id, partySize: 2 }) }, 'es');
    expect(other.body).toMatchObject({
      code: 'command_id_reused',
      detail: errorText('command_id_reused', 'es'),
    });
  });
});

const TROUBLES: readonly { fault: PrinterFault; locale: Locale; told: string }[] = [
  { fault: 'paper_out', locale: 'pt-BR', told: 'Sem papel. Sua senha está na tela.' },
  { fault: 'cover_open', locale: 'en', told: 'The printer is open. Your number is on the screen.' },
  { fault: 'offline', locale: 'es', told: 'La impresora no responde. Su turno está en la pantalla.' },
];

describe('a printer in trouble', () => {
  afterEach(() => {
    for (const fault of PRINTER_FAULTS) totemOf(stage, 1).setFault(fault, false);
  });

  it.each(TROUBLES)(
    '$fault: the code is on the screen with the reason in $locale, and the paper comes once when it can',
    async ({ fault, locale, told }) => {
      const totem = totemOf(stage, 1);
      totem.setFault(fault, true);
      const kiosk = await visit(stage, stage.kioskUrl(1), KIOSK);
      const code = await takeTicket(kiosk.page, locale);
      await kiosk.page.getByText(told).waitFor();
      expect(await faultsOf(kiosk.page, fault)).toEqual([]);
      expect(papersOf(totem, code)).toHaveLength(0);
      await stage.until(async () => (await ticketsOf(code)).length === 1);
      totem.setFault(fault, false);
      await kiosk.page.getByText(KIOSK_WORDS[locale].printed).waitFor();
      expect(papersOf(totem, code)).toHaveLength(1);
      await kiosk.close();
    },
  );

  it('jam: nobody knows whether it printed, so the customer is asked and nothing is printed again by itself', async () => {
    const totem = totemOf(stage, 1);
    totem.setFault('jam', true);
    const kiosk = await visit(stage, stage.kioskUrl(1), KIOSK);
    const jammed = await takeTicket(kiosk.page, 'en');
    await kiosk.page.clock.fastForward('00:06');
    await kiosk.page.getByText('Printing is taking long.').waitFor();
    await kiosk.page.getByText('Did your ticket print?').waitFor();
    expect(await faultsOf(kiosk.page, 'jam')).toEqual([]);
    await stage.until(async () => (await ticketsOf(jammed)).length === 1);
    totem.setFault('jam', false);
    // Another paper only because somebody asked for it, and it says that it is a copy.
    await tap(buttonNamed(kiosk.page, 'No, it did not'));
    await kiosk.page.getByText(KIOSK_WORDS.en.printed).waitFor();
    const whole = totem.printer.papers().filter(({ text, end }) => end !== 'torn' && text.includes(jammed));
    expect(whole.map(({ text }) => text.includes('Second copy'))).toEqual([true]);
    await tap(buttonNamed(kiosk.page, 'Done'));
    const next = await takeTicket(kiosk.page, 'pt-BR');
    await kiosk.page.getByText(KIOSK_WORDS['pt-BR'].printed).waitFor();
    expect(papersOf(totem, next)).toHaveLength(1);
    await kiosk.close();
  });
});

describe('a closed service', () => {
  it('is shown with its reason in each language, and cannot be had', async () => {
    await owner.query(`UPDATE service SET active = false WHERE prefix = 'E'`);
    await owner.query(`UPDATE service SET opening_hours = $1 WHERE prefix = 'R'`, [
      JSON.stringify({ [weekdayInDays(2)]: [['08:00', '12:00']] }),
    ]);
    await stage.until(async () => {
      const services = await servicesAt(stage, 1);
      return services.E?.active === false && services.R?.openingHours !== null;
    });
    const kiosk = await visit(stage, stage.kioskUrl(1), KIOSK);
    const { page } = kiosk;
    await tap(buttonNamed(page, KIOSK_WORDS['pt-BR'].start));
    await tap(buttonNamed(page, KIOSK_WORDS['pt-BR'].ordinary));
    const exams = buttonNamed(page, 'Exames');
    expect(await exams.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Indisponível agora').waitFor();
    await page.getByText(/^Abre .+, 08:00$/).waitFor();
    expect(await faultsOf(page, 'closed services')).toEqual([]);
    await exams.click({ force: true });
    await page.clock.fastForward('00:01');
    await tap(buttonNamed(page, 'Idioma'));
    await tap(buttonNamed(page, 'English'));
    await page.getByText('Not available now').waitFor();
    await page.getByText(/^Opens .+, 0?8:00/).waitFor();
    expect(await page.getByRole('status').count()).toBe(0);
    await kiosk.close();
  });
});

describe('bad input', () => {
  const refusals = (cases: readonly BadInput[]) =>
    cases.flatMap((input) => LOCALES.map((locale) => ({ input, locale })));

  it('a totem refuses each in the language asked for, and nothing is half done', async () => {
    const door = await totemDoor(stage, 1);
    const before = await codeOf(door);
    for (const { input, locale } of refusals([...BAD_INPUTS, ...BAD_INPUTS_AT_TOTEM]))
      await expectRefusal(door, input, locale);
    const after = await codeOf(door);
    expect(numberOf(after)).toBe(numberOf(before) + 1);
    await stage.until(async () => (await ticketsOf(after)).length === 1);
    const count = await stage.rows(
      `SELECT count(*) AS n FROM ticket WHERE code >= '${before}' AND lane = '1' AND code LIKE 'A%'`,
    );
    expect(count[0]?.n).toBe('2');
  });

  it('the cloud refuses each in the language asked for, and nothing is half done', async () => {
    const door = await cloudDoor(stage);
    const sums =
      'SELECT (SELECT count(*) FROM ticket) AS tickets, (SELECT count(*) FROM audit_log) AS entries';
    const before = await stage.rows(sums);
    for (const { input, locale } of refusals(BAD_INPUTS)) await expectRefusal(door, input, locale);
    expect(await stage.rows(sums)).toEqual(before);
  });

  it('a name with control characters in it is cleaned of them', async () => {
    const door = await totemDoor(stage, 1);
    const name = '\u202eMaria\u0000 \u001b[2Jda\tSilva\u200d';
    const answer = await send(door, { body: createTicket(door, { customer: { name } }) }, 'pt-BR');
    expect(answer.status).toBe(200);
    const { id } = answer.body.ticket as { id: string };
    const names = () =>
      stage.rows(`SELECT data ->> 'name' AS name FROM entry_private WHERE entity_id = '${id}'`);
    await stage.until(async () => (await names()).length === 1);
    expect(await names()).toEqual([{ name: 'Maria [2Jda Silva' }]);
  });
});

describe('panel and display', () => {
  it('axe finds nothing on the panel: signing in, choosing a counter, at work, in light and dark', async () => {
    const visited = await visit(stage, stage.demo.panelUrl, DESK);
    const { page } = visited;
    const faults: string[] = [];
    await page.getByRole('textbox', { name: 'Usuário' }).fill('operador');
    faults.push(...(await faultsOf(page, 'login')));
    await page.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.getByRole('button', { name: 'Guichê 1' }).waitFor();
    faults.push(...(await faultsOf(page, 'counter')));
    await page.getByRole('button', { name: 'Guichê 1' }).click();
    await page.getByRole('table', { name: 'Fila' }).waitFor();
    faults.push(...(await faultsOf(page, 'queue')));
    await page.getByRole('button', { name: 'Chamar próximo' }).click();
    await page.getByRole('button', { name: 'Iniciar atendimento' }).waitFor();
    faults.push(...(await faultsOf(page, 'called')));
    await page.getByRole('button', { name: /^Conta de/ }).click();
    await page.getByRole('menuitem', { name: 'Usar tema escuro' }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
    faults.push(...(await faultsOf(page, 'called, dark')));
    expect(faults).toEqual([]);
    expect(visited.complaints).toEqual([]);
    await visited.close();
  });

  it.each(TVS)('axe finds nothing on a display of $width x $height with a call', async (size) => {
    const display = await visit(stage, stage.demo.displayUrl, size);
    await display.page.getByRole('status', { name: /^Senha .+, Guichê 1$/ }).waitFor();
    expect(await faultsOf(display.page, 'display')).toEqual([]);
    expect(display.complaints).toEqual([]);
    await display.close();
  });
});

describe('a suspended totem', () => {
  it('is out of service, in the language of the customer, and gives no ticket', async () => {
    const kiosk = await visit(stage, stage.kioskUrl(2), KIOSK);
    const { page } = kiosk;
    await tap(buttonNamed(page, KIOSK_WORDS.es.language));
    await tap(buttonNamed(page, KIOSK_WORDS.es.start));
    await buttonNamed(page, KIOSK_WORDS.es.ordinary).waitFor();
    await owner.query(`UPDATE equipment SET suspended_at = now() WHERE identifier = 'totem-2'`);
    // The cloud remembers for half a minute who is in good standing; a new one asks anew.
    await stage.demo.cloud.stop();
    await stage.demo.cloud.start();
    await page.getByRole('heading', { name: KIOSK_WORDS.es.outOfService }).waitFor();
    expect(await page.getByRole('alert').textContent()).toBe(
      'Este tótem está suspendido. Consulte al personal.',
    );
    expect(await faultsOf(page, 'suspended')).toEqual([]);
    const door = await totemDoor(stage, 2);
    for (const locale of LOCALES) await expectRefusal(door, SUSPENDED, locale);
    expect(await stage.rows(`SELECT code FROM ticket WHERE lane = '2'`)).toEqual([]);
    await kiosk.close();
    const next = await visit(stage, stage.kioskUrl(2), KIOSK);
    await next.page.getByRole('heading', { name: KIOSK_WORDS['pt-BR'].outOfService }).waitFor();
    await next.close();
  });
});

const SUSPENDED: BadInput = {
  fact: 'a wish at a suspended totem',
  code: 'device_suspended',
  sent: (door) => ({ body: createTicket(door) }),
};

async function expectRefusal(door: Door, input: BadInput, locale: Locale): Promise<void> {
  const { fact, code, params } = input;
  const answer = await send(door, input.sent(door), locale);
  expect({ fact, ...answer }).toMatchObject({
    fact,
    status: ERRORS[code].status,
    type: 'application/problem+json',
    language: locale,
    body: { code, status: ERRORS[code].status, detail: errorText(code, locale, params) },
  });
}

/** ISO number of the weekday in some days, in the branch's zone. */
function weekdayInDays(days: number): number {
  return Temporal.Now.plainDateISO('America/Sao_Paulo').add({ days }).dayOfWeek;
}
