/** The display beyond the main job: its voice is at hand before the first call, and a burst is shown whole and in order. */
import { accessibilityFaults } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { openStage, type Stage } from './stage.ts';

const TV = { width: 1920, height: 1080 };
const DESK = { width: 1366, height: 768 };
const CALLS = 5;

let stage: Stage;
let display: Page;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.close());

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
    // What the screen says, each time that it says something else.
    await display.evaluate(`{
      globalThis.said = [];
      new MutationObserver(() => {
        const name = document.querySelector('[role="status"][data-announced]')?.getAttribute('aria-label');
        if (name != null && said.at(-1) !== name) said.push(name);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    }`);
    const session = JSON.parse(
      String(await panel.evaluate(() => sessionStorage.getItem('totem.panel.session'))),
    ) as { accessToken: string };
    const command = async (body: object): Promise<{ ticket?: { id: string; code: string } }> => {
      const answer = await fetch(new URL('/v1/commands', stage.demo.panelUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${session.accessToken}` },
        body: JSON.stringify({ ...body, id: crypto.randomUUID() }),
      });
      expect(answer.status).toBe(200);
      return (await answer.json()) as { ticket?: { id: string; code: string } };
    };
    const [service] = await stage.rows(
      "SELECT id FROM service WHERE payment_policy = 'free' ORDER BY sort_order LIMIT 1",
    );
    const [priority] = await stage.rows('SELECT id FROM priority_class ORDER BY tier LIMIT 1');
    const codes: string[] = [];
    for (let turn = 0; turn < CALLS; turn += 1)
      await command({ type: 'ticket.create', serviceId: service?.id, priorityClassId: priority?.id });
    for (let turn = 0; turn < CALLS; turn += 1) {
      const { ticket } = await command({ type: 'ticket.call_next' });
      codes.push(String(ticket?.code));
      await command({ type: 'ticket.cancel', ticketId: ticket?.id, reason: 'customer_left' });
    }
    await display.getByRole('status', { name: `Senha ${codes.at(-1)}, Guichê 1` }).waitFor();
    expect(await display.evaluate('said')).toEqual(codes.map((code) => `Senha ${code}, Guichê 1`));
    expect(await accessibilityFaults(display)).toEqual([]);
  });
});
