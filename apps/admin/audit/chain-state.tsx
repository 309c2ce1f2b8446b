/** The state of the chains: who writes into the ledger and how far each is acknowledged, and the months that are sealed. */
import { Button } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useAll } from '../data/queries.ts';
import { saveFile } from '../data/save-file.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status } from '../parts/status.tsx';

type Seal = AnswerOf<Routes['listSeals']>['items'][number];

export function ChainState() {
  const { t } = useTranslation();
  const { instant, siteName, format } = useSight();
  const origins = useAll(ROUTES.listOrigins);
  return (
    <>
      {origins.error !== null && <Problem error={origins.error} onRetry={() => void origins.refetch()} />}
      <Card isFlush title={t('audit.origins')} lead={t('audit.originsLead')}>
        <DataTable
          label={t('audit.origins')}
          rows={origins.data ?? []}
          keyOf={({ id }) => id}
          columns={[
            {
              name: 'writer',
              label: t('audit.writer'),
              cell: (origin) => origin.equipmentName ?? t('audit.cloud'),
            },
            {
              name: 'site',
              label: t('list.site'),
              cell: (origin) => siteName(origin.siteId),
              isSecondary: true,
            },
            {
              name: 'opened',
              label: t('audit.opened'),
              cell: (origin) => instant(origin.openedAt),
              isSecondary: true,
            },
            {
              name: 'last',
              label: t('audit.last'),
              cell: (origin) => instant(origin.lastEntry?.receivedAt),
              isSecondary: true,
            },
            {
              name: 'seq',
              label: t('audit.seq'),
              cell: (origin) => (origin.head === null ? '—' : format.number(origin.head.seq)),
              isNumeric: true,
            },
            {
              name: 'state',
              label: t('audit.state'),
              cell: (origin) =>
                origin.head === null ? (
                  <Status tone="quiet">{t('audit.chainEmpty')}</Status>
                ) : (
                  <Status tone="good">{t('audit.chainWhole')}</Status>
                ),
            },
          ]}
        />
      </Card>
      <Seals />
    </>
  );
}

function Seals() {
  const { t } = useTranslation();
  const api = useApi();
  const { instant, format } = useSight();
  const seals = useAll(ROUTES.listSeals);
  const save = async ({ month }: Seal): Promise<void> => {
    const statement = await api.call(ROUTES.getSeal, { params: { month } });
    saveFile(`totem-seal-${month}.json`, new Blob([JSON.stringify(statement, null, 2)]));
  };
  return (
    <Card isFlush title={t('audit.seals')} lead={t('audit.sealsLead')}>
      {(seals.data ?? []).length === 0 ? (
        <Nothing title={t('audit.noSeals')} hint={t('audit.noSealsHint')} />
      ) : (
        <DataTable
          label={t('audit.seals')}
          rows={seals.data ?? []}
          keyOf={({ month }) => month}
          columns={[
            { name: 'month', label: t('audit.month'), cell: ({ month }) => month },
            {
              name: 'entries',
              label: t('audit.entries'),
              cell: ({ entries }) => format.number(entries),
              isNumeric: true,
            },
            {
              name: 'sealed',
              label: t('audit.sealed'),
              cell: ({ sealedAt }) => instant(sealedAt),
              isSecondary: true,
            },
            {
              name: 'save',
              label: t('audit.statement'),
              cell: (seal) => (
                <Button variant="default" h={40} onClick={() => void save(seal)}>
                  {t('audit.save')}
                </Button>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}
