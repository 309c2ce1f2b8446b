/**
 * A payment in doubt at a terminal that cannot be asked, settled by a technician in Chromium: what Stone's own list shows is typed at
 * the totem, the ticket joins the queue with it, and the terminal charges again.
 */
import { join } from 'node:path';
import { newId, ticketTable } from '@totem/domain';
import { type AutoTefSimulator, createAutoTefPort, openAutoTefSimulator } from '@totem/drivers/terminal';
import { type Agent, createAgent } from '@totem/edge';
import { agentOptions, openTotem, stockUp, type TestPlace, testPlace, unpaidOne } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import { accessibilityFaults } from '@totem/testkit/accessibility';
import { launchBrowser } from '@totem/testkit/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KIOSK_SIZES, KIOSK_WORDS, tap } from './kiosk.ts';

const PIN = '482915';
const TAPS = 7;
const PRICE = 4_590;
const KIOSK = join(import.meta.dirname, '../../apps/kiosk/dist');
const HEADING = 'Pagamentos em dúvida';

let place: TestPlace;
let agent: Agent;
let terminal: AutoTefSimulator;
let browser: Browser;
let ticketId = '';
let url = '';
let token = '';
const stops: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  const real = { env: systemEnv, timers: systemTimers };
  terminal = await openAutoTefSimulator({ ...real, isByHand: true });
  place = testPlace({ now: systemEnv.now() });
  const parts = openTotem(place, real);
  stockUp(parts, place.catalogue);
  ticketId = unpaidOne(parts, place, PRICE);
  parts.store.close();
  const config = {
    baseUrl: terminal.baseUrl,
    stoneCode: '123456789',
    connectionName: 'COM4',
    partnerName: 'Totem',
  };
  const means = [{ id: 'card', open: () => createAutoTefPort(config, { timers: systemTimers }) }];
  agent = createAgent(agentOptions(place, { ...real, kioskDir: KIOSK, means }));
  ({ url, token } = await agent.start());
  browser = await launchBrowser();
  stops.push(
    place.remove,
    () => terminal.close(),
    () => agent.stop(),
    () => browser.close(),
  );
}, 120_000);
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${url}/v1/payments${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.json() as Promise<Record<string, unknown>>;
};

/** Looks again until something is so: each look waits for the totem's own answer. */
async function followed(id: string, state: string): Promise<void> {
  for (let seen = 0; ; ) {
    const view = await ask('GET', `/${id}?seen=${seen}`);
    if (view.state === state) return;
    seen = Number(view.version);
  }
}

/** A sale whose answer is lost after the card was charged. */
async function loseSale(): Promise<void> {
  terminal.fault('lost_after');
  const id = newId<'payment'>(systemEnv);
  await ask('POST', '', { id, ticketId, meansId: 'card' });
  while (!terminal.act('pays')) await ask('GET', `/${id}`);
  await followed(id, 'unknown');
}

async function comeIn(page: Page): Promise<void> {
  await page.clock.install();
  await page.goto(`${url}/#token=${token}`);
  await page.getByRole('button', { name: KIOSK_WORDS['pt-BR'].language, exact: true }).waitFor();
  for (let touch = 0; touch < TAPS; touch++) await page.touchscreen.tap(20, 20);
  await page.getByRole('button', { name: '5', exact: true }).waitFor();
  for (const digit of PIN) await page.getByRole('button', { name: digit, exact: true }).click();
  await tap(page.getByRole('button', { name: 'Criar PIN' }));
}

it('what the terminal lost is found on its provider’s list, and typed at the totem', async () => {
  await loseSale();
  const context = await browser.newContext({
    viewport: KIOSK_SIZES[0],
    hasTouch: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await comeIn(page);
  const doubts = page.getByRole('region', { name: HEADING });
  await doubts.getByText(/R\$\s45,90/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const paid = doubts.getByRole('button', { name: 'Está na lista: foi paga' });
  expect(await paid.isDisabled()).toBe(true);
  for (const digit of '90210') await doubts.getByRole('button', { name: digit, exact: true }).click();
  await tap(paid);
  await doubts.waitFor({ state: 'detached' });
  await context.close();
  await agent.stop();
  const parts = openTotem(place);
  const rows = parts.store.read((db) => ({
    ticket: db.one(`SELECT state FROM ${ticketTable.name} WHERE id = ?`, ticketId),
    payment: db.one('SELECT status, details FROM payment_session'),
  }));
  parts.store.close();
  expect(rows.ticket).toMatchObject({ state: 'waiting' });
  expect(rows.payment).toMatchObject({ status: 'paid', details: expect.stringContaining('90210') });
});
