/** What a receipt says: all that it has, nothing that it has not, in the reader's language and by the site's clock. */
import { expect, test } from 'vitest';
import { LOCALES } from '../site/local-text.ts';
import { type ReceiptContent, receiptFields, receiptText } from './receipt.ts';

const CONTENT: ReceiptContent = {
  kind: 'payment',
  company: 'Clínica Boa Vista',
  site: 'Unidade Centro',
  address: 'Rua das Flores, 10',
  timezone: 'America/Sao_Paulo',
  ticketCode: 'A042',
  method: 'card',
  amountCents: 4_590,
  currency: 'BRL',
  at: '2026-11-23T15:04:05.000Z',
  providerId: '000123',
  authorizationCode: '998877',
  brand: 'Visa',
  lastFour: '4242',
};

test('a receipt is read in each language, by the clock of its site', () => {
  for (const locale of LOCALES) {
    const text = receiptText(CONTENT, 'R-7K3M', locale);
    for (const part of ['Clínica Boa Vista', 'A042', '4242 · Visa', '998877', 'R-7K3M'])
      expect(text, locale).toContain(part);
    expect(text, locale).toMatch(/12:04/);
    expect(text, locale).toMatch(/45[.,]90/);
  }
});

test('what a receipt does not have is not named', () => {
  const cash = { ...CONTENT, method: 'cash', lastFour: null, brand: null, authorizationCode: null } as const;
  const labels = receiptFields({ ...cash, providerId: null, ticketCode: null }, 'R-1', 'en').map(
    ([label]) => label,
  );
  expect(labels).toEqual(['Amount', 'Payment method', 'Date and time', 'Code']);
});
