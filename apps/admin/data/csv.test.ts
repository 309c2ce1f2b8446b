/** What a spreadsheet reads is what was on the page, and no formula. */
import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';
import { dayAgo, endOfDay, startOfDay } from './days.ts';

it('quotes what would end a cell, and disarms what would be a formula', () => {
  const rows = [
    ['Serviço', 'Senhas'],
    ['Caixa, "rápido"', 3],
    ['=HYPERLINK("x")', null],
    ['-12', -12],
  ] as const;
  expect(csvOf(rows)).toBe(
    '\uFEFFServiço,Senhas\r\n"Caixa, ""rápido""",3\r\n"\'=HYPERLINK(""x"")",\r\n\'-12,-12',
  );
});

it('a day reaches from its first instant to the first of the next, and what is no day narrows nothing', () => {
  const from = Date.parse(startOfDay('2026-11-28') ?? '');
  const to = Date.parse(endOfDay('2026-11-28') ?? '');
  expect(to - from).toBe(24 * 3_600_000);
  expect(startOfDay('28/11')).toBeUndefined();
  expect(dayAgo(1, new Date(2026, 2, 1))).toBe('2026-02-28');
});
