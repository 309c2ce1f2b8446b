/** An admin at the head office's app: signs in, goes from page to page, and a device that is paired while they look on. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { claimText, type Locale, pairingCodeOf } from '@totem/domain';
import type { Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import type { Stage } from './stage.ts';

/** Every page of the app that stands by itself. */
export const ADMIN_PAGES = [
  '/',
  '/tickets',
  '/payments',
  '/books',
  '/conflicts',
  '/reports',
  '/reports/takings',
  '/sites',
  '/sites/new',
  '/services',
  '/services/new',
  '/priorities',
  '/priorities/new',
  '/counters',
  '/counters/new',
  '/devices',
  '/devices/new',
  '/people',
  '/people/new',
  '/branding',
  '/media',
  '/payment-accounts',
  '/payment-accounts/new',
  '/prints',
  '/prints/new',
  '/webhooks',
  '/webhooks/new',
  '/notifications',
  '/notifications/new',
  '/keys',
  '/keys/new',
  '/privacy',
  '/audit',
  '/account',
  '/nowhere',
] as const;

export const ADMIN_SIZES = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export interface Look {
  readonly size: keyof typeof ADMIN_SIZES;
  readonly locale: Locale;
  readonly appearance: 'light' | 'dark';
}

const LOADING: Readonly<Record<Locale, string>> = {
  'pt-BR': 'Carregando…',
  en: 'Loading…',
  es: 'Cargando…',
};

/** What the browser of an admin complained of, and the page itself. */
export interface AdminVisit {
  readonly page: Page;
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens the app as somebody with that look would, before signing in. */
export async function visitAdmin(stage: Stage, look: Look): Promise<AdminVisit> {
  const context = await stage.browser.newContext({
    viewport: ADMIN_SIZES[look.size],
    locale: look.locale,
    timezoneId: 'America/Sao_Paulo',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refusal that a page expects is said by the browser too.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(
    ([locale, appearance]) => {
      localStorage.setItem('totem.admin.locale', locale);
      localStorage.setItem('totem.admin.appearance', appearance);
    },
    [look.locale, look.appearance] as const,
  );
  await page.goto(stage.demo.adminUrl);
  return { page, complaints, close: () => context.close() };
}

export async function signIn(page: Page, username = 'admin', password = DEMO_PASSWORD): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.locator('button[type="submit"]').click();
}

/** Goes to a page as a link within the app does, and waits for what it shows. */
export async function goTo(page: Page, path: string, locale: Locale = 'pt-BR'): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(`/admin${path}`)})`);
  await settled(page, locale);
}

/** Resolves when the page has read what it shows. */
export async function settled(page: Page, locale: Locale): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('main', { hasText: LOADING[locale] }).waitFor({ state: 'hidden' });
}

/** A machine out of its box: it makes a key and shows it with a code, as the agent does. @returns the fingerprint it would show. */
export async function claimWith(cloudUrl: string, code: string): Promise<string> {
  const keys = generateKeyPairSync('ed25519');
  const { x: publicKey = '' } = keys.publicKey.export({ format: 'jwk' });
  const bare = pairingCodeOf(code) ?? '';
  const signature = sign(null, Buffer.from(claimText(bare, publicKey)), keys.privateKey).toString(
    'base64url',
  );
  const answer = await fetch(`${cloudUrl}/v1/enrolments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      code,
      publicKey,
      signature,
      about: { host: 'totem-novo', system: 'Debian 12', appVersion: '0.1.0' },
    }),
  });
  const claimed = (await answer.json()) as { fingerprint?: string };
  if (claimed.fingerprint === undefined) throw new Error(`not claimed: ${JSON.stringify(claimed)}`);
  return claimed.fingerprint;
}
