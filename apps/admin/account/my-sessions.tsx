/** Where one is signed in, and ending what is elsewhere. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ROUTES } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status } from '../parts/status.tsx';
import { browserName } from './browser-name.ts';

export function MySessions() {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const { instant } = useSight();
  const read = useRead(ROUTES.listMySessions, {});
  const end = useMutation({
    mutationFn: (id: string) => api.call(ROUTES.endMySession, { params: { id: id as never } }),
    onSettled: () => stale(ROUTES.listMySessions.path),
  });
  return (
    <Card isFlush title={t('account.sessions')}>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {end.error !== null && <Problem error={end.error} />}
      {read.data === undefined ? (
        <LoadingState />
      ) : (
        <DataTable
          label={t('account.sessions')}
          rows={read.data.items}
          keyOf={({ id }) => id}
          columns={[
            { name: 'browser', label: t('account.browser'), cell: ({ userAgent }) => browserName(userAgent) },
            {
              name: 'since',
              label: t('account.since'),
              cell: ({ createdAt }) => instant(createdAt),
              isSecondary: true,
            },
            {
              name: 'used',
              label: t('account.used'),
              cell: ({ usedAt }) => instant(usedAt),
              isSecondary: true,
            },
            {
              name: 'end',
              label: t('account.end'),
              cell: ({ id, current }) =>
                current ? (
                  <Status tone="good">{t('account.here')}</Status>
                ) : (
                  <Button variant="default" h={40} onClick={() => end.mutate(id)}>
                    {t('account.end')}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}
