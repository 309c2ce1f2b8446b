/** The queue of a site over some days: waits, limits, services, hours, operators; as pictures and tables, a file, and on paper. */
import { Button, NativeSelect } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { ROUTES } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { csvOf } from '../data/csv.ts';
import { type Sight, useSight } from '../data/names.ts';
import { useRead } from '../data/queries.ts';
import { saveFile } from '../data/save-file.ts';
import { Nothing } from '../parts/nothing.tsx';
import { Card } from '../parts/page.tsx';
import { OperatorTable } from './operator-table.tsx';
import { QueueCharts } from './queue-charts.tsx';
import { byService, type QueueReport } from './queue-figures.ts';
import { ReportPage, type ReportSpan, useReportSpan } from './span.tsx';

/** Limits that laws have, in minutes, beside the one that the site has set. */
const TARGETS = [10, 15, 20, 30, 45, 60];

export function ReportsPage() {
  const { t } = useTranslation();
  const sight = useSight();
  const span = useReportSpan(['target']);
  const { from, to } = span;
  const query = { siteId: span.siteId as never, from, to };
  const target = TARGETS.find((minutes) => String(minutes) === span.filters.values.target);
  const limited = target === undefined ? query : { ...query, targetMinutes: target };
  const enabled = span.isWhole;
  const queue = useRead(ROUTES.getQueueReport, { query: limited }, { enabled });
  const operators = useRead(ROUTES.getOperatorReport, { query }, { enabled });
  const report = queue.data;
  const download = (
    <Button
      variant="default"
      size="md"
      leftSection={<IconDownload size={18} aria-hidden />}
      disabled={report === undefined}
      onClick={() =>
        report !== undefined &&
        saveFile(`totem-${from}-${to}.csv`, new Blob([csvOf(rowsOf(report, sight))], { type: 'text/csv' }))
      }
    >
      {t('report.csv')}
    </Button>
  );
  return (
    <ReportPage span={span} actions={download} tools={<TargetChoice span={span} />} read={queue}>
      {report !== undefined &&
        (report.total.issued === 0 ? (
          <Card>
            <Nothing title={t('report.none')} hint={t('report.noneHint')} />
          </Card>
        ) : (
          <>
            <QueueCharts report={report} />
            {operators.data !== undefined && <OperatorTable report={operators.data} />}
          </>
        ))}
    </ReportPage>
  );
}

function TargetChoice({ span: { filters } }: { readonly span: ReportSpan }) {
  const { t } = useTranslation();
  const { format } = useSight();
  return (
    <NativeSelect
      size="md"
      label={t('report.target')}
      value={filters.values.target ?? ''}
      data={[
        { value: '', label: t('report.targetOfSite') },
        ...TARGETS.map((minutes) => ({ value: String(minutes), label: format.minutes(minutes * 60_000) })),
      ]}
      onChange={(event) => filters.set('target', event.currentTarget.value)}
    />
  );
}

function rowsOf(report: QueueReport, { t, serviceName }: Sight) {
  const names = ['issued', 'served', 'noShow', 'canceled', 'expired', 'overTarget'] as const;
  return [
    [
      t('list.day'),
      t('list.service'),
      ...names.map((name) => t(`report.${name}`)),
      t('report.waitMean'),
      'p50',
      'p90',
      'p99',
      t('report.longest'),
      t('report.serviceMean'),
    ],
    ...report.days.map((line) => [
      line.businessDay,
      serviceName(line.serviceId),
      ...names.map((name) => line[name]),
      ...waitsOf(line),
      line.serviceSecondsMean,
    ]),
    [
      t('report.total'),
      t('list.allServices'),
      ...names.map((name) => byService(report.days).reduce((total, line) => total + line[name], 0)),
      ...waitsOf(report.total),
      report.total.serviceSecondsMean,
    ],
  ];
}

function waitsOf({ waitSeconds }: QueueReport['total']) {
  const { mean = null, p50 = null, p90 = null, p99 = null, max = null } = waitSeconds ?? {};
  return [mean, p50, p90, p99, max];
}
