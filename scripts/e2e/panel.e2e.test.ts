/** The panel beyond the main job: a ticket from the reception, a call by code with its reason, names, notes, and why it was this one. */

import { accessibilityFaults } from '@totem/testkit/accessibility';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { codeOf, ownerOf, totemDoor, totemOf } from './backstage.ts';
import { openStage, type Stage } from './stage.ts';

const DESK = { width: 1366, height: 768 };

let stage: Stage;
let panel: Page;
beforeAll(async () => {
  stage = await openStage();
  panel = await stage.open(stage.demo.panelUrl, DESK);
  await signIn(panel, 'operador', 'Guichê 1');
}, 120_000);
afterAll(() => stage.close());

async function signIn(page: Page, username: string, counter: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Usuário' }).fill(username);
  await page.getByRole('textbox', { name: 'Senha' }).fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await page.getByRole('button', { name: counter }).click();
  await page.getByRole('button', { name: 'Chamar próximo' }).waitFor();
}

/** Gives a ticket at the panel. @returns its code. */
async function issue(
  page: Page,
  fill: (dialog: ReturnType<Page['getByRole']>) => Promise<unknown>,
): Promise<string> {
  await page.keyboard.press('i');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await fill(dialog);
  await dialog.getByRole('button', { name: 'Emitir' }).click();
  const told = page.getByText(/^Senha \S+ emitida\.$/);
  await told.waitFor();
  const code = /^Senha (\S+) /.exec((await told.textContent()) ?? '')?.[1] ?? '';
  await page.getByRole('cell', { name: code }).waitFor();
  return code;
}

/** Serves whoever was called, to the end. */
async function finish(code?: string): Promise<void> {
  // A click waits until the button may be pressed; a key that comes too early is no press.
  await panel.getByRole('button', { name: 'Iniciar atendimento' }).click();
  if (code !== undefined)
    await panel.getByRole('region', { name: 'Senha em atendimento' }).getByText(code).waitFor();
  await panel.getByRole('button', { name: 'Finalizar' }).click();
}

const entriesOf = (action: string) =>
  stage.rows(`SELECT data FROM audit_log WHERE action = '${action}' ORDER BY position DESC LIMIT 1`);

describe('the panel', () => {
  let common: string;
  let party: string;

  it('gives tickets to those without a kiosk, with a party and a name', async () => {
    common = await issue(panel, async () => {});
    party = await issue(panel, async (dialog) => {
      expect(await accessibilityFaults(panel)).toEqual([]);
      await dialog.getByLabel('Quantas pessoas').fill('3');
      await dialog.getByLabel('Nome (opcional)').fill('Maria da Silva');
    });
    const [row] = await stage.rows(`SELECT party_size, channel FROM ticket WHERE code = '${party}'`);
    expect(row).toEqual({ party_size: '3', channel: 'reception' });
    // Nobody's name before they are called.
    expect(await panel.getByText('Maria da Silva').count()).toBe(0);
  });

  it('calls by code out of the order only with a reason, which is written down, and then shows the name', async () => {
    await panel.keyboard.press('g');
    const dialog = panel.getByRole('dialog');
    await dialog.getByLabel('Senha', { exact: true }).fill(party.toLowerCase());
    await dialog.getByRole('button', { name: 'Chamar esta senha' }).click();
    await dialog.getByText('Este campo não pode ficar vazio.').waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await dialog.getByLabel('Motivo').fill('voltou com o documento');
    await dialog.getByRole('button', { name: 'Chamar esta senha' }).click();
    await panel.getByText('Maria da Silva').waitFor();
    const [entry] = await entriesOf('TICKET_CALL');
    expect(JSON.parse(String(entry?.data))).toMatchObject({ reason: 'voltou com o documento' });
    await panel.getByText('Por que esta senha?').click();
    await panel.getByText('Foi chamada por você, fora da ordem da fila.').waitFor();
  });

  it('finishes with a note that stays in the history', async () => {
    await panel.keyboard.press('s');
    await panel.getByRole('button', { name: 'Finalizar' }).waitFor();
    await panel.keyboard.press('e');
    await panel.getByRole('dialog').getByLabel('Observação').fill('volta amanhã com o recibo');
    await panel.getByRole('dialog').getByRole('button', { name: 'Finalizar' }).click();
    await panel.getByRole('button', { name: 'Chamar próximo' }).waitFor();
    const [entry] = await entriesOf('TICKET_FINISH');
    expect(JSON.parse(String(entry?.data))).toMatchObject({ note: 'volta amanhã com o recibo' });
  });

  it('says why it was this one, and to a call that came too late where the ticket went', async () => {
    const other = await stage.open(stage.demo.panelUrl, DESK);
    await signIn(other, 'operador2', 'Guichê 2');
    await other.getByRole('cell', { name: common }).waitFor();
    await other.keyboard.press('g');
    await other.getByRole('dialog').getByLabel('Senha', { exact: true }).fill(common);
    // While the question is open, the first panel calls the same ticket.
    await panel.keyboard.press('F2');
    await panel.getByText('Por que esta senha?').click();
    await panel.getByText(/Regra: prioridade e chegada, versão 1/).waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await other.getByRole('cell', { name: common }).waitFor({ state: 'detached' });
    await other.getByRole('dialog').getByRole('button', { name: 'Chamar esta senha' }).click();
    await other
      .getByRole('dialog')
      .getByText(/Chamada/)
      .waitFor();
    await other.context().close();
  });

  it('calls the next by itself after a service, for those who turned it on', async () => {
    await finish();
    await panel.getByRole('button', { name: 'Chamar próximo' }).waitFor();
    const [first, second] = [await issue(panel, async () => {}), await issue(panel, async () => {})];
    await panel.getByRole('button', { name: /^Conta de/ }).click();
    await panel.getByRole('menuitemcheckbox', { name: 'Chamar sozinho ao terminar' }).click();
    // It stays open, and shows the switch turned.
    await panel
      .getByRole('menuitemcheckbox', { name: 'Chamar sozinho ao terminar', checked: true })
      .waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await panel.keyboard.press('Escape');
    await panel.getByRole('menuitemcheckbox').first().waitFor({ state: 'detached' });
    await panel.keyboard.press('F2');
    const desk = panel.getByRole('region', { name: 'Senha em atendimento' });
    await finish(first);
    await panel.getByText(/^sozinho em \d s$/).waitFor();
    await panel.getByRole('button', { name: 'Iniciar atendimento' }).waitFor();
    await desk.getByText(second).waitFor();
  });

  it('tells who comes without an appointment that there is none, in words', async () => {
    await finish();
    await panel.getByRole('button', { name: 'Chamar próximo' }).waitFor();
    await panel.keyboard.press('a');
    const dialog = panel.getByRole('dialog', { name: 'Agenda de hoje' });
    await dialog.getByText('Não há agendamentos para hoje.', { exact: false }).waitFor();
    await dialog.getByRole('textbox', { name: 'Nome ou código' }).fill('nobody');
    expect(await accessibilityFaults(panel)).toEqual([]);
    await dialog.getByRole('button', { name: 'Receber' }).click();
    await panel.getByRole('alert').getByText('Não há agendamento com este código nesta unidade.').waitFor();
  });

  it('finds who has come in the agenda of the day, and checks them in by keyboard alone', async () => {
    for (const [code, name, seconds] of [
      ['K7MPQ2', 'Ana Conceição', 0],
      ['K7MPQ3', 'Rui Antunes', 1],
      ['K7MPQ4', 'Bia Antunes', 2],
    ] as const)
      await book(code, name, seconds);
    await panel.keyboard.press('a');
    const dialog = panel.getByRole('dialog', { name: 'Agenda de hoje' });
    await dialog.getByRole('radio', { name: /Ana Conceição/ }).waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await panel.keyboard.type('antunes');
    expect(await dialog.getByRole('radio').count()).toBe(2);
    await panel.keyboard.press('Enter');
    await dialog.getByText('Escolha uma pessoa da lista.').waitFor();
    await panel.keyboard.press('Tab');
    await panel.keyboard.press('Space');
    await dialog.getByRole('radio', { name: /Rui Antunes/, checked: true }).waitFor();
    await panel.keyboard.press('Enter');
    await panel.getByText(/^Senha \S+ emitida\.$/).waitFor();
    expect(await stage.rows(`SELECT code FROM appointment WHERE state = 'checked_in'`)).toEqual([
      { code: 'K7MPQ3' },
    ]);
    await panel.keyboard.press('a');
    await dialog.getByText('já recebido', { exact: false }).waitFor();
    expect(await dialog.getByRole('radio', { name: /Rui Antunes/ }).isDisabled()).toBe(true);
    await panel.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('has another copy printed where the ticket was given, marked as one, with the reason on the record', async () => {
    const code = await codeOf(await totemDoor(stage, 2));
    const { printer } = totemOf(stage, 2);
    await stage.until(() => printer.papers().some(({ text }) => text.includes(code)));
    await panel.getByRole('button', { name: `Ações da senha ${code}` }).click();
    await panel.getByRole('menuitem', { name: 'Imprimir outra via' }).click();
    const dialog = panel.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Imprimir', exact: true }).click();
    await dialog.getByText('Este campo não pode ficar vazio.').waitFor();
    expect(await accessibilityFaults(panel)).toEqual([]);
    await dialog.getByLabel('Motivo').fill('perdeu o papel');
    await dialog.getByRole('button', { name: 'Imprimir', exact: true }).click();
    await panel.getByText(`Outra via da senha ${code} foi pedida ao totem.`).waitFor();
    await stage.until(() => {
      const text = printer.papers().at(-1)?.text ?? '';
      return text.includes(code) && text.includes('2ª via');
    });
    const [asked] = await entriesOf('TICKET_REPRINT');
    expect(JSON.parse(String(asked?.data))).toMatchObject({ reason: 'perdeu o papel', lane: '2', copy: 2 });
    await stage.until(async () => (await entriesOf('PRINT_REPEATED')).length === 1);
  });
});

/** Somebody has an appointment around now. */
async function book(code: string, name: string, seconds: number): Promise<void> {
  const owner = await ownerOf(stage);
  await owner.query(
    `WITH made AS (
       INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
       SELECT s.tenant_id, gen_random_uuid(), now(), s.id, v.id, now() + $3 * interval '1 second', 15, $1, 'booked'
       FROM site s JOIN service v ON v.tenant_id = s.tenant_id AND v.prefix = 'A' LIMIT 1 RETURNING tenant_id, id)
     INSERT INTO appointment_person (tenant_id, appointment_id, name) SELECT tenant_id, id, $2 FROM made`,
    [code, name, seconds],
  );
  await owner.end();
}
