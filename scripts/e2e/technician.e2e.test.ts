/**
 * The technician's page in Chromium, on a totem without a network: the hidden gesture, the PIN, the state of each part, a printer
 * that is tried, and the way back; in each language and size, with nothing that axe finds.
 */
import { join } from 'node:path';
import { LOCALES, type Locale } from '@totem/domain';
import {
  createTcpPrinter,
  DEFAULT_PROFILE,
  startVirtualPrinter,
  type VirtualPrinter,
} from '@totem/drivers/printer';
import { type Agent, createAgent } from '@totem/edge';
import { agentOptions, openTotem, stockUp, type TestPlace, testPlace } from '@totem/edge/testing';
import { systemEnv, systemTimers } from '@totem/host';
import { accessibilityFaults } from '@totem/testkit/accessibility';
import { launchBrowser } from '@totem/testkit/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KIOSK_SIZES, KIOSK_WORDS, tap } from './kiosk.ts';

const PIN = '482915';
const TAPS = 7;
const KIOSK = join(import.meta.dirname, '../../apps/kiosk/dist');
/** What the page says, spelled out here, so that a text that changes is seen to change. */
const WORDS: Readonly<
  Record<
    Locale,
    { enter: string; choose: string; title: string; print: string; printed: string; back: string }
  >
> = {
  'pt-BR': {
    choose: 'Criar PIN',
    enter: 'Entrar',
    title: 'Técnico',
    print: 'Imprimir teste',
    printed: 'A impressora confirmou o teste.',
    back: 'Voltar ao atendimento',
  },
  en: {
    choose: 'Set PIN',
    enter: 'Come in',
    title: 'Technician',
    print: 'Print a test',
    printed: 'The printer has confirmed the test.',
    back: 'Back to customers',
  },
  es: {
    choose: 'Crear PIN',
    enter: 'Entrar',
    title: 'Técnico',
    print: 'Imprimir prueba',
    printed: 'La impresora confirmó la prueba.',
    back: 'Volver a la atención',
  },
};
const TARGET_PX_MIN = 44;
const TARGETS = `[...document.querySelectorAll('button, label')].map((one) => {
  const { width, height } = one.getBoundingClientRect();
  return [one.textContent, Math.round(width), Math.round(height)];
})`;

let place: TestPlace;
let agent: Agent;
let printer: VirtualPrinter;
let browser: Browser;
let address: string;
let left = 0;
let isChosen = false;
const stops: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  place = testPlace({ now: systemEnv.now() });
  const real = { env: systemEnv, timers: systemTimers };
  const parts = openTotem(place, real);
  stockUp(parts, place.catalogue);
  parts.store.close();
  printer = await startVirtualPrinter({ timers: systemTimers });
  const port = createTcpPrinter({ address: printer, profile: DEFAULT_PROFILE, timers: systemTimers });
  const leaveKiosk = (): void => {
    left += 1;
  };
  agent = createAgent(agentOptions(place, { ...real, printer: port, kioskDir: KIOSK, leaveKiosk }));
  const { url, token } = await agent.start();
  address = `${url}/#token=${token}`;
  browser = await launchBrowser();
  stops.push(
    place.remove,
    () => printer.close(),
    () => port.close(),
    () => agent.stop(),
    () => browser.close(),
  );
}, 120_000);
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** The page of a technician who has come in, in a language. */
async function comeIn(page: Page, locale: Locale): Promise<void> {
  // The page is deaf for a moment after each touch: its time goes on when a test says so.
  await page.clock.install();
  await page.goto(address);
  await page.getByRole('button', { name: KIOSK_WORDS[locale].language, exact: true }).waitFor();
  for (let touch = 0; touch < TAPS; touch++) await page.touchscreen.tap(20, 20);
  await page.getByRole('button', { name: '5', exact: true }).waitFor();
  const language = page.getByRole('button', { name: KIOSK_WORDS[locale].language });
  if (locale !== 'pt-BR') await tap(language);
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const digit of PIN) await page.getByRole('button', { name: digit, exact: true }).click();
  const words = WORDS[locale];
  await tap(page.getByRole('button', { name: isChosen ? words.enter : words.choose }));
  isChosen = true;
  await page.getByRole('heading', { name: words.title }).waitFor();
}

describe.each(LOCALES)('the technician’s page in %s', (locale) => {
  it.each(KIOSK_SIZES)(
    'opens with its PIN, prints a test, and goes back, at $width x $height',
    async (viewport) => {
      const context = await browser.newContext({ viewport, hasTouch: true, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      await comeIn(page, locale);
      const words = WORDS[locale];
      const before = printer.papers().length;
      await tap(page.getByRole('button', { name: words.print }));
      await page.getByText(words.printed).waitFor();
      expect(printer.papers().length).toBe(before + 1);
      await page.getByRole('img').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      const small = (await page.evaluate<[string, number, number][]>(TARGETS)).filter(
        ([, width, height]) => width < TARGET_PX_MIN || height < TARGET_PX_MIN,
      );
      expect(small).toEqual([]);
      await tap(page.getByRole('button', { name: words.back }));
      // The customers' screen begins anew.
      await page
        .getByRole('button', { name: KIOSK_WORDS['pt-BR'].start })
        .or(page.getByRole('button', { name: KIOSK_WORDS[locale].start }))
        .waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});

it('the kiosk is left by a second touch, and not by one', async () => {
  const context = await browser.newContext({ viewport: KIOSK_SIZES[0], hasTouch: true });
  const page = await context.newPage();
  await comeIn(page, 'en');
  await tap(page.getByRole('button', { name: 'Leave the kiosk' }));
  expect(left).toBe(0);
  const answered = page.waitForResponse(/\/v1\/technician\/leave$/);
  await tap(page.getByRole('button', { name: 'Touch again to leave the kiosk' }));
  expect((await answered).status()).toBe(204);
  expect(left).toBe(1);
  await context.close();
});
