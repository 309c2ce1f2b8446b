/** Waits held against a limit, as a law or the company has it: how many were in time, and the days on which they were not. */
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../lists/data-table.tsx';
import { Figures } from '../parts/figures.tsx';
import { Card } from '../parts/page.tsx';
import { BarChart } from './bar-chart.tsx';
import { byDay, type QueueReport } from './queue-figures.ts';
import css from './reports.module.css';
import { dayNamer, inTime, seconds } from './wording.ts';

export function TargetsCard({ report }: { readonly report: QueueReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total, targetMinutes } = report;
  const limit = format.minutes(targetMinutes * 60_000);
  const name = dayNamer(format);
  const days = byDay(report);
  return (
    <Card title={t('report.targets', { limit })} lead={t('report.targetsLead')}>
      <Figures
        figures={[
          { name: t('report.inTime'), value: inTime(format, total.served, total.overTarget) },
          {
            name: t('report.overTarget'),
            value: format.number(total.overTarget),
            isAlarming: total.overTarget > 0,
          },
          { name: t('report.longest'), value: seconds(format, total.waitSeconds?.max) },
        ]}
      />
      {total.overTarget > 0 && (
        <div className={css.below}>
          <BarChart
            label={t('report.overPicture', { limit, count: total.overTarget, served: total.served })}
            series={[t('report.overTarget')]}
            bars={days.map(({ day, overTarget }) => ({ name: day, tick: name(day), values: [overTarget] }))}
            show={(value) => format.number(value)}
          />
        </div>
      )}
      <details>
        <summary>{t('report.asTable')}</summary>
        <DataTable
          label={t('report.targets', { limit })}
          rows={days.filter(({ served }) => served > 0)}
          keyOf={({ day }) => day}
          columns={[
            { name: 'day', label: t('list.day'), cell: ({ day }) => name(day) },
            {
              name: 'served',
              label: t('report.served'),
              cell: ({ served }) => format.number(served),
              isNumeric: true,
              isSecondary: true,
            },
            {
              name: 'over',
              label: t('report.overTarget'),
              cell: ({ overTarget }) => format.number(overTarget),
              isNumeric: true,
            },
            {
              name: 'inTime',
              label: t('report.inTime'),
              cell: ({ served, overTarget }) => inTime(format, served, overTarget),
              isNumeric: true,
            },
            {
              name: 'longest',
              label: t('report.longest'),
              cell: ({ waitSecondsMax }) => seconds(format, waitSecondsMax),
              isNumeric: true,
            },
          ]}
        />
      </details>
    </Card>
  );
}
