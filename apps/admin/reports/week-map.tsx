/** Arrivals by the hour of the week, as a table whose cells are coloured: the figures are in it, and the colour is beside them. */
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Card } from '../parts/page.tsx';
import type { QueueReport } from './queue-figures.ts';
import css from './reports.module.css';
import { weekOf } from './week-figures.ts';

/** A Monday, from which the names of weekdays are told. */
const MONDAY_MS = Date.UTC(2026, 10, 23);
const DAY_MS = 86_400_000;
/** Below this an average is told with a digit more. */
const SMALL = 10;

export function WeekMap({ report }: { readonly report: QueueReport }) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const { lines, busiest } = weekOf(report);
  const named = (weekday: number, style: 'long' | 'short'): string =>
    new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' }).format(
      MONDAY_MS + (weekday - 1) * DAY_MS,
    );
  const shown = (average: number): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: average < SMALL ? 1 : 0 }).format(average);
  return (
    <Card title={t('report.inWeek')} lead={t('report.inWeekLead')}>
      <table className={css.week} aria-label={t('report.inWeek')}>
        <thead>
          <tr>
            <th scope="col">{t('report.hour')}</th>
            {lines[0]?.cells.map(({ weekday }) => (
              <th key={weekday} scope="col">
                <abbr title={named(weekday, 'long')}>{named(weekday, 'short')}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ hour, cells }) => (
            <tr key={hour}>
              <th scope="row">{hour} h</th>
              {cells.map(({ weekday, average, level }) => (
                <td key={weekday} data-level={level}>
                  {shown(average)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {busiest !== undefined && (
        <p className={css.note}>
          {t('report.busiest', {
            weekday: named(busiest.weekday, 'long'),
            hour: busiest.hour,
            average: shown(busiest.average),
          })}
        </p>
      )}
    </Card>
  );
}
