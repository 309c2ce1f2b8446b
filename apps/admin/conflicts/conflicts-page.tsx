/** Facts that did not fit, to be looked at by people, and what devices sent that nobody could read. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { TICKET_CONFLICTS } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { usePages } from '../data/queries.ts';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Page } from '../parts/page.tsx';
import { Status } from '../parts/status.tsx';
import { choicesOf } from '../resources/choices.ts';
import { useMe } from '../session/me.ts';
import { useSite } from '../shell/site-choice.ts';
import { PaymentExceptions } from './payment-exceptions.tsx';
import { Quarantine } from './quarantine.tsx';

type Conflict = AnswerOf<Routes['listConflicts']>['items'][number];

export function ConflictsPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const sight = useSight();
  const { siteId } = useSite();
  const filters = useFilters(['resolved', 'kind']);
  const { resolved = 'false', ...others } = filters.values;
  const narrowed = resolved === 'all' ? {} : { resolved };
  const pages = usePages(ROUTES.listConflicts, { ...others, ...narrowed, siteId });
  return (
    <Page title={t('nav.conflicts')} lead={t('conflict.lead')}>
      <FilterBar
        filters={filters}
        specs={[
          {
            kind: 'choice',
            name: 'resolved',
            label: t('conflict.state'),
            anyLabel: t('conflict.open'),
            choices: [
              { value: 'true', label: t('conflict.resolved') },
              { value: 'all', label: t('list.any') },
            ],
          },
          {
            kind: 'choice',
            name: 'kind',
            label: t('conflict.kind'),
            choices: choicesOf(TICKET_CONFLICTS, 'conflictKind')(sight),
          },
        ]}
      />
      <ListCard<Conflict>
        label={t('nav.conflicts')}
        pages={pages}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/conflicts/${id}`}
        empty={{ title: t('conflict.none'), hint: t('conflict.noneHint') }}
        columns={[
          { name: 'kind', label: t('conflict.kind'), cell: ({ kind }) => t(`conflictKind.${kind}`, kind) },
          {
            name: 'site',
            label: t('list.site'),
            cell: (conflict) => sight.siteName(conflict.siteId),
            isSecondary: true,
          },
          {
            name: 'entity',
            label: t('audit.entity'),
            cell: ({ entity }) => t(`entity.${entity}`, entity),
            isSecondary: true,
          },
          {
            name: 'found',
            label: t('conflict.found'),
            cell: ({ foundAt }) => sight.instant(foundAt),
            isSecondary: true,
          },
          {
            name: 'state',
            label: t('conflict.state'),
            cell: ({ resolvedAt }) =>
              resolvedAt === null ? (
                <Status tone="warning">{t('conflict.open')}</Status>
              ) : (
                <Status tone="good">{t('conflict.resolved')}</Status>
              ),
          },
        ]}
      />
      {may('payment.read') && <PaymentExceptions />}
      {may('quarantine.read') && <Quarantine />}
    </Page>
  );
}
