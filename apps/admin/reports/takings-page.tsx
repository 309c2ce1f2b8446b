/** What a site took over some days: by day, method, totem and operator; as a picture and tables, a file, and on paper. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { ROUTES } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useRead } from '../data/queries.ts';
import { saveFile } from '../data/save-file.ts';
import { Nothing } from '../parts/nothing.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { ReportPage, type ReportSpan, useReportSpan } from './span.tsx';
import { TakingsCards } from './takings-cards.tsx';
import { byCurrency } from './takings-figures.ts';

export function TakingsPage() {
  const { t } = useTranslation();
  const span = useReportSpan();
  const { siteId, from, to, isWhole } = span;
  const query = { siteId: siteId as never, from, to };
  const read = useRead(ROUTES.getTakingsReport, { query }, { enabled: isWhole });
  const file = useTakingsFile(span);
  const report = read.data;
  const download = (
    <Button
      variant="default"
      size="md"
      leftSection={<IconDownload size={18} aria-hidden />}
      disabled={report === undefined}
      loading={file.isPending}
      onClick={() => file.mutate()}
    >
      {t('report.csv')}
    </Button>
  );
  return (
    <ReportPage span={span} actions={download} read={read}>
      {file.error !== null && <Problem error={file.error} />}
      {report !== undefined && report.lines.length === 0 && (
        <Card>
          <Nothing title={t('report.noTakings')} hint={t('report.noneHint')} />
        </Card>
      )}
      {report !== undefined &&
        byCurrency(report.lines).map(([currency, lines]) => (
          <TakingsCards key={currency} report={report} currency={currency} lines={lines} />
        ))}
    </ReportPage>
  );
}

/** The file of the server: each line of it, with amounts in cents. */
function useTakingsFile({ siteId, from, to }: ReportSpan) {
  const api = useApi();
  return useMutation({
    mutationFn: async () => {
      const query = new URLSearchParams({ siteId, from, to, format: 'csv' });
      saveFile(`totem-takings-${from}-${to}.csv`, await api.file(`${ROUTES.getTakingsReport.path}?${query}`));
    },
  });
}
