/** A television and whoever stands before it with the admin app: connected by its code, there after a reload, and let go. */
import { accessibilityFaults } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTo, signIn, visitAdmin } from './admin.ts';
import { openStage, type Stage } from './stage.ts';

const TV = { width: 1920, height: 1080 };
const UPRIGHT = { width: 1080, height: 1920 };
const HEADINGS = {
  'pt-BR': 'Conecte esta TV',
  en: 'Connect this display',
  es: 'Conecte esta pantalla',
} as const;
const CODE = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/;

let stage: Stage;
let tv: Page;
let admin: Page;
beforeAll(async () => {
  stage = await openStage();
  const visit = await visitAdmin(stage, { size: 'desk', locale: 'pt-BR', appearance: 'light' });
  admin = visit.page;
  await signIn(admin);
  await admin.locator('header').waitFor();
}, 240_000);
afterAll(() => stage.close());

/** The display's address as a technician types it. */
const address = (): string => new URL('/display/', stage.demo.displayUrl).href;
const codeOn = async (page: Page): Promise<string> =>
  (await page.getByRole('status', { name: /^Código / }).textContent()) ?? '';
const resting = (page: Page) => page.getByRole('status', { name: 'Aguarde a sua chamada' });

describe('a display that is nobody’s', () => {
  it.each(Object.entries(HEADINGS))('shows a code for everybody, in %s', async (locale, heading) => {
    for (const screen of [TV, UPRIGHT]) {
      const page = await stage.open(address(), screen, locale);
      await page.getByRole('heading', { name: heading }).waitFor();
      await page.getByRole('timer').waitFor();
      expect(await page.locator('[role="status"]').textContent()).toMatch(CODE);
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.context().close();
    }
  });
});

describe('a display with its code', () => {
  it('becomes a device when the code is typed in the admin, and shows its site', async () => {
    tv = await stage.open(address(), TV);
    await tv.getByRole('timer').waitFor();
    await goTo(admin, '/devices/new');
    await admin
      .getByRole('combobox', { name: 'Unidade', exact: true })
      .selectOption({ label: 'Unidade Centro' });
    await admin.getByRole('combobox', { name: 'Tipo', exact: true }).selectOption('display');
    await admin.getByRole('textbox', { name: 'Nome', exact: true }).fill('TV da recepção');
    await admin.getByRole('button', { name: 'Criar', exact: true }).click();
    await admin.getByRole('heading', { name: 'TV da recepção', level: 1 }).waitFor();
    const field = admin.getByRole('textbox', { name: 'Código na TV' });
    await field.fill('0000-0000');
    await admin.keyboard.press('Enter');
    await admin.getByText('Código incorreto ou vencido. Digite o que a TV mostra agora.').waitFor();
    await field.fill((await codeOn(tv)).toLowerCase());
    await admin.keyboard.press('Enter');
    await admin.getByText('Conectada. As chamadas aparecem nela em segundos.').waitFor();
    expect(await accessibilityFaults(admin)).toEqual([]);
    await resting(tv).waitFor();
    await tv.getByRole('heading', { name: 'Unidade Centro' }).waitFor();
    await stage.until(async () => {
      const [row] = await stage.rows(`SELECT last_seen FROM equipment WHERE identifier = 'TV da recepção'`);
      return row?.last_seen != null;
    });
    await admin.reload();
    await admin
      .getByText(/Ligado$/)
      .first()
      .waitFor();
  });

  it('is the same device after a reload, and after the cloud was away', async () => {
    await tv.reload();
    await resting(tv).waitFor();
    await stage.demo.cloud.stop();
    await stage.demo.cloud.start();
    await tv.reload();
    await resting(tv).waitFor();
  });

  it('is let go when it is revoked, and can be connected anew', async () => {
    await admin.getByRole('button', { name: 'Revogar', exact: true }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Revogar', exact: true }).click();
    // Who may still read is remembered for half a minute.
    await tv.getByRole('heading', { name: HEADINGS['pt-BR'] }).waitFor({ timeout: 90_000 });
    expect(await codeOn(tv)).toMatch(CODE);
  });
});
