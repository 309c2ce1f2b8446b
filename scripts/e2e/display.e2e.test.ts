/** The display beyond the main job: its voice is at hand before the first call, and a burst is shown whole and in order. */
import { accessibilityFaults } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { openStage, type Stage } from './stage.ts';

const TV = { width: 1920, height: 1080 };
const DESK = { width: 1366, height: 768 };
const CALLS = 5;

/** What the screen announces, each time that it announces something else. */
const LISTEN = `{
  globalThis.said = [];
  new MutationObserver(() => {
    const name = document.querySelector('[role="status"][data-announced="true"]')?.getAttribute('aria-label');
    if (name != null && said.at(-1) !== name) said.push(name);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}`;

let stage: Stage;
let display: Page;
/** Of the operator at the first counter. */
let token: string;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.close());

/** A command of the operator, past the cable of the screens. */
async function command(body: object): Promise<{ ticket?: { id: string; code: string } }> {
  const answer = await fetch(new URL('/v1/commands', stage.demo.cloudUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...body, id: crypto.randomUUID() }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { ticket?: { id: string; code: string } };
}

/** Calls so many tickets, one after the other. @returns their codes in the order of the calls. */
async function burst(calls: number): Promise<readonly string[]> {
  const [service] = await stage.rows(
    "SELECT id FROM service WHERE payment_policy = 'free' ORDER BY sort_order LIMIT 1",
  );
  const [priority] = await stage.rows('SELECT id FROM priority_class ORDER BY tier LIMIT 1');
  for (let turn = 0; turn < calls; turn += 1)
    await command({ type: 'ticket.create', serviceId: service?.id, priorityClassId: priority?.id });
  const codes: string[] = [];
  for (let turn = 0; turn < calls; turn += 1) {
    const { ticket } = await command({ type: 'ticket.call_next' });
    codes.push(String(ticket?.code));
    await command({ type: 'ticket.cancel', ticketId: ticket?.id, reason: 'customer_left' });
  }
  return codes;
}

describe('the display', () => {
  it('has every recording of its language before anybody is called, and can be read by everyone', async () => {
    const context = await stage.browser.newContext({ viewport: TV, locale: 'pt-BR' });
    display = await context.newPage();
    const kinds = new Map<string, string>();
    display.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.includes('/voice/')) kinds.set(pathname, response.headers()['content-type'] ?? '');
    });
    await display.goto(stage.demo.displayUrl);
    await display.getByRole('status', { name: 'Aguarde a sua chamada' }).waitFor();
    await stage.until(() => kinds.has('/display/voice/pt-br/ticket.ogg') && kinds.size >= 60);
    expect(new Set(kinds.values())).toEqual(new Set(['audio/ogg']));
    expect(await accessibilityFaults(display)).toEqual([]);
  });

  it('shows every call of a burst, in order', async () => {
    const panel = await stage.open(stage.demo.panelUrl, DESK);
    await panel.getByRole('textbox', { name: 'Usuário' }).fill('operador');
    await panel.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
    await panel.getByRole('button', { name: 'Entrar' }).click();
    await panel.getByRole('button', { name: 'Guichê 1' }).click();
    await panel.getByRole('button', { name: 'Chamar próximo' }).waitFor();
    await display.evaluate(LISTEN);
    const session = JSON.parse(
      String(await panel.evaluate(() => sessionStorage.getItem('totem.panel.session'))),
    ) as { accessToken: string };
    token = session.accessToken;
    const codes = await burst(CALLS);
    await display.getByRole('status', { name: `Senha ${codes.at(-1)}, Guichê 1` }).waitFor();
    expect(await display.evaluate('said')).toEqual(codes.map((code) => `Senha ${code}, Guichê 1`));
    expect(await accessibilityFaults(display)).toEqual([]);
  });

  it('that was away for five minutes has what it missed as history, and announces only what comes then', async () => {
    const context = await stage.browser.newContext({ viewport: TV, locale: 'pt-BR' });
    const tv = await context.newPage();
    await tv.clock.install();
    await tv.goto(stage.demo.displayUrl);
    await tv.getByText('Conectado').waitFor();
    await tv.evaluate(LISTEN);
    stage.demo.screens.cut();
    await tv.getByText('Sem conexão').waitFor();
    const missed = await burst(3);
    await tv.clock.fastForward('05:00');
    await tv.getByText(/^dados de há \d+ minutos$/).waitFor();
    expect(await accessibilityFaults(tv)).toEqual([]);
    stage.demo.screens.restore();
    await tv.getByRole('status', { name: `Senha ${missed.at(-1)}, Guichê 1` }).waitFor();
    const list = tv.getByRole('list', { name: 'Últimas chamadas' });
    for (const code of missed.slice(0, -1)) await list.getByText(code).waitFor();
    await tv.getByText('Conectado').waitFor();
    const [next] = await burst(1);
    await tv.getByRole('status', { name: `Senha ${next}, Guichê 1` }).waitFor();
    expect(await tv.evaluate('said')).toEqual([`Senha ${next}, Guichê 1`]);
    await context.close();
  });
});
