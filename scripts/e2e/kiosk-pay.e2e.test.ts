/** Paying at the kiosk, over the true protocols of both other sides: every page as it stands on the glass, and what comes of it. */
import { LOCALES, type Locale } from '@totem/domain';
import { proof } from '@totem/testkit/proof';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { servicesAt, totemOf } from './backstage.ts';
import { faultsOn, type Look } from './inspect.ts';
import { buttonNamed, codeOnScreen, KIOSK_SIZES, KIOSK_WORDS, type ScreenSize, tap, visit } from './kiosk.ts';
import { openStage, type Stage } from './stage.ts';

const [KIOSK, TABLET] = KIOSK_SIZES;
/** Between a touch and what a page does after it. */
const SETTLE_MS = 400;

/** What the payment pages say, as people read it. */
const WORDS = {
  'pt-BR': {
    service: 'Emissão expressa',
    toPay: 'Continuar para o pagamento',
    how: 'Como você quer pagar?',
    card: 'Cartão',
    terminal: 'Siga na maquininha',
    scan: 'Pague com Pix',
  },
  en: {
    service: 'Express issue',
    toPay: 'Go on to the payment',
    how: 'How would you like to pay?',
    card: 'Card',
    terminal: 'Follow the card terminal',
    scan: 'Pay by Pix',
  },
  es: {
    service: 'Emisión exprés',
    toPay: 'Continuar al pago',
    how: '¿Cómo quiere pagar?',
    card: 'Tarjeta',
    terminal: 'Siga en la terminal',
    scan: 'Pague con Pix',
  },
} as const satisfies Record<Locale, object>;
const PT = WORDS['pt-BR'];

interface GivenLook extends Look {
  readonly size: ScreenSize;
  readonly switches: readonly string[];
}
/** The tightest first; the others only in full. */
const LOOKS: readonly GivenLook[] = [
  { size: KIOSK, switches: ['Alto contraste', 'Letras grandes'], withAxe: true },
  { size: KIOSK, switches: [], withAxe: true },
  { size: TABLET, switches: ['Controles mais baixos'], withAxe: false },
  { size: TABLET, switches: ['Letras grandes'], withAxe: false },
  { size: KIOSK, switches: ['Controles mais baixos'], withAxe: false },
  { size: TABLET, switches: [], withAxe: true },
];
const LOOKS_COUNT = proof('kiosk/looks of every payment page', {
  share: 3,
  full: LOOKS.length,
  unit: 'looks',
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.until(async () => 'P' in (await servicesAt(stage, 1)));
}, 120_000);
afterAll(() => stage.close());
afterEach(() => {
  stage.demo.switches.cutLink(false);
  stage.demo.payments.pix.heal();
  // Nobody is left at the pinpad.
  stage.demo.payments.switchTerminal({ act: 'cancel' });
});

/** Run in the page. Buttons of a page of which the bar covers a part; with large letters they can be scrolled to. */
const BEHIND_BAR = `document.querySelector('[data-large]') !== null ? [] : [...document.querySelectorAll('main button')]
  .filter((button) => button.getBoundingClientRect().bottom > document.querySelector('nav').getBoundingClientRect().top)
  .map((button) => 'behind the bar: ' + button.textContent)`;

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

/** From the first screen to the question how to pay. */
async function toMethod(
  page: Page,
  locale: Locale = 'pt-BR',
  switches: readonly string[] = [],
): Promise<void> {
  const words = WORDS[locale];
  // What a test before this one has cut off is there again.
  await stage.until(async () => (await meansNow()).length === 2);
  await buttonNamed(page, KIOSK_WORDS['pt-BR'].start).waitFor();
  await tap(buttonNamed(page, KIOSK_WORDS[locale].language));
  await tap(buttonNamed(page, KIOSK_WORDS[locale].start));
  for (const name of switches) {
    await tap(buttonNamed(page, 'Acessibilidade'));
    await tap(buttonNamed(page, name));
    await tap(buttonNamed(page, 'Pronto'));
  }
  await tap(buttonNamed(page, KIOSK_WORDS[locale].ordinary));
  const service = page.locator('button:not([aria-disabled])', { hasText: words.service });
  // What can be paid with is asked for when the services come, and again after a while.
  await stage.until(async () => {
    if ((await service.count()) > 0) return true;
    await page.clock.fastForward(16_000);
    return false;
  });
  await tap(service);
  await tap(buttonNamed(page, words.toPay));
  await heading(page, words.how).waitFor();
}

/** Chooses Pix, and waits for its code. @returns the charge as its provider has it. */
async function scanPix(page: Page, locale: Locale = 'pt-BR'): Promise<string> {
  const before = stage.demo.payments.state().charges[0]?.txid;
  await tap(buttonNamed(page, 'Pix'));
  await heading(page, WORDS[locale].scan).waitFor();
  const txid = stage.demo.payments.state().charges[0]?.txid;
  if (txid === undefined || txid === before) throw new Error('the provider has no new charge');
  return txid;
}

/** Chooses the card, and waits until the terminal asks for it. */
async function toTerminal(page: Page, locale: Locale = 'pt-BR'): Promise<void> {
  await tap(buttonNamed(page, WORDS[locale].card));
  await heading(page, WORDS[locale].terminal).waitFor();
  await stage.until(() => stage.demo.payments.terminal.atPinpad() !== undefined);
}

const PAYMENTS = `SELECT t.code, t.state, p.status, p.method FROM ticket AS t JOIN payment_session AS p
  ON p.tenant_id = t.tenant_id AND p.ticket_id = t.id ORDER BY p.attempt`;

/** The tries to pay a ticket, as the cloud has them. */
async function paymentsOf(code: string): Promise<readonly Readonly<Record<string, string | null>>[]> {
  return (await stage.rows(PAYMENTS)).filter((row) => row.code === code);
}

/** The means that the first totem offers. */
async function meansNow(): Promise<readonly string[]> {
  const { url, token } = totemOf(stage, 1).process.ready() ?? {};
  const answer = await fetch(`${url}/v1/payments/means`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { means: { id: string }[] }).means.map(({ id }) => id);
}

describe('paying at the kiosk', () => {
  it.each(LOOKS.slice(0, LOOKS_COUNT))(
    'every page fits and can be used: $size.width, $switches',
    async (look) => {
      const { page, complaints, close } = await visit(stage, stage.kioskUrl(1), look.size);
      const { payments } = stage.demo;
      const faults: string[] = [];
      const seen = async (screen: string): Promise<void> => {
        await page.clock.fastForward(SETTLE_MS);
        faults.push(...(await faultsOn(page, screen, look)), ...(await page.evaluate<string[]>(BEHIND_BAR)));
      };
      await toMethod(page, 'pt-BR', look.switches);
      await seen('method');
      await toTerminal(page);
      await seen('at the terminal');
      expect(await buttonNamed(page, 'Cancelar o pagamento').count()).toBe(0);
      payments.switchTerminal({ act: 'no_funds' });
      await heading(page, 'Saldo ou limite insuficiente').waitFor();
      await seen('not paid');
      await tap(buttonNamed(page, 'Tentar de novo'));
      await scanPix(page);
      await seen('scan');
      await tap(buttonNamed(page, 'Cancelar o pagamento'));
      await heading(page, 'Pagamento cancelado').waitFor();
      await seen('canceled');
      await tap(buttonNamed(page, 'Tentar de novo'));
      payments.switchPix({ act: 'pay', txid: await scanPix(page) });
      const code = await codeOnScreen(page, 'pt-BR');
      await seen('ticket');
      expect(faults).toEqual([]);
      expect(complaints).toEqual([]);
      await stage.until(async () => (await paymentsOf(code)).at(-1)?.status === 'paid');
      expect(await paymentsOf(code)).toMatchObject([
        { method: 'card', status: 'failed', state: 'waiting' },
        { method: 'pix', status: 'canceled' },
        { method: 'pix', status: 'paid' },
      ]);
      await close();
    },
  );

  it('a card is charged once its ticket is on paper, with the lines of the terminal beneath', async () => {
    const { page, close } = await visit(stage, stage.kioskUrl(1), KIOSK);
    const { payments } = stage.demo;
    await toMethod(page);
    await toTerminal(page);
    payments.switchTerminal({ act: 'approve' });
    const code = await codeOnScreen(page, 'pt-BR');
    await page.getByText('Retire sua senha impressa').waitFor();
    const texts = totemOf(stage, 1)
      .printer.papers()
      .map(({ text }) => text);
    const slip = texts.findIndex((text) => text.includes(code));
    expect(texts[slip]).toContain('Pago com cartão');
    expect(texts[slip + 1]).toContain('REDE X\n  VIA CLIENTE   DEBITO\nCARTAO ************1111');
    await stage.until(() => payments.terminal.transactions.every(({ state }) => state !== 'pending'));
    expect(payments.terminal.transactions.at(-1)?.state).toBe('confirmed');
    await stage.until(async () => (await paymentsOf(code))[0]?.status === 'paid');
    await close();
  });

  it('in doubt the customer is told not to pay again, and gets the ticket when the proof comes', async () => {
    const { page, close } = await visit(stage, stage.kioskUrl(1), KIOSK);
    const { payments, switches } = stage.demo;
    await toMethod(page);
    const txid = await scanPix(page);
    switches.cutLink(true);
    payments.switchPix({ act: 'pay', txid });
    await heading(page, 'Estamos confirmando seu pagamento').waitFor();
    await page.getByText('Não pague de novo.').waitFor();
    expect(await page.getByText(/^[0-9A-F]{4}-[0-9A-F]{4}$/).count()).toBe(1);
    expect(await faultsOn(page, 'unknown')).toEqual([]);
    switches.cutLink(false);
    const code = await codeOnScreen(page, 'pt-BR');
    await stage.until(async () => (await paymentsOf(code))[0]?.status === 'paid');
    expect(await paymentsOf(code)).toMatchObject([{ method: 'pix', status: 'paid', state: 'waiting' }]);
    await close();
  });

  it('who leaves without paying leaves no ticket behind', async () => {
    const { page, close } = await visit(stage, stage.kioskUrl(1), KIOSK);
    await toMethod(page);
    await toTerminal(page);
    stage.demo.payments.switchTerminal({ act: 'cancel' });
    await heading(page, 'Pagamento cancelado').waitFor();
    await tap(buttonNamed(page, 'Desistir da senha'));
    await buttonNamed(page, KIOSK_WORDS['pt-BR'].start).waitFor();
    await stage.until(async () => {
      const left = await stage.rows(`SELECT state, reason FROM ticket WHERE state = 'created'`);
      return left.length === 0;
    });
    const [last] = await stage.rows('SELECT state, reason FROM ticket ORDER BY issued_at DESC LIMIT 1');
    expect(last).toEqual({ state: 'canceled', reason: 'customer_left' });
    await close();
  });

  it('without a link Pix is not offered, and cards are', async () => {
    const { page, close } = await visit(stage, stage.kioskUrl(1), KIOSK);
    stage.demo.switches.cutLink(true);
    await page.getByRole('img', { name: 'Modo local' }).waitFor();
    await stage.until(async () => (await meansNow()).join() === 'card');
    await buttonNamed(page, KIOSK_WORDS['pt-BR'].start).waitFor();
    await tap(buttonNamed(page, KIOSK_WORDS['pt-BR'].start));
    await tap(buttonNamed(page, KIOSK_WORDS['pt-BR'].ordinary));
    await tap(page.locator('button:not([aria-disabled])', { hasText: PT.service }));
    // A question with one answer is not asked.
    await tap(buttonNamed(page, PT.toPay));
    await heading(page, PT.terminal).waitFor();
    await stage.until(() => stage.demo.payments.terminal.atPinpad() !== undefined);
    stage.demo.payments.switchTerminal({ act: 'decline' });
    await heading(page, 'Pagamento não autorizado').waitFor();
    await close();
  });

  it.each(LOCALES)('speaks the customer’s language all the way: %s', async (locale) => {
    const { page, close } = await visit(stage, stage.kioskUrl(1), KIOSK);
    await toMethod(page, locale);
    stage.demo.payments.switchPix({ act: 'pay', txid: await scanPix(page, locale) });
    expect(await codeOnScreen(page, locale)).toMatch(/^P/);
    await close();
  });
});
