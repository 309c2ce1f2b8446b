/** Reports of a site over some days: waits, services, hours, operators; as pictures and tables, as a file, and on paper. */
import { Button, TextInput } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { ROUTES } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { csvOf } from '../data/csv.ts';
import { dayAgo } from '../data/days.ts';
import { useSight } from '../data/names.ts';
import { useRead } from '../data/queries.ts';
import { saveFile } from '../data/save-file.ts';
import { useFilters } from '../lists/filters.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useSite } from '../shell/site-choice.ts';
import { OperatorTable } from './operator-table.tsx';
import { QueueCharts } from './queue-charts.tsx';
import { byService, type QueueReport } from './queue-figures.ts';
import css from './reports.module.css';

const MONTH_DAYS = 29;

export function ReportsPage() {
  const { t } = useTranslation();
  const sight = useSight();
  const { siteId } = useSite();
  const filters = useFilters(['from', 'to']);
  const from = filters.values.from ?? dayAgo(MONTH_DAYS);
  const to = filters.values.to ?? dayAgo(0);
  const site = siteId ?? sight.sites[0]?.value;
  const query = { siteId: (site ?? '') as never, from, to };
  const isAsked = site !== undefined && from <= to;
  const queue = useRead(ROUTES.getQueueReport, { query }, { enabled: isAsked });
  const operators = useRead(ROUTES.getOperatorReport, { query }, { enabled: isAsked });
  const actions = (
    <>
      <Button
        variant="default"
        size="md"
        leftSection={<IconDownload size={18} aria-hidden />}
        disabled={queue.data === undefined}
        onClick={() =>
          queue.data !== undefined &&
          saveFile(
            `totem-${from}-${to}.csv`,
            new Blob([csvOf(rowsOf(queue.data, sight))], { type: 'text/csv' }),
          )
        }
      >
        {t('report.csv')}
      </Button>
      <Button
        variant="default"
        size="md"
        leftSection={<IconPrinter size={18} aria-hidden />}
        onClick={() => print()}
      >
        {t('report.print')}
      </Button>
    </>
  );
  return (
    <Page
      title={t('nav.reports')}
      lead={site === undefined ? undefined : t('report.of', { site: sight.siteName(site) })}
      actions={actions}
    >
      <search className={css.tools} aria-label={t('list.filters')}>
        <TextInput
          type="date"
          size="md"
          label={t('list.from')}
          value={from}
          onChange={(event) => filters.set('from', event.currentTarget.value)}
        />
        <TextInput
          type="date"
          size="md"
          label={t('list.to')}
          value={to}
          error={from <= to ? undefined : t('report.order')}
          onChange={(event) => filters.set('to', event.currentTarget.value)}
        />
      </search>
      {queue.error !== null && <Problem error={queue.error} onRetry={() => void queue.refetch()} />}
      {isAsked && queue.isPending && <LoadingState />}
      {queue.data !== undefined &&
        (queue.data.total.issued === 0 ? (
          <Card>
            <Nothing title={t('report.none')} hint={t('report.noneHint')} />
          </Card>
        ) : (
          <>
            <QueueCharts report={queue.data} />
            {operators.data !== undefined && <OperatorTable report={operators.data} />}
          </>
        ))}
    </Page>
  );
}

function rowsOf(report: QueueReport, { t, serviceName }: ReturnType<typeof useSight>) {
  const names = ['issued', 'served', 'noShow', 'canceled', 'expired'] as const;
  return [
    [
      t('list.day'),
      t('list.service'),
      ...names.map((name) => t(`report.${name}`)),
      t('report.waitMean'),
      'p50',
      'p90',
      'p99',
      t('report.serviceMean'),
    ],
    ...report.days.map((line) => [
      line.businessDay,
      serviceName(line.serviceId),
      ...names.map((name) => line[name]),
      line.waitSeconds?.mean ?? null,
      line.waitSeconds?.p50 ?? null,
      line.waitSeconds?.p90 ?? null,
      line.waitSeconds?.p99 ?? null,
      line.serviceSecondsMean,
    ]),
    [
      t('report.total'),
      t('list.allServices'),
      ...names.map((name) => byService(report.days).reduce((total, line) => total + line[name], 0)),
      report.total.waitSeconds?.mean ?? null,
      report.total.waitSeconds?.p50 ?? null,
      report.total.waitSeconds?.p90 ?? null,
      report.total.waitSeconds?.p99 ?? null,
      report.total.serviceSecondsMean,
    ],
  ];
}
