/** What a field holds, in words: for comparing what two people typed. */
import type { OpeningHours } from '@totem/domain';
import type { Sight } from '../data/names.ts';
import type { FieldSpec } from './field.ts';
import { hoursLine } from './hours.ts';

const NOTHING = '—';

export function described(field: FieldSpec, value: unknown, sight: Sight): string {
  const { t, format } = sight;
  if (value === null || value === undefined || value === '') return NOTHING;
  const labelOf = (one: unknown): string =>
    field.choices?.(sight).find((choice) => choice.value === one)?.label ?? String(one);
  switch (field.kind) {
    case 'switch':
      return value === true ? t('form.yes') : t('form.no');
    case 'choice':
      return labelOf(value);
    case 'many':
      return Array.isArray(value) && value.length > 0 ? value.map(labelOf).join(', ') : NOTHING;
    case 'lines':
      return Array.isArray(value) ? value.join(' / ') : NOTHING;
    case 'money':
      return new Intl.NumberFormat(format.locale, { minimumFractionDigits: 2 }).format(Number(value) / 100);
    case 'texts':
      return Object.entries(value as Record<string, string>)
        .map(([locale, text]) => `${locale}: ${text}`)
        .join(' · ');
    case 'hours': {
      const weekday = new Intl.DateTimeFormat(format.locale, { weekday: 'short', timeZone: 'UTC' });
      const nameOf = (day: string) => weekday.format(Date.UTC(2024, 0, Number(day)));
      return hoursLine(value as NonNullable<OpeningHours>, nameOf) || t('hours.closed');
    }
    case 'password':
    case 'pem':
      return '••••••••';
    case 'own':
      return JSON.stringify(value);
    default:
      return String(value);
  }
}
