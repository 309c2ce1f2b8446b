/**
 * A branch with a hub, as people meet it: the operator works on while the link is away and notices a badge, signs in with a PIN, and
 * what was done is in PostgreSQL afterwards. Processes that are killed are started again by themselves.
 */
import { accessibilityFaults } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { codeOf, ownerOf, rowsAt, totemDoor, totemOf } from './backstage.ts';
import { outside } from './inspect.ts';
import { openStage, type Stage } from './stage.ts';

const DESK = { width: 1366, height: 768 };
const TV = { width: 1920, height: 1080 };
const PIN = '482913';

let stage: Stage;
let panel: Page;
beforeAll(async () => {
  stage = await openStage({ withHub: true });
}, 180_000);
afterAll(() => stage.close());

const pending = async () => {
  const states = await Promise.all(stage.demo.totems.map((totem) => totem.state()));
  return states.reduce((sum, { pending: held }) => sum + (held ?? Number.POSITIVE_INFINITY), 0);
};
const stateOf = async (code: string) =>
  (await stage.rows('SELECT code, state, conflict FROM ticket')).find((row) => row.code === code);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A ticket of the second totem, which is not the hub. */
const customer = async (): Promise<string> => codeOf(await totemDoor(stage, 2));

async function signInWithPin(page: Page, pin: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Usuário' }).fill('operador');
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await button(page, 'Entrar').click();
}

/** Resolves when the main action of the desk is this one and may be taken: a key that comes sooner does nothing. */
const ready = (page: Page, action: string) =>
  button(page, action).and(page.locator(':not([aria-disabled])')).waitFor();

/** Calls the next ticket by its key. */
async function call(page: Page, code: string): Promise<void> {
  await ready(page, 'Chamar próximo');
  await page.keyboard.press('F2');
  await page.getByRole('region', { name: 'Senha em atendimento' }).getByText(code).waitFor();
  await ready(page, 'Iniciar atendimento');
}

/** Calls the next ticket, and serves it to the end. */
async function serve(page: Page, code: string): Promise<void> {
  await call(page, code);
  await page.keyboard.press('s');
  await ready(page, 'Finalizar');
  await page.keyboard.press('f');
  await ready(page, 'Chamar próximo');
}

describe('with the link', () => {
  it('the panel that the cloud has given asks the hub, shows so, and offers a PIN', async () => {
    panel = await stage.open(stage.demo.panelUrl, DESK);
    await panel.getByRole('textbox', { name: 'Usuário' }).fill('operador');
    await panel.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
    await button(panel, 'Entrar').click();
    await button(panel, 'Guichê 1').click();
    await button(panel, 'Chamar próximo').waitFor();
    await panel.getByText('Rede local').waitFor();
    await button(panel, 'Criar PIN').waitFor();
  });

  it('a low screen has everything that can be pressed in sight, below the bar of the PIN and a refusal', async () => {
    await call(panel, await customer());
    await panel.keyboard.press('F2');
    await panel
      .getByRole('alert')
      .getByText(/^Termine primeiro/)
      .waitFor();
    const desk = panel.getByRole('region', { name: 'Senha em atendimento' });
    expect(await desk.evaluate((card) => card.scrollHeight - card.clientHeight)).toBe(0);
    expect(await outside(panel)).toEqual([]);
    await panel.keyboard.press('s');
    await ready(panel, 'Finalizar');
    await panel.keyboard.press('f');
    await ready(panel, 'Chamar próximo');
  });

  it('a PIN is chosen that nobody guesses', async () => {
    await button(panel, 'Criar PIN').click();
    const dialog = panel.getByRole('dialog');
    await dialog.getByLabel('PIN', { exact: true }).fill('123456');
    await dialog.getByLabel('Repita o PIN').fill('123456');
    await dialog.getByRole('button', { name: 'Guardar PIN' }).click();
    await dialog.getByText('Este PIN é fácil de adivinhar. Escolha outro.').waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await dialog.getByLabel('PIN', { exact: true }).fill(PIN);
    await dialog.getByLabel('Repita o PIN').fill(PIN);
    await dialog.getByRole('button', { name: 'Guardar PIN' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await button(panel, 'Criar PIN').count()).toBe(0);
  });

  it('a pause says why, is ended by the same key, and nobody is called meanwhile', async () => {
    await panel.keyboard.press('p');
    await panel.getByRole('dialog').getByLabel('Almoço').check();
    await panel.getByRole('dialog').getByRole('button', { name: 'Fazer uma pausa' }).click();
    await panel.getByText('Almoço. O guichê continua seu e ninguém é chamado.').waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await panel.keyboard.press('F2');
    await panel.getByRole('alert').getByText(/pausa/i).waitFor();
    await panel.keyboard.press('p');
    await button(panel, 'Chamar próximo').waitFor();
  });
});

describe('without the link', () => {
  it('the operator calls and sends on, the display calls out, and all of it is in PostgreSQL afterwards', async () => {
    const display = await stage.open(stage.demo.displayUrl, TV);
    // A display that has not heard of the hub yet would wait for the cloud.
    await display.getByText('Rede local').waitFor({ state: 'attached' });
    stage.demo.switches.cutLink(true);
    const [first, second] = [await customer(), await customer()];
    await panel.getByRole('cell', { name: first }).waitFor();
    await serve(panel, first);
    await display.getByText(first).first().waitFor();

    await call(panel, second);
    await panel.keyboard.press('t');
    const dialog = panel.getByRole('dialog');
    await dialog.getByText('Guichê', { exact: true }).click();
    await dialog.getByLabel('Guichê 2').check();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await dialog.getByRole('button', { name: 'Transferir' }).click();
    await button(panel, 'Chamar próximo').waitFor();
    expect(await pending()).toBeGreaterThan(0);

    stage.demo.switches.cutLink(false);
    await stage.until(async () => (await pending()) === 0);
    await stage.until(async () => (await stateOf(first))?.state === 'finished');
    expect(await stateOf(second)).toMatchObject({ state: 'waiting', conflict: null });
    for (const table of ['conflict', 'ledger_parked', 'ledger_quarantine'])
      expect(await stage.rows(`SELECT 1 AS one FROM ${table}`)).toEqual([]);
    await display.context().close();
  });

  it('another copy comes out of the totem that gave the ticket, which only the hub has told of it', async () => {
    stage.demo.switches.cutLink(true);
    const code = await customer();
    await panel.getByRole('cell', { name: code }).waitFor();
    const { printer } = totemOf(stage, 2);
    await stage.until(() => printer.papers().some(({ text }) => text.includes(code)));
    await button(panel, `Ações da senha ${code}`).click();
    await panel.getByRole('menuitem', { name: 'Imprimir outra via' }).click();
    await panel.getByRole('dialog').getByLabel('Motivo').fill('perdeu o papel');
    await panel.getByRole('dialog').getByRole('button', { name: 'Imprimir', exact: true }).click();
    await stage.until(() => {
      const text = printer.papers().at(-1)?.text ?? '';
      return text.includes(code) && text.includes('2ª via');
    });
    await serve(panel, code);
    stage.demo.switches.cutLink(false);
    await stage.until(async () => (await stateOf(code))?.state === 'finished');
    expect(await stage.rows(`SELECT 1 AS one FROM audit_log WHERE action = 'TICKET_REPRINT'`)).toHaveLength(
      1,
    );
  });

  it('who has come for an appointment is found by time and code, and gets a ticket of the hub', async () => {
    const owner = await ownerOf(stage);
    await owner.query(
      `INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
       SELECT s.tenant_id, gen_random_uuid(), now(), s.id, v.id, now(), 15, 'K7MPQ2', 'booked'
       FROM site s JOIN service v ON v.tenant_id = s.tenant_id AND v.prefix = 'A' LIMIT 1`,
    );
    await owner.end();
    await stage.until(async () =>
      (await rowsAt(stage, 1, 'appointment')).some(({ code }) => code === 'K7MPQ2'),
    );
    stage.demo.switches.cutLink(true);
    await panel.keyboard.press('a');
    const dialog = panel.getByRole('dialog', { name: 'Agenda de hoje' });
    await dialog.getByText('Sem os nomes: só a nuvem os conhece.').waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await dialog.getByRole('radio', { name: /K7MPQ2/ }).check();
    await dialog.getByRole('button', { name: 'Receber' }).click();
    const told = panel.getByText(/^Senha \S+ emitida\.$/);
    await told.waitFor();
    const code = /^Senha (\S+) /.exec((await told.textContent()) ?? '')?.[1] ?? '';
    await serve(panel, code);
    stage.demo.switches.cutLink(false);
    await stage.until(async () => (await stateOf(code))?.state === 'finished');
    expect(await stage.rows(`SELECT state FROM appointment WHERE code = 'K7MPQ2'`)).toEqual([
      { state: 'checked_in' },
    ]);
  });

  it('a token that has ended is followed by the PIN, in its place, with the queue in sight', async () => {
    stage.demo.switches.cutLink(true);
    const code = await customer();
    await panel.getByRole('cell', { name: code }).waitFor();
    const session = await panel.evaluate(() => sessionStorage.getItem('totem.panel.session'));
    const { accessToken } = JSON.parse(session ?? '{}') as { accessToken: string };
    // As if the ten minutes of this token were over.
    await panel.route(`${new URL(stage.demo.atHub?.panelUrl ?? '').origin}/v1/**`, async (route) => {
      const { authorization } = await route.request().allHeaders();
      if (authorization !== `Bearer ${accessToken}`) return route.continue();
      return route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        headers: { 'access-control-allow-origin': new URL(stage.demo.panelUrl).origin },
        body: JSON.stringify({ code: 'unauthorized' }),
      });
    });
    await panel.keyboard.press('F2');
    const bar = panel.getByRole('region', { name: 'PIN para atender sem internet' });
    await bar.waitFor();
    expect(await panel.getByRole('cell', { name: code }).count()).toBe(1);
    expect(await accessibilityFaults(panel)).toEqual([]);
    await bar.getByLabel('PIN', { exact: true }).fill('999111');
    await panel.keyboard.press('Enter');
    await bar.getByText('PIN incorreto.').waitFor();
    await bar.getByLabel('PIN', { exact: true }).fill(PIN);
    await panel.keyboard.press('Enter');
    await bar.waitFor({ state: 'detached' });
    await serve(panel, code);
    await panel.unrouteAll({ behavior: 'ignoreErrors' });
    stage.demo.switches.cutLink(false);
    await stage.until(async () => (await stateOf(code))?.state === 'finished');
  });

  it('the day begins at the hub’s own address, with a PIN', async () => {
    stage.demo.switches.cutLink(true);
    const page = await stage.open(stage.demo.atHub?.panelUrl ?? '', DESK);
    await signInWithPin(page, '111999');
    await page.getByText('PIN incorreto.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await signInWithPin(page, PIN);
    await button(page, 'Chamar próximo').waitFor();
    await page.getByText('Rede local').waitFor();
    const code = await customer();
    await page.getByRole('cell', { name: code }).waitFor();
    await serve(page, code);
    stage.demo.switches.cutLink(false);
    await stage.until(async () => (await stateOf(code))?.state === 'finished');
    await page.context().close();
  });
});

describe('a process that is killed', () => {
  it('is started again by itself, and the demo’s page says so meanwhile', async () => {
    const page = await stage.open(stage.demo.pageUrl, { width: 1600, height: 1000 });
    const hub = totemOf(stage, 1).process;
    const { cloud } = stage.demo;
    const killed = [hub, cloud].map((child) => child.pid());
    for (const pid of killed) process.kill(pid ?? 0, 'SIGKILL');
    await page.getByText('Cloud: starting again').waitFor();
    await stage.until(() => hub.ready() !== undefined && cloud.ready() !== undefined);
    for (const child of [hub, cloud]) expect(child.restarts()).toBeGreaterThan(0);
    await page.getByText('Cloud', { exact: true }).waitFor();
    const code = await customer();
    await panel.getByRole('cell', { name: code }).waitFor();
    await serve(panel, code);
    await stage.until(async () => (await stateOf(code))?.state === 'finished');
    await page.context().close();
  });
});
