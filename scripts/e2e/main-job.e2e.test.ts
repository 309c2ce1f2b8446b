/** The main job, end to end, as people do it: kiosk, paper, panel, display, PostgreSQL. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { KIOSK, takeTicket, touch } from './customer.ts';
import { openStage, type Stage } from './stage.ts';

const DESK = { width: 1366, height: 768 };
const TV = { width: 1920, height: 1080 };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 120_000);
afterAll(() => stage.close());

async function signIn(panel: Page, username: string, counter: string): Promise<void> {
  await panel.getByRole('textbox', { name: 'Usuário' }).fill(username);
  await panel.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
  await panel.getByRole('button', { name: 'Entrar' }).click();
  await panel.getByRole('button', { name: counter }).click();
}

/** The words of the slip that the totem's printer puts out next. */
function nextPaper(number: number): Promise<string> {
  const printer = stage.demo.totems.find((totem) => totem.number === number)?.printer;
  if (printer === undefined) throw new Error('no such totem');
  return new Promise((resolve) => {
    const stop = printer.onPaper((paper) => {
      stop();
      resolve(paper.text);
    });
  });
}

const stateOf = async (code: string) =>
  (await stage.rows(`SELECT state FROM ticket WHERE code = '${code}'`)).map((row) => row.state);

describe('the main job', () => {
  it('a ticket is taken, printed, called, seen on the TV, served, and finished in PostgreSQL', async () => {
    const display = await stage.open(stage.demo.displayUrl, TV);
    const kiosk = await stage.open(stage.kioskUrl(1), KIOSK);
    const panel = await stage.open(stage.demo.panelUrl, DESK);
    await signIn(panel, 'operador', 'Guichê 1');

    const paper = nextPaper(1);
    const code = await takeTicket(kiosk, 'Documentos');
    expect(code).toBe('D001');
    const printed = await paper;
    expect(printed).toContain(code);
    expect(printed).toContain('Documentos');
    expect(printed).toContain('Unidade Centro');
    await kiosk.getByText('Retire sua senha impressa').waitFor();

    await panel.getByRole('table', { name: 'Fila' }).getByText(code).waitFor();
    await panel.getByRole('button', { name: 'Chamar próximo' }).click();
    await panel
      .getByRole('region', { name: 'Senha em atendimento' })
      .getByText('Chamada', { exact: true })
      .waitFor();
    await display.getByRole('status', { name: `Senha ${code}, Guichê 1` }).waitFor();
    await panel.getByRole('button', { name: 'Iniciar atendimento' }).click();
    await panel.getByRole('button', { name: 'Finalizar' }).click();
    await panel.getByRole('button', { name: 'Chamar próximo' }).waitFor();
    await stage.until(async () => (await stateOf(code))[0] === 'finished');
    for (const page of [display, kiosk, panel]) await page.context().close();
  });

  it('who has priority is called before who came earlier', async () => {
    const kiosk = await stage.open(stage.kioskUrl(2), KIOSK);
    const common = await takeTicket(kiosk, 'Caixa');
    await touch(kiosk, 'Concluir');
    const elder = await takeTicket(kiosk, 'Caixa', '80 anos ou mais');
    expect([common, elder]).toEqual(['C2-001', 'C2-002']);
    const panel = await stage.open(stage.demo.panelUrl, DESK);
    await signIn(panel, 'operador2', 'Guichê 2');
    await panel.getByRole('table', { name: 'Fila' }).getByText(elder).waitFor();
    await panel.getByRole('button', { name: 'Chamar próximo' }).click();
    await stage.until(async () => (await stateOf(elder))[0] === 'called');
    expect(await stateOf(common)).toEqual(['waiting']);
    for (const page of [kiosk, panel]) await page.context().close();
  });

  it('what people did is in the ledger, each chain whole', async () => {
    const chains = await stage.verifiedChains();
    const actions = [...chains.values()].flat().map((entry) => entry.action);
    for (const action of [
      'ORIGIN_OPENED',
      'TICKET_CREATE',
      'TICKET_CALL',
      'CALL_CREATE',
      'TICKET_FINISH',
      'LOGIN',
    ])
      expect(actions).toContain(action);
    expect(actions.filter((action) => action === 'TICKET_FINISH')).toHaveLength(1);
  });
});
