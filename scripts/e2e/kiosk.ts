/** A customer at a kiosk: opens it, taps as people do, in their language, and reads the code off the screen. */
import type { Locale } from '@totem/domain';
import type { Locator, Page } from 'playwright-core';
import type { Stage } from './stage.ts';

/** What the screen says, as people read it: spelled out here, so that a text that changes is seen to change. */
export interface KioskWords {
  readonly language: string;
  readonly start: string;
  readonly ordinary: string;
  readonly documents: string;
  readonly yours: string;
  readonly printed: string;
  readonly outOfService: string;
}

export const KIOSK_WORDS: Readonly<Record<Locale, KioskWords>> = {
  'pt-BR': {
    language: 'Português',
    start: 'Toque para começar',
    ordinary: 'Atendimento comum',
    documents: 'Documentos',
    yours: 'Sua senha é ',
    printed: 'Retire sua senha impressa',
    outOfService: 'Fora de serviço',
  },
  en: {
    language: 'English',
    start: 'Touch to start',
    ordinary: 'General',
    documents: 'Documents',
    yours: 'Your ticket is ',
    printed: 'Take your printed ticket',
    outOfService: 'Out of service',
  },
  es: {
    language: 'Español',
    start: 'Toque para comenzar',
    ordinary: 'Atención general',
    documents: 'Documentos',
    yours: 'Su turno es ',
    printed: 'Retire su turno impreso',
    outOfService: 'Fuera de servicio',
  },
};

export const KIOSK_SIZES = [
  { width: 1080, height: 1920 },
  { width: 768, height: 1024 },
] as const;
export type ScreenSize = { readonly width: number; readonly height: number };

/** After a tap the page is deaf for a moment, so that a trembling finger chooses nothing twice; people are slower. */
const BETWEEN_TAPS_MS = 400;

/** A page, and what its browser complained of since it was opened. */
export interface Visit {
  readonly page: Page;
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** What a page's policy has stopped is not always said on the console. */
const TELL_OF_POLICY = `addEventListener('securitypolicyviolation', (event) =>
  console.error('policy', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber))`;

/** Opens a page without motion, listening to its console. */
export async function visit(
  stage: Stage,
  url: string,
  size: ScreenSize,
  deviceScaleFactor = 1,
): Promise<Visit> {
  const context = await stage.browser.newContext({
    viewport: size,
    deviceScaleFactor,
    locale: 'pt-BR',
    hasTouch: size.height > size.width,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(TELL_OF_POLICY);
  await page.clock.install();
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Taps, and lets the page's time go on until it listens again. */
export async function tap(button: Locator): Promise<void> {
  await button.click();
  await button.page().clock.fastForward(BETWEEN_TAPS_MS);
}

export const buttonNamed = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** Takes a ticket from the first screen on, in a language. @returns the code on the screen. */
export async function takeTicket(page: Page, locale: Locale, service?: string): Promise<string> {
  const words = KIOSK_WORDS[locale];
  await tap(buttonNamed(page, words.language));
  await tap(buttonNamed(page, words.start));
  await tap(buttonNamed(page, words.ordinary));
  await tap(buttonNamed(page, service ?? words.documents));
  return codeOnScreen(page, locale);
}

/** The code that the ticket's page shows. @throws when there is none in time. */
export async function codeOnScreen(page: Page, locale: Locale): Promise<string> {
  const { yours } = KIOSK_WORDS[locale];
  const name = (await page.getByRole('status').getAttribute('aria-label')) ?? '';
  if (!name.startsWith(yours)) throw new Error(`the ticket is called "${name}"`);
  return name.slice(yours.length);
}
