/** A session at the panel, in a real browser: it outlives its tokens, tabs that share it do not end it, and signing out does. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { openStage, type Stage } from './stage.ts';

const DESK = { width: 1366, height: 768 };
const STORED_AS = 'totem.panel.session';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.close());

interface Kept {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

const kept = async (page: Page): Promise<Kept> =>
  JSON.parse((await page.evaluate((name) => sessionStorage.getItem(name), STORED_AS)) ?? '{}') as Kept;
const keep = (page: Page, session: Kept) =>
  page.evaluate(([name, text]) => sessionStorage.setItem(name, text), [
    STORED_AS,
    JSON.stringify(session),
  ] as const);
const deskOf = (page: Page) => page.getByRole('button', { name: 'Chamar próximo' });

async function atCounter(): Promise<Page> {
  const page = await stage.open(stage.demo.panelUrl, DESK);
  await page.getByRole('textbox', { name: 'Usuário' }).fill('operador');
  await page.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await page.getByRole('button', { name: 'Guichê 1' }).click();
  await deskOf(page).waitFor();
  return page;
}

describe('a session at the panel', () => {
  it('goes on in both of two tabs that have the same tokens, after tokens have ended, and ends in both', async () => {
    const one = await atCounter();
    const session = await kept(one);
    const two = await one.context().newPage();
    await two.goto(stage.demo.panelUrl);
    await keep(two, session);
    const ended = { ...session, accessToken: 'spoilt', expiresAt: '2026-01-01T00:00:00.000Z' };
    for (const page of [one, two]) await keep(page, ended);
    await Promise.all([one.reload(), two.reload()]);
    for (const page of [one, two]) await deskOf(page).waitFor();
    await stage.until(async () => (await kept(one)).refreshToken === (await kept(two)).refreshToken);
    expect((await kept(one)).refreshToken).not.toBe(session.refreshToken);

    await one.getByRole('button', { name: /^Conta de/ }).click();
    await one.getByRole('menuitem', { name: 'Sair' }).click();
    await one.getByRole('textbox', { name: 'Usuário' }).waitFor();
    await keep(two, { ...(await kept(two)), accessToken: 'spoilt' });
    await two.reload();
    await two.getByText('Sua sessão terminou. Entre de novo para continuar.').waitFor();
    await one.context().close();
    const reused = await stage.rows(`SELECT 1 AS n FROM audit_log WHERE action = 'TOKEN_REUSED'`);
    expect(reused).toEqual([]);
  });
});

describe('the sign-in', () => {
  it('has the keyboard in its first field, and leaves a page in which it is framed where it was', async () => {
    const alone = await stage.open(stage.demo.panelUrl, DESK);
    const name = alone.getByRole('textbox', { name: 'Usuário' });
    await name.waitFor();
    expect(await name.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
    await alone.context().close();

    const page = await stage.open(stage.demo.pageUrl, DESK);
    await page.frameLocator('#panel').getByRole('textbox', { name: 'Usuário' }).waitFor();
    await page.frameLocator('#display').getByRole('status').first().waitFor();
    expect(await page.evaluate('[scrollY, document.activeElement.tagName]')).toEqual([0, 'BODY']);
    await page.context().close();
  });
});
