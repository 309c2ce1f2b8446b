/** The queue of a site in figures: the span in a row, then days, hours and services, each picture with its table. */
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Figures } from '../parts/figures.tsx';
import { Card } from '../parts/page.tsx';
import { BarChart } from './bar-chart.tsx';
import { byDay, byService, type QueueReport } from './queue-figures.ts';
import css from './reports.module.css';
import { TargetsCard } from './targets-card.tsx';
import { WeekMap } from './week-map.tsx';
import { dayNamer, seconds } from './wording.ts';

export function QueueCharts({ report }: { readonly report: QueueReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total } = report;
  return (
    <>
      <Figures
        figures={[
          { name: t('report.issued'), value: format.number(total.issued) },
          { name: t('report.served'), value: format.number(total.served) },
          { name: t('report.noShow'), value: format.number(total.noShow) },
          { name: t('report.p50'), value: seconds(format, total.waitSeconds?.p50) },
          { name: t('report.p90'), value: seconds(format, total.waitSeconds?.p90) },
          { name: t('report.serviceMean'), value: seconds(format, total.serviceSecondsMean) },
        ]}
      />
      <div className={css.pair}>
        <Days report={report} />
        <Hours report={report} />
      </div>
      <div className={css.pair}>
        <WeekMap report={report} />
        <TargetsCard report={report} />
      </div>
      <Services report={report} />
    </>
  );
}

function Days({ report }: { readonly report: QueueReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = byDay(report);
  const named = dayNamer(format);
  return (
    <Card title={t('report.byDay')}>
      <BarChart
        label={t('report.byDayPicture', { from: report.from, to: report.to, count: report.total.issued })}
        series={[t('report.issued'), t('report.served')]}
        bars={days.map(({ day: name, issued, served }) => ({
          name,
          tick: named(name),
          values: [issued, served],
        }))}
        show={(value) => format.number(value)}
      />
      <details>
        <summary>{t('report.asTable')}</summary>
        <DataTable
          label={t('report.byDay')}
          rows={days.filter(({ issued }) => issued > 0)}
          keyOf={(row) => row.day}
          columns={[
            { name: 'day', label: t('list.day'), cell: (row) => named(row.day) },
            {
              name: 'issued',
              label: t('report.issued'),
              cell: (row) => format.number(row.issued),
              isNumeric: true,
            },
            {
              name: 'served',
              label: t('report.served'),
              cell: (row) => format.number(row.served),
              isNumeric: true,
            },
          ]}
        />
      </details>
    </Card>
  );
}

function Hours({ report }: { readonly report: QueueReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const busy = report.hours.filter(({ issued }) => issued > 0);
  const first = busy[0]?.hour ?? 0;
  const last = busy.at(-1)?.hour ?? 23;
  const hours = report.hours.filter(({ hour }) => hour >= first && hour <= last);
  return (
    <Card title={t('report.byHour')}>
      <BarChart
        label={t('report.byHourPicture', { first, last })}
        series={[t('report.issued')]}
        bars={hours.map(({ hour, issued }) => ({ name: String(hour), tick: `${hour} h`, values: [issued] }))}
        show={(value) => format.number(value)}
      />
      <details>
        <summary>{t('report.asTable')}</summary>
        <DataTable
          label={t('report.byHour')}
          rows={busy}
          keyOf={(row) => String(row.hour)}
          columns={[
            { name: 'hour', label: t('report.hour'), cell: (row) => `${row.hour} h` },
            {
              name: 'issued',
              label: t('report.issued'),
              cell: (row) => format.number(row.issued),
              isNumeric: true,
            },
            {
              name: 'wait',
              label: t('report.waitMean'),
              cell: (row) => seconds(format, row.waitSecondsMean),
              isNumeric: true,
            },
          ]}
        />
      </details>
    </Card>
  );
}

function Services({ report }: { readonly report: QueueReport }) {
  const { t } = useTranslation();
  const { serviceName, format } = useSight();
  const count = (
    name: 'issued' | 'served' | 'noShow' | 'canceled' | 'expired' | 'overTarget',
    isSecondary: boolean,
  ) => ({
    name,
    label: t(`report.${name}`),
    cell: (row: ReturnType<typeof byService>[number]) => format.number(row[name]),
    isNumeric: true,
    isSecondary,
  });
  return (
    <Card isFlush title={t('report.byService')}>
      <DataTable
        label={t('report.byService')}
        rows={byService(report.days)}
        keyOf={({ serviceId }) => serviceId}
        columns={[
          { name: 'service', label: t('list.service'), cell: (row) => serviceName(row.serviceId) },
          count('issued', false),
          count('served', true),
          count('noShow', true),
          count('canceled', true),
          count('expired', true),
          count('overTarget', true),
          {
            name: 'wait',
            label: t('report.waitMean'),
            cell: (row) => seconds(format, row.waitSecondsMean),
            isNumeric: true,
          },
          {
            name: 'service-time',
            label: t('report.serviceMean'),
            cell: (row) => seconds(format, row.serviceSecondsMean),
            isNumeric: true,
            isSecondary: true,
          },
        ]}
      />
    </Card>
  );
}
