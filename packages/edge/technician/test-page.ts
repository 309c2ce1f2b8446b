/** What a technician prints to see whether a profile is right: accents, widths, sizes, a QR code and the cut. */
import { inLocale, type Locale, type LocalText } from '@totem/domain';
import { type Block, type PrinterProfile, text } from '@totem/drivers/printer';

const TITLE: LocalText = { 'pt-BR': 'Teste de impressão', en: 'Test print', es: 'Prueba de impresión' };
const WIDTH: LocalText = {
  'pt-BR': 'A régua deve caber em uma linha:',
  en: 'The ruler must fit on one line:',
  es: 'La regla debe caber en una línea:',
};
const ACCENTS = 'ÁÀÂÃÇÉÊÍÓÔÕÚÜ áàâãçéêíóôõúü ñÑ ¿¡ ªº°';

export function testPage(
  { name, columns }: PrinterProfile,
  locale: Locale,
  about: { readonly at: string; readonly qr: string },
): Block[] {
  const ruler = Array.from({ length: columns }, (_, column) => String((column + 1) % 10)).join('');
  return [
    text(inLocale(TITLE, locale), { align: 'center', height: 2, bold: true, linesMax: 2 }),
    { kind: 'rule' },
    { kind: 'pair', left: name, right: about.at, bold: false },
    text(ACCENTS, { linesMax: 3 }),
    text(inLocale(WIDTH, locale), { linesMax: 2 }),
    text(ruler, { linesMax: 2 }),
    text('A001', { align: 'center', width: 4, height: 4, bold: true, shrinks: true, linesMax: 1 }),
    text('A001', { align: 'center', inverted: true, linesMax: 1 }),
    { kind: 'qr', data: about.qr },
    { kind: 'cut' },
  ];
}
