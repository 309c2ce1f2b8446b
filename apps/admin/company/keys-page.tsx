/** Keys of integrators: what each may do and when it was used last; a new one is shown once. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { usePages, useStale } from '../data/queries.ts';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Page } from '../parts/page.tsx';
import { Status } from '../parts/status.tsx';
import { useMe } from '../session/me.ts';

type Key = AnswerOf<Routes['getApiKey']>;

export function KeysPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const { instant } = useSight();
  const [revoking, setRevoking] = useState<Key | undefined>();
  const filters = useFilters(['revoked']);
  const pages = usePages(ROUTES.listApiKeys, filters.values);
  const add = (
    <Button component={Link} href="/keys/new" size="md" leftSection={<IconPlus size={18} aria-hidden />}>
      {t('key.new')}
    </Button>
  );
  return (
    <Page title={t('nav.keys')} lead={t('key.lead.list')} actions={may('key.write') ? add : undefined}>
      <FilterBar
        filters={filters}
        specs={[
          {
            kind: 'choice',
            name: 'revoked',
            label: t('list.state'),
            anyLabel: t('key.valid'),
            choices: [{ value: 'true', label: t('key.withRevoked') }],
          },
        ]}
      />
      <ListCard<Key>
        label={t('nav.keys')}
        pages={pages}
        keyOf={({ id }) => id}
        empty={{ title: t('key.none'), hint: t('key.noneHint') }}
        columns={[
          { name: 'name', label: t('key.field.name'), cell: ({ name }) => <strong>{name}</strong> },
          {
            name: 'scopes',
            label: t('key.field.scopes'),
            cell: ({ scopes }) => scopes.map((scope) => t(`scope.${scope.replace('.', '_')}`)).join(', '),
            isSecondary: true,
          },
          {
            name: 'used',
            label: t('key.used'),
            cell: ({ lastUsedAt }) => instant(lastUsedAt),
            isSecondary: true,
          },
          {
            name: 'expires',
            label: t('key.field.expiresAt'),
            cell: ({ expiresAt }) => instant(expiresAt),
            isSecondary: true,
          },
          {
            name: 'act',
            label: t('list.use'),
            cell: (key) =>
              key.revokedAt !== null ? (
                <Status tone="quiet">{t('key.revoked')}</Status>
              ) : (
                <Button
                  variant="default"
                  h={40}
                  data-danger
                  disabled={!may('key.write')}
                  onClick={() => setRevoking(key)}
                >
                  {t('key.revoke')}
                </Button>
              ),
          },
        ]}
      />
      <Confirm
        opened={revoking !== undefined}
        title={t('key.revokeHeading', { name: revoking?.name ?? '' })}
        lead={t('key.revokeLead')}
        act={t('key.revoke')}
        isDangerous
        onClose={() => setRevoking(undefined)}
        onConfirm={async () => {
          if (revoking === undefined) return;
          const params = { id: revoking.id };
          await api.call(ROUTES.revokeApiKey, { params, version: revoking.version } as never);
          await stale(ROUTES.listApiKeys.path);
        }}
      />
    </Page>
  );
}
