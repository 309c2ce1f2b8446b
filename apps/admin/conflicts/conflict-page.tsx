/** One thing that did not fit: what it is, the entry behind it, and how it was settled. */
import { Button, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { LoadingState } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import { Changes } from '../parts/changes.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';

type Conflict = AnswerOf<Routes['getConflict']>;

export function ConflictPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { siteName, instant } = useSight();
  const read = useRead(ROUTES.getConflict, { params: { id: id as never } });
  const conflict = read.data;
  const kind = conflict === undefined ? t('conflict.one') : t(`conflictKind.${conflict.kind}`, conflict.kind);
  return (
    <Page title={kind} back={{ href: '/conflicts', label: t('nav.conflicts') }} isNarrow>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.isPending && <LoadingState />}
      {conflict !== undefined && (
        <>
          <Card title={t('conflict.what')}>
            <Facts
              facts={[
                [t('list.site'), siteName(conflict.siteId)],
                [t('audit.entity'), <About key="about" conflict={conflict} />],
                [t('conflict.found'), instant(conflict.foundAt)],
                ...(conflict.entry === null
                  ? []
                  : ([
                      [t('audit.action'), t(`action.${conflict.entry.action}`, conflict.entry.action)],
                      [t('audit.who'), conflict.entry.userName ?? t('audit.cloud')],
                      [t('audit.when'), instant(conflict.entry.occurredAt)],
                    ] as const)),
              ]}
            />
          </Card>
          <Card title={t('conflict.detail')}>
            <Changes before={undefined} after={{ ...conflict.detail, ...conflict.entry?.data }} />
          </Card>
          <Settle conflict={conflict} />
        </>
      )}
    </Page>
  );
}

function About({ conflict }: { readonly conflict: Conflict }) {
  const { t } = useTranslation();
  const name = t(`entity.${conflict.entity}`, conflict.entity);
  const pages: Readonly<Record<string, string>> = { ticket: '/tickets', payment_session: '/payments' };
  const page = pages[conflict.entity];
  return page === undefined ? name : <Link href={`${page}/${conflict.entityId}`}>{name}</Link>;
}

function Settle({ conflict }: { readonly conflict: Conflict }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { instant } = useSight();
  const api = useApi();
  const stale = useStale();
  const [resolution, setResolution] = useState('');
  const settle = useMutation({
    mutationFn: () => api.call(ROUTES.resolveConflict, { params: { id: conflict.id }, body: { resolution } }),
    onSuccess: () => stale(ROUTES.listConflicts.path),
  });
  if (conflict.resolvedAt !== null) {
    return (
      <Card title={t('conflict.settled')}>
        <p role="status">{conflict.resolution}</p>
        <Facts facts={[[t('audit.when'), instant(conflict.resolvedAt)]]} />
      </Card>
    );
  }
  if (!may('conflict.resolve')) return null;
  return (
    <Card title={t('conflict.settle')} lead={t('conflict.settleLead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (resolution.trim() !== '') settle.mutate();
        }}
      >
        <Stack>
          {settle.error !== null && <Problem error={settle.error} />}
          <Textarea
            size="md"
            autosize
            minRows={3}
            label={t('conflict.resolution')}
            value={resolution}
            maxLength={500}
            onChange={(event) => setResolution(event.currentTarget.value)}
          />
          <Button
            type="submit"
            size="md"
            w="fit-content"
            loading={settle.isPending}
            disabled={resolution.trim() === ''}
          >
            {t('conflict.settle')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
