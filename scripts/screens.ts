/**
 * `node scripts/screens.ts [part ...]`: the pictures of the screens in `docs/screens`, taken from the running product on a
 * staged day; all of them, or the named parts. Only times are staged: what was played within seconds is spread over the last
 * hour, as on a day it would be.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readQr } from '@totem/drivers/paper-reader';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { DEMO_PASSWORD } from './demo/demo.ts';
import { ownerOf, totemOf } from './e2e/backstage.ts';
import { KIOSK_WORDS, tap, visit } from './e2e/kiosk.ts';
import { openStage, type Stage } from './e2e/stage.ts';
import { theAdmin } from './screens/admin.ts';
import { bookToday, playDay, spreadOverTheLastHour } from './screens/day.ts';
import { theStatesOfTheKiosk } from './screens/kiosk-states.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'screens');
const KIOSK = { width: 1080, height: 1920 };
/** A kiosk has more dots than a page of documents needs. */
const HALF = 0.5;
const DESK = { width: 1440, height: 900 };
const TV = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 700 };
const BENCH = { width: 1920, height: 1200 };
const WORDS = KIOSK_WORDS['pt-BR'];

/** A page, or one of the demo's frames. */
type Place = Pick<FrameLocator, 'getByRole'>;

const named = (place: Place, name: string): Locator => place.getByRole('button', { name, exact: true });

async function picture(page: Page, name: string): Promise<void> {
  // What moves in has come to rest, and what slides is at its end.
  await page.clock.fastForward('00:01');
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
  process.stdout.write(`${name}\n`);
}

async function throughTheKiosk(stage: Stage): Promise<string> {
  const { page, close } = await visit(stage, stage.kioskUrl(1), KIOSK, HALF);
  await named(page, WORDS.start).waitFor();
  await picture(page, 'kiosk-attract');
  await tap(named(page, WORDS.start));
  await named(page, WORDS.ordinary).waitFor();
  await picture(page, 'kiosk-priority');
  await tap(named(page, '60 anos ou mais'));
  await named(page, WORDS.documents).waitFor();
  await picture(page, 'kiosk-services');
  await tap(named(page, WORDS.documents));
  await page.getByText(WORDS.printed).waitFor();
  await picture(page, 'kiosk-ticket');
  await close();
  const paper = totemOf(stage, 1).printer.papers().at(-1);
  const link = paper === undefined ? null : readQr(paper);
  if (link === null) throw new Error('the paper has no link');
  return link;
}

async function withoutPaper(stage: Stage): Promise<void> {
  const totem = totemOf(stage, 2);
  totem.setFault('paper_out', true);
  const { page, close } = await visit(stage, stage.kioskUrl(2), KIOSK, HALF);
  await tap(named(page, WORDS.start));
  await tap(named(page, WORDS.ordinary));
  await tap(named(page, 'Caixa'));
  await page.getByText('Sem papel. Sua senha está na tela.').waitFor();
  await picture(page, 'kiosk-no-paper');
  totem.setFault('paper_out', false);
  await page.getByText(WORDS.printed).waitFor();
  await close();
}

async function signIn(place: Place): Promise<void> {
  await place.getByRole('textbox', { name: 'Usuário' }).fill('operador');
  await place.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
  await named(place, 'Entrar').click();
}

async function thePanel(stage: Stage): Promise<void> {
  const { page, close } = await visit(stage, stage.demo.panelUrl, DESK);
  await signIn(page);
  await page.getByRole('table', { name: 'Fila' }).waitFor();
  await named(page, 'Conta de Otávio Operador').click();
  await page.getByRole('menuitem', { name: 'Trocar de guichê' }).click();
  await named(page, 'Guichê 3').waitFor();
  await picture(page, 'panel-counter');
  await named(page, 'Continuar neste guichê').click();
  await page.getByRole('button', { name: 'Chamar próximo' }).click();
  await page.getByRole('button', { name: 'Iniciar atendimento' }).waitFor();
  await picture(page, 'panel');
  await named(page, 'Iniciar atendimento').click();
  await named(page, 'Finalizar').click();
  await named(page, 'Agenda de hoje').click();
  await page.getByRole('radio').first().waitFor();
  await picture(page, 'panel-agenda');
  await page.keyboard.press('Escape');
  await close();
}

async function theDisplay(stage: Stage): Promise<void> {
  for (const [name, size] of [
    ['display', TV],
    ['display-portrait', KIOSK],
  ] as const) {
    const { page, close } = await visit(stage, stage.demo.displayUrl, size);
    await page.getByRole('status', { name: /^Senha .+, Guichê 1$/ }).waitFor();
    await picture(page, name);
    await close();
  }
}

async function thePhone(stage: Stage, link: string): Promise<void> {
  const { page, close } = await visit(stage, link, PHONE);
  await page.getByRole('status').waitFor();
  await picture(page, 'phone');
  await close();
}

async function everythingAtOnce(stage: Stage): Promise<void> {
  const { page, close } = await visit(stage, stage.demo.pageUrl, BENCH);
  const panel = page.frameLocator('#panel');
  await signIn(panel);
  await panel.getByRole('table', { name: 'Fila' }).waitFor();
  const kiosk = page.frameLocator('#totem-1 iframe');
  const press = async (button: Locator) => {
    await button.click();
    await page.clock.fastForward(500);
  };
  await press(named(kiosk, WORDS.start));
  await press(named(kiosk, WORDS.ordinary));
  await press(named(kiosk, 'Exames'));
  await kiosk.getByText(WORDS.printed).waitFor();
  await panel.getByRole('button', { name: 'Iniciar atendimento' }).click();
  await panel.getByRole('button', { name: 'Finalizar' }).click();
  await panel.getByRole('button', { name: 'Chamar próximo' }).click();
  await panel.getByRole('button', { name: 'Iniciar atendimento' }).waitFor();
  await page
    .frameLocator('#display')
    .getByRole('status', { name: /Guichê 1$/ })
    .waitFor();
  const other = page.frameLocator('#totem-2 iframe');
  await press(named(other, WORDS.start));
  await press(named(other, WORDS.ordinary));
  await named(other, WORDS.documents).waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await picture(page, 'demo');
  await close();
}

const PARTS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  kiosk: async (stage) => {
    const link = await throughTheKiosk(stage);
    await withoutPaper(stage);
    await thePhone(stage, link);
  },
  states: (stage) => theStatesOfTheKiosk(stage, picture),
  panel: thePanel,
  display: theDisplay,
  demo: everythingAtOnce,
  admin: theAdmin,
};

const asked = process.argv.slice(2);
const parts = Object.entries(PARTS).filter(([name]) => asked.length === 0 || asked.includes(name));
await mkdir(FOLDER, { recursive: true });
const stage = await openStage({ ownPostgres: true });
try {
  const owner = await ownerOf(stage);
  await playDay(stage);
  await spreadOverTheLastHour(owner);
  await bookToday(owner);
  await owner.end();
  for (const [, take] of parts) await take(stage);
} finally {
  await stage.close();
}
// Connections that the demo page had opened can keep Node's own end busy for minutes.
process.exit(0);
