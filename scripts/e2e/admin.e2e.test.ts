/** The admin app in a real browser: every page for everybody, and what head office does with it from the first sign-in on. */
import { accessibilityFaults } from '@totem/testkit/accessibility';
import { proof } from '@totem/testkit/proof';
import { generateSync } from 'otplib';
import type pg from 'pg';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { ADMIN_PAGES, claimWith, goTo, type Look, settled, signIn, visitAdmin } from './admin.ts';
import { codeOf, ownerOf, totemDoor } from './backstage.ts';
import { openStage, type Stage } from './stage.ts';

const DESK: Look = { size: 'desk', locale: 'pt-BR', appearance: 'light' };
/** Every language, size and appearance together; the first two differ in all three. */
const LOOKS: readonly Look[] = [
  DESK,
  { size: 'phone', locale: 'en', appearance: 'dark' },
  { size: 'desk', locale: 'es', appearance: 'dark' },
  { size: 'phone', locale: 'pt-BR', appearance: 'light' },
  { size: 'phone', locale: 'es', appearance: 'light' },
  { size: 'desk', locale: 'en', appearance: 'light' },
  { size: 'desk', locale: 'pt-BR', appearance: 'dark' },
  { size: 'desk', locale: 'en', appearance: 'dark' },
  { size: 'desk', locale: 'es', appearance: 'light' },
  { size: 'phone', locale: 'pt-BR', appearance: 'dark' },
  { size: 'phone', locale: 'en', appearance: 'light' },
  { size: 'phone', locale: 'es', appearance: 'dark' },
];
const LOOKS_SEEN = proof('screens/every page of the admin in every look', {
  share: 2,
  full: LOOKS.length,
  unit: 'looks',
});

let stage: Stage;
let owner: pg.Client;
beforeAll(async () => {
  stage = await openStage();
  owner = await ownerOf(stage);
}, 240_000);
afterAll(async () => {
  await owner.end();
  await stage.close();
});

const idOf = async (sql: string): Promise<string> => String((await stage.rows(sql))[0]?.id);

/** A payment, something that did not fit, and who is told of it: once, as the cloud itself would write them. */
async function recordTrouble(): Promise<void> {
  if ((await stage.rows('SELECT id FROM conflict')).length > 0) return;
  for (const sql of [
    `INSERT INTO payment_session (tenant_id, id, created_at, site_id, ticket_id, attempt, method, adapter, external_id, currency,
       amount_cents, paid_cents, refunded_cents, status, phase, details, business_day, updated_at, folded)
     SELECT tenant_id, gen_random_uuid(), now(), site_id, id, 1, 'pix', 'pix', 'E123', 'BRL', 4990, 4990, 0, 'paid', 'confirmed',
       '{}', business_day, now(), '{}' FROM ticket LIMIT 1`,
    `INSERT INTO payment_transaction (tenant_id, id, created_at, site_id, payment_session_id, adapter, kind, amount_cents, outcome,
       raw, folded) SELECT tenant_id, gen_random_uuid(), now(), site_id, id, 'pix', 'authorize', 4990, 'approved', '{}', '{}'
     FROM payment_session LIMIT 1`,
    `INSERT INTO conflict (tenant_id, id, kind, site_id, entity, entity_id, entry_id, detail, found_at)
     SELECT tenant_id, gen_random_uuid(), 'called_twice', site_id, 'ticket', id, gen_random_uuid(), '{"by": "counter 2"}', now()
     FROM ticket LIMIT 1`,
    `INSERT INTO reconciliation (tenant_id, id, created_at, psp_account_id, day, state, matched, strangers, differing)
     SELECT tenant_id, gen_random_uuid(), now(), id, '2026-11-23', 'done', 12, 1, 2 FROM psp_account LIMIT 1`,
    `INSERT INTO reconciliation_item (tenant_id, id, created_at, reconciliation_id, kind, end_to_end_id, amount_cents)
     SELECT tenant_id, gen_random_uuid(), now(), id, kind, 'E1234567820261123120000' || kind, 4990
     FROM reconciliation, unnest(ARRAY['only_theirs', 'only_ours']) AS found(kind) WHERE day = '2026-11-23'`,
    `INSERT INTO config_webhook (tenant_id, id, created_at, name, url, events, secrets, active)
     SELECT id, gen_random_uuid(), now(), 'ERP', 'https://example.com/totem', '["ticket.created"]', '', false FROM tenant LIMIT 1`,
    `INSERT INTO config_notification (tenant_id, id, created_at, channel, name, events, target, locale, active)
     SELECT id, gen_random_uuid(), now(), 'email', 'Plantão', '["device.offline"]', '{"to": ["plantao@example.com"]}', 'pt-BR', false
     FROM tenant LIMIT 1`,
  ])
    await owner.query(sql);
}

/** The page of one row of each kind, besides those that stand by themselves. */
async function pagesOfRows(): Promise<readonly string[]> {
  await stage.until(async () => (await stage.rows('SELECT id FROM ticket')).length > 0);
  await recordTrouble();
  return [
    `/conflicts/${await idOf('SELECT id FROM conflict')}`,
    `/payments/${await idOf('SELECT id FROM payment_session')}`,
    `/books/${await idOf(`SELECT id FROM reconciliation WHERE day = '2026-11-23'`)}`,
    `/webhooks/${await idOf('SELECT id FROM config_webhook')}`,
    `/notifications/${await idOf('SELECT id FROM config_notification')}`,
    `/sites/${await idOf('SELECT id FROM site')}`,
    `/services/${await idOf('SELECT id FROM service')}`,
    `/priorities/${await idOf('SELECT id FROM priority_class')}`,
    `/counters/${await idOf('SELECT id FROM counter')}`,
    `/devices/${await idOf(`SELECT id FROM equipment WHERE type = 'totem'`)}`,
    `/people/${await idOf(`SELECT id FROM app_user WHERE role = 'operator'`)}`,
    `/tickets/${await idOf('SELECT id FROM ticket')}`,
    `/audit/${await idOf('SELECT id FROM audit_log ORDER BY position LIMIT 1')}`,
  ];
}

/** Wider than its window, or a word of a text's key where its text should be. */
const LOOKS_WRONG = `[
  ...(document.documentElement.scrollWidth > innerWidth + 1 ? ['wider than the window'] : []),
  ...(document.body.innerText.match(/\\b[a-z][A-Za-z]+\\.[a-z][A-Za-z_]+(?:\\.[A-Za-z_.]+)?\\b/g) ?? [])
    .filter((word) => !/^(totem|example)|\\.(com|json|souza)/.test(word)),
]`;

describe('every page', () => {
  it.each(LOOKS.slice(0, LOOKS_SEEN))(
    'is for everybody in $locale, $appearance, on a $size',
    async (look) => {
      await codeOf(await totemDoor(stage, 1));
      const rows = await pagesOfRows();
      const { page, complaints, close } = await visitAdmin(stage, look);
      const faults: string[] = [];
      const inspect = async (path: string): Promise<void> => {
        faults.push(...(await accessibilityFaults(page)).map((fault) => `${path}: ${fault}`));
        faults.push(...(await page.evaluate<string[]>(LOOKS_WRONG)).map((fault) => `${path}: ${fault}`));
      };
      await page.locator('button[type="submit"]').waitFor();
      await inspect('sign-in');
      await signIn(page);
      await page.locator('header').waitFor();
      for (const path of [...ADMIN_PAGES, ...rows]) {
        await goTo(page, path, look.locale);
        await inspect(path);
      }
      expect(faults).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
    240_000,
  );
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const box = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });

async function signedIn(): Promise<{ page: Page; close(): Promise<void> }> {
  const visit = await visitAdmin(stage, DESK);
  await signIn(visit.page);
  await visit.page.locator('header').waitFor();
  return visit;
}

describe('an admin', () => {
  it('is told in their language why they are not let in, and an operator that their place is the panel', async () => {
    const { page, close } = await visitAdmin(stage, { ...DESK, locale: 'es' });
    await signIn(page, 'admin', 'no es esta');
    await page.getByText('Usuario o contraseña incorrectos.').waitFor();
    await signIn(page, 'operador');
    await page.getByRole('heading', { name: 'Esta página es para administradores' }).waitFor();
    await close();
  });

  it('goes on by keyboard alone: past the pages to the content, and by its links to a row', async () => {
    const { page, close } = await signedIn();
    await settled(page, 'pt-BR');
    const first = page.locator('a, button, select, input').first();
    expect(await first.textContent()).toBe('Ir para o conteúdo');
    await first.focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(`document.activeElement.id`)).toBe('main');
    await page.getByRole('link', { name: 'Serviços' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Documentos' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Documentos', level: 1 }).waitFor();
    expect(await page.title()).toBe('Documentos · Totem');
    await close();
  });

  it('opens a site, with every fault said at its field before anything is sent', async () => {
    const { page, close } = await signedIn();
    await goTo(page, '/sites/new');
    await button(page, 'Criar').click();
    await page.getByText('Preencha este campo.').first().waitFor();
    expect(await page.evaluate(`document.activeElement.getAttribute('aria-invalid')`)).toBe('true');
    await field(page, 'Nome').fill('Unidade Porto');
    await field(page, 'Nome curto').fill('Porto !');
    await button(page, 'Criar').click();
    await page.getByText('Confira este campo.').waitFor();
    await field(page, 'Nome curto').fill('porto');
    await field(page, 'Meta de espera').fill('15');
    await page.getByRole('switch', { name: 'Sempre aberto' }).click();
    await button(page, 'Criar').click();
    await page.getByRole('heading', { name: 'Unidade Porto', level: 1 }).waitFor();
    const [made] = await stage.rows(`SELECT queue_rules, opening_hours FROM site WHERE slug = 'porto'`);
    expect(JSON.parse(made?.queue_rules ?? '')).toMatchObject({ waitTargetMinutes: 15 });
    expect(JSON.parse(made?.opening_hours ?? '')).toMatchObject({ 1: [['09:00', '17:00']] });
    await goTo(page, '/');
    await page.getByRole('row', { name: /Unidade Porto/ }).waitFor();
    await close();
  });

  it('whose change meets another’s is shown both, and what was typed is not lost', async () => {
    const { page, close } = await signedIn();
    await goTo(page, `/counters/${await idOf('SELECT id FROM counter WHERE number = 2')}`);
    await field(page, 'Nome').fill('Guichê dois');
    await owner.query(
      `UPDATE counter SET name = 'Balcão 2', priority_from = 2, version = version + 1 WHERE number = 2`,
    );
    await button(page, 'Salvar').click();
    const dialog = page.getByRole('dialog', { name: 'Outra pessoa salvou antes' });
    await dialog.getByText('O que está salvo: Balcão 2').waitFor();
    await dialog.getByText('Agora: 2').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Juntar e salvar' }).click();
    await page.getByText('Salvo', { exact: true }).waitFor();
    expect(await stage.rows('SELECT name, priority_from FROM counter WHERE number = 2')).toMatchObject([
      { name: 'Guichê dois', priority_from: '2' },
    ]);
    await close();
  });

  it('pairs a totem: a code to type, the fingerprint of the machine that typed it, and stops it again', async () => {
    const { page, close } = await signedIn();
    await goTo(page, '/devices/new');
    await box(page, 'Unidade').selectOption({ label: 'Unidade Centro' });
    await field(page, 'Nome').fill('totem-novo');
    await button(page, 'Criar').click();
    await page.getByRole('heading', { name: 'totem-novo', level: 1 }).waitFor();
    await button(page, 'Pedir um código').click();
    const code = page.getByRole('status').locator('strong');
    await page.getByRole('timer').waitFor();
    const fingerprint = await claimWith(stage.demo.cloudUrl, (await code.textContent()) ?? '');
    await page.getByText('Compare com a tela do dispositivo').waitFor();
    expect(await code.textContent()).toBe(fingerprint);
    expect(await accessibilityFaults(page)).toEqual([]);
    await button(page, 'São iguais, confirmar').click();
    await page.getByText('Pareado. O dispositivo já trabalha.').waitFor();
    await button(page, 'Suspender').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Motivo' }).fill('em obras');
    await dialog.getByRole('button', { name: 'Suspender' }).click();
    await page.getByText(/^Suspenso desde .*: em obras$/).waitFor();
    await close();
  });

  it('adds a person, who is at work only where it was ticked, and gives them a new password', async () => {
    const { page, close } = await signedIn();
    await goTo(page, '/people/new');
    await field(page, 'Nome').fill('Bruna Lima');
    await field(page, 'Usuário').fill('bruna.lima');
    await field(page, 'Senha inicial').fill('curta');
    await page.getByRole('checkbox', { name: 'Unidade Centro' }).check();
    await button(page, 'Criar').click();
    await page.getByRole('alert').waitFor();
    await field(page, 'Senha inicial').fill('jabuticaba no quintal azul');
    await button(page, 'Criar').click();
    await page.getByRole('heading', { name: 'Bruna Lima', level: 1 }).waitFor();
    await button(page, 'Nova senha').click();
    await page
      .getByRole('dialog')
      .getByRole('textbox', { name: 'Nova senha' })
      .fill('outra jabuticaba no quintal');
    await page.getByRole('dialog').getByRole('button', { name: 'Nova senha' }).click();
    await page.getByText('Senha trocada.').waitFor();
    await goTo(page, '/people?search=bruna');
    await page.getByRole('row', { name: /Bruna Lima.*Atendente.*Unidade Centro/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await close();
  });

  it('settles what the provider’s list has otherwise, by the way of the exceptions, and nothing is left', async () => {
    await recordTrouble();
    const { page, close } = await signedIn();
    await goTo(page, '/conflicts');
    await page.getByRole('link', { name: 'Diferença com o provedor' }).first().click();
    await page.getByRole('heading', { name: 'Conferência de 23/11/2026' }).waitFor();
    await box(page, 'Diferença').selectOption({ label: 'Só aqui' });
    await page.getByRole('row', { name: /^Só aqui/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await box(page, 'Diferença').selectOption({ label: 'Todos' });
    for (const kind of ['Só aqui', 'Só no provedor']) {
      await page
        .getByRole('row', { name: new RegExp(`^${kind}`) })
        .getByRole('button', { name: 'Resolver' })
        .click();
      const dialog = page.getByRole('dialog');
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('textbox', { name: 'O que foi feito' }).fill(`visto com o banco: ${kind}`);
      await dialog.getByRole('button', { name: 'Resolver' }).click();
      await page.getByText(`visto com o banco: ${kind}`).waitFor();
    }
    await page.getByText('Tudo resolvido').waitFor();
    await goTo(page, '/conflicts');
    await page.getByRole('link', { name: 'Diferença com o provedor' }).first().waitFor({ state: 'detached' });
    await close();
  });

  it('reads what was taken, by whom and where, and takes it along as a file', async () => {
    await recordTrouble();
    const { page, close } = await signedIn();
    await goTo(page, '/reports');
    await page.getByRole('link', { name: 'Arrecadação' }).click();
    await page.getByRole('row', { name: /^Pix 1 .*49,90/ }).waitFor();
    const download = page.waitForEvent('download');
    await button(page, 'Baixar CSV').click();
    const file = await (await download).createReadStream();
    const text = (await file.setEncoding('utf8').toArray()).join('');
    expect(text).toContain(',pix,pix,');
    expect(text).toContain(',BRL,1,4990,0,4990');
    await close();
  });

  it('finds a ticket by its code, and everything that happened to it', async () => {
    const code = await codeOf(await totemDoor(stage, 1));
    await stage.until(
      async () => (await stage.rows(`SELECT id FROM ticket WHERE code = '${code}'`)).length === 1,
    );
    const { page, close } = await signedIn();
    await goTo(page, '/tickets');
    await field(page, 'Código').fill(code);
    await page.getByRole('link', { name: code, exact: true }).click();
    await page.getByRole('heading', { name: `Senha ${code}` }).waitFor();
    await page.getByRole('row', { name: /Senha retirada.*totem-1/ }).waitFor();
    await goTo(page, '/audit?action=TICKET_CREATE');
    await page
      .getByRole('row', { name: /Senha retirada/ })
      .first()
      .waitFor();
    await close();
  });
});

/** The last, because it asks something of every admin of the company. */
describe('a company that asks for a second factor', () => {
  it('lets its admin do nothing before they have one, and afterwards asks for its code', async () => {
    const { page, close } = await signedIn();
    await goTo(page, '/branding');
    await page.getByRole('switch', { name: 'Exigir segundo fator dos administradores' }).click();
    await button(page, 'Salvar').click();
    await page.getByText('Salvo', { exact: true }).waitFor();
    // Who is in good standing is remembered for half a minute; a new cloud asks anew.
    await stage.demo.cloud.stop();
    await stage.demo.cloud.start();
    await page.reload();
    await page.getByRole('heading', { name: 'Proteja a sua conta' }).waitFor();
    await field(page, 'Sua senha').fill(DEMO_PASSWORD);
    await button(page, 'Continuar').click();
    const secret = (await page.locator('code').textContent()) ?? '';
    await page.getByRole('img', { name: 'Código QR para o aplicativo autenticador' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await field(page, 'Código do aplicativo autenticador').fill(generateSync({ secret }));
    await button(page, 'Confirmar').click();
    await page.getByRole('checkbox', { name: 'Guardei os códigos' }).waitFor();
    const codes = await page.getByRole('listitem').allTextContents();
    expect(codes.length).toBeGreaterThan(5);
    await page.getByRole('checkbox', { name: 'Guardei os códigos' }).check();
    await button(page, 'Concluir').click();
    await page.getByRole('heading', { name: 'Marca e empresa' }).waitFor();
    await page.getByRole('button', { name: /^Conta de/ }).click();
    await page.getByRole('menuitem', { name: 'Sair' }).click();

    await signIn(page);
    await field(page, 'Código do aplicativo autenticador').fill(codes[0] ?? '');
    await button(page, 'Entrar').click();
    await page.getByRole('heading', { name: 'Marca e empresa' }).waitFor();
    await close();
  });
});
