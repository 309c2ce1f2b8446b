/** Paying in cash at the kiosk, over the true protocol of the machine: every page as it stands on the glass, also without the link. */
import { LOCALES, type Locale } from '@totem/domain';
import { proof } from '@totem/testkit/proof';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { servicesAt, totemOf } from './backstage.ts';
import { faultsOn, type Look } from './inspect.ts';
import { buttonNamed, codeOnScreen, KIOSK_SIZES, KIOSK_WORDS, type ScreenSize, tap, visit } from './kiosk.ts';
import { openStage, type Stage } from './stage.ts';

const [KIOSK, TABLET] = KIOSK_SIZES;
/** Beside it stands the machine. */
const TOTEM = 2;
const PRICE_CENTS = 2_500;

/** What the pages say, as people read it. */
const WORDS = {
  'pt-BR': {
    service: 'Emissão expressa',
    toPay: 'Continuar para o pagamento',
    cash: 'Dinheiro',
    insert: 'Pague em dinheiro',
    cancel: 'Cancelar o pagamento',
    owed: 'R$ 10,00 ficaram na máquina.',
  },
  en: {
    service: 'Express issue',
    toPay: 'Go on to the payment',
    cash: 'Cash',
    insert: 'Pay in cash',
    cancel: 'Cancel the payment',
    owed: 'R$10.00 stayed in the machine.',
  },
  es: {
    service: 'Emisión exprés',
    toPay: 'Continuar al pago',
    cash: 'Efectivo',
    insert: 'Pague en efectivo',
    cancel: 'Cancelar el pago',
    owed: 'quedaron en la máquina.',
  },
} as const satisfies Record<Locale, object>;

interface GivenLook extends Look {
  readonly size: ScreenSize;
  readonly switches: readonly string[];
}
/** The tightest first; the others only in full. */
const LOOKS: readonly GivenLook[] = [
  { size: TABLET, switches: ['Controles mais baixos'], withAxe: true },
  { size: KIOSK, switches: [], withAxe: true },
  { size: TABLET, switches: [], withAxe: false },
  { size: KIOSK, switches: ['Alto contraste', 'Letras grandes'], withAxe: true },
];
const LOOKS_COUNT = proof('kiosk/looks of every page of cash', {
  share: 2,
  full: LOOKS.length,
  unit: 'looks',
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.until(async () => 'P' in (await servicesAt(stage, TOTEM)));
}, 120_000);
afterAll(() => stage.close());
afterEach(() => {
  stage.demo.switches.cutLink(false);
  machine().switch({ act: 'clear' });
});

const machine = () => stage.demo.payments.cash;
const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

/** Puts a note or coin in, as soon as the machine takes it. */
const putIn = (valueCents: number): Promise<void> =>
  stage.until(() => {
    machine().switch({ act: 'insert', valueCents });
    return machine().state().last === 'taken in';
  });

async function meansNow(): Promise<readonly string[]> {
  const { url, token } = totemOf(stage, TOTEM).process.ready() ?? {};
  const answer = await fetch(`${url}/v1/payments/means`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { means: { id: string }[] }).means.map(({ id }) => id);
}

/** From the first screen to the machine's page. */
async function toCash(page: Page, locale: Locale = 'pt-BR', switches: readonly string[] = []): Promise<void> {
  const words = WORDS[locale];
  await stage.until(async () => (await meansNow()).includes('cash'));
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
  await stage.until(async () => {
    if ((await service.count()) > 0) return true;
    await page.clock.fastForward(16_000);
    return false;
  });
  await tap(service);
  await tap(buttonNamed(page, words.toPay));
  // Without the link cash may be all there is, and is not asked about.
  const cash = buttonNamed(page, words.cash);
  await cash.or(heading(page, words.insert)).first().waitFor();
  if ((await cash.count()) > 0) await tap(cash);
  await heading(page, words.insert).waitFor();
}

const owedRows = () =>
  stage.rows("SELECT failure_code FROM payment_session WHERE method = 'cash' AND failure_code = 'cash_owed'");

describe('cash at the kiosk', () => {
  it.each(LOCALES)(
    'is put in, and the ticket comes with the last piece (%s)',
    async (locale) => {
      const { page, complaints, close } = await visit(stage, stage.kioskUrl(TOTEM), KIOSK, 0.5);
      await toCash(page, locale);
      const before = machine().state().storedCents;
      await putIn(2_000);
      await putIn(500);
      await page.getByRole('status', { name: KIOSK_WORDS[locale].yours }).waitFor();
      expect(await codeOnScreen(page, locale)).toMatch(/^P2-\d+$/);
      expect(machine().state().storedCents - before).toBe(PRICE_CENTS);
      expect(complaints).toEqual([]);
      await close();
    },
    60_000,
  );

  it.each(LOOKS.slice(0, LOOKS_COUNT))(
    'has pages without a fault: $size.width, $switches',
    async ({ size, switches, ...look }) => {
      const { page, close } = await visit(stage, stage.kioskUrl(TOTEM), size, 0.5);
      await toCash(page, 'pt-BR', switches);
      const words = WORDS['pt-BR'];
      const found = await faultsOn(page, 'before the first', look);
      await putIn(1_000);
      await page.getByText('R$ 10,00 de R$ 25,00').waitFor();
      machine().switch({ act: 'insert_false' });
      await page.getByText('Essa foi devolvida').waitFor();
      found.push(...(await faultsOn(page, 'given back', look)));
      await tap(buttonNamed(page, words.cancel));
      await page.getByText(words.owed).waitFor();
      found.push(...(await faultsOn(page, 'owed', look)));
      expect(found).toEqual([]);
      await close();
    },
    60_000,
  );

  it('goes on without the link, and what is owed is in the cloud when it is back', async () => {
    stage.demo.switches.cutLink(true);
    const { page, close } = await visit(stage, stage.kioskUrl(TOTEM), KIOSK, 0.5);
    const before = (await owedRows()).length;
    await toCash(page);
    await putIn(1_000);
    await page.getByText('R$ 10,00 de R$ 25,00').waitFor();
    await tap(buttonNamed(page, WORDS['pt-BR'].cancel));
    await page.getByText(WORDS['pt-BR'].owed).waitFor();
    stage.demo.switches.cutLink(false);
    await stage.until(async () => (await owedRows()).length === before + 1);
    await close();
  }, 60_000);
});
