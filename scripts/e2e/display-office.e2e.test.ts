/**
 * A television as the office decides of it: its layout, its pictures and films beside the calls, what it is asked; and the same
 * television on a day without the link.
 */
import { accessibilityFaults } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { goTo, signIn, visitAdmin } from './admin.ts';
import { codeOf, totemDoor } from './backstage.ts';
import { openStage, type Stage } from './stage.ts';

const TV = { width: 1920, height: 1080 };
const DESK = { width: 1366, height: 768 };
/** Longer than a display needs to hear of what was decided. */
const HEARS_MS = 90_000;

let stage: Stage;
let tv: Page;
let admin: Page;
let deviceId: string;
beforeAll(async () => {
  stage = await openStage({ withHub: true });
  admin = (await visitAdmin(stage, { size: 'desk', locale: 'pt-BR', appearance: 'light' })).page;
  await signIn(admin);
  await admin.locator('header').waitFor();
  const context = await stage.browser.newContext({ viewport: TV, locale: 'pt-BR' });
  tv = await context.newPage();
  await tv.goto(new URL('/display/', stage.demo.displayUrl).href);
  const code = await tv.getByRole('status', { name: /^Código / }).textContent();
  deviceId = await pairedWith(code ?? '');
  await resting(tv).waitFor();
}, 240_000);
afterAll(() => stage.close());

const resting = (page: Page) => page.getByRole('status', { name: 'Aguarde a sua chamada' });

/** A request as somebody of the demo. */
async function callAs(
  username: string,
): Promise<(path: string, body: object) => Promise<Record<string, never>>> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${stage.demo.cloudUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID(), ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, never>;
  };
  const { accessToken } = await post('/v1/login', { username, password: DEMO_PASSWORD });
  return (path, body) => post(path, body, { authorization: `Bearer ${accessToken}` });
}

async function pairedWith(code: string): Promise<string> {
  const call = await callAs('admin');
  const { id } = await call('/v1/equipment', {
    siteId: stage.demo.seed.siteId,
    type: 'display',
    identifier: 'TV do salão',
  });
  await call(`/v1/equipment/${id}/pairing`, { code });
  return String(id);
}

/** Draws a picture and records a short film of it, as the browser does; both as base64. */
const MAKE_FILES = `(async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1600, height: 900 });
  const pen = canvas.getContext('2d');
  const draw = (hue) => {
    pen.fillStyle = 'hsl(' + hue + ' 60% 42%)';
    pen.fillRect(0, 0, 1600, 900);
    pen.fillStyle = '#fff';
    pen.font = '700 120px sans-serif';
    pen.fillText('Vacinação', 160, 420);
    pen.font = '500 64px sans-serif';
    pen.fillText('de segunda a sexta, das 8h às 17h', 160, 540);
  };
  draw(200);
  const picture = canvas.toDataURL('image/png').split(',')[1];
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: 'video/webm' });
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let hue = 0; hue < 360; hue += 20) {
    draw(hue);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  recorder.stop();
  await ended;
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return { picture, film: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
})()`;

async function files(): Promise<{ picture: Buffer; film: Buffer }> {
  const made = await admin.evaluate<{ picture: string; film: string }>(MAKE_FILES);
  return { picture: Buffer.from(made.picture, 'base64'), film: Buffer.from(made.film, 'base64') };
}

const save = async (): Promise<void> => {
  const form = admin.locator('form', { has: admin.getByRole('combobox', { name: 'Disposição' }) });
  await form.getByRole('button', { name: 'Salvar', exact: true }).click();
  await admin.getByText('Em vigor').waitFor();
};
const choose = (name: string, label: string) =>
  admin.getByRole('combobox', { name, exact: true }).selectOption({ label });

describe('a display', () => {
  it('shows the pictures and films of its company beside the calls, once the office has chosen them', async () => {
    const { picture, film } = await files();
    await goTo(admin, '/media');
    const [input] = await admin.locator('input[type="file"]').all();
    await input?.setInputFiles({ name: 'vacina.png', mimeType: 'image/png', buffer: picture });
    await admin.getByRole('row', { name: /vacina\.png.*Imagem/ }).waitFor();
    await input?.setInputFiles({ name: 'vacina.webm', mimeType: 'video/webm', buffer: film });
    await admin.getByRole('row', { name: /vacina\.webm.*Vídeo/ }).waitFor();
    expect(await accessibilityFaults(admin)).toEqual([]);

    await goTo(admin, `/devices/${deviceId}`);
    await choose('Disposição', 'Chamadas e mídia');
    await choose('Acrescentar', 'vacina.png');
    await admin.getByRole('button', { name: 'Não mostrar vacina.png' }).waitFor();
    await save();
    await tv.locator('img').waitFor({ timeout: HEARS_MS });
    expect(await accessibilityFaults(admin)).toEqual([]);
    expect(await accessibilityFaults(tv)).toEqual([]);
  });

  it('turns its picture when it hangs on its side, hides its clock, and goes back with one act', async () => {
    await choose('Como está montada', 'Em pé, topo à esquerda');
    await admin.getByRole('switch', { name: 'Mostrar o relógio' }).click();
    await save();
    await tv.locator('[data-turn="left"]').waitFor({ timeout: HEARS_MS });
    expect(await tv.locator('time').count()).toBe(0);
    await admin.getByRole('button', { name: 'Voltar a esta: versão 1' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Voltar a esta' }).click();
    await admin.getByRole('row', { name: /^3.*Em vigor/ }).waitFor();
    await tv.locator('[data-turn="none"]').waitFor({ timeout: HEARS_MS });
    await tv.locator('time').first().waitFor();
  });

  it('lets a film fall back while somebody is called', async () => {
    await admin.reload();
    await admin.getByRole('button', { name: 'Não mostrar vacina.png' }).click();
    await choose('Acrescentar', 'vacina.webm');
    await admin.getByRole('textbox', { name: 'Volume dos vídeos' }).fill('100');
    await save();
    await tv.locator('video').waitFor({ timeout: HEARS_MS });
    await tv.mouse.click(960, 540);
    const volume = () => tv.evaluate<number>(`document.querySelector('video')?.volume ?? -1`);
    await stage.until(async () => (await volume()) === 1);
    await tv.evaluate(`{
      globalThis.lowest = 1;
      setInterval(() => {
        globalThis.lowest = Math.min(globalThis.lowest, document.querySelector('video')?.volume ?? 1);
      }, 50);
    }`);
    const code = await codeOf(await totemDoor(stage, 2));
    const panel = await stage.open(stage.demo.panelUrl, DESK);
    await panel.getByRole('textbox', { name: 'Usuário' }).fill('operador');
    await panel.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
    await panel.getByRole('button', { name: 'Entrar' }).click();
    await panel.getByRole('button', { name: 'Guichê 1' }).click();
    await panel
      .getByRole('button', { name: 'Chamar próximo' })
      .and(panel.locator(':not([aria-disabled])'))
      .waitFor();
    await panel.keyboard.press('F2');
    await tv.getByRole('status', { name: `Senha ${code}, Guichê 1` }).waitFor();
    await stage.until(async () => (await tv.evaluate<number>('lowest')) < 0.25);
    await stage.until(async () => (await volume()) === 1);
  });

  it('hands its log over when it is asked', async () => {
    await admin.getByRole('button', { name: 'Buscar registros' }).click();
    await admin
      .getByText(/Feito$/)
      .first()
      .waitFor({ timeout: HEARS_MS });
    await admin.getByRole('button', { name: 'Ver', exact: true }).first().click();
    await admin
      .getByText(/settings of version/)
      .first()
      .waitFor();
    expect(await accessibilityFaults(admin)).toEqual([]);
  });

  it('shows its page, its pictures and the calls of the hub when it is switched on without the link', async () => {
    await tv.evaluate('navigator.serviceWorker.ready');
    stage.demo.switches.cutLink(true);
    await tv.reload();
    await tv.locator('video').waitFor();
    await tv.getByRole('heading', { name: 'Unidade Centro' }).waitFor({ timeout: HEARS_MS });
    stage.demo.switches.cutLink(false);
  });
});
