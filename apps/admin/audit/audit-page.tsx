/** The audit: what the ledger holds, searched by what, by whom, about what, where and when. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { LEDGER_ACTIONS, LEDGER_ENTITIES } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { endOfDay, startOfDay } from '../data/days.ts';
import { useSight } from '../data/names.ts';
import { useAll, usePages } from '../data/queries.ts';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Changes } from '../parts/changes.tsx';
import { Page } from '../parts/page.tsx';
import { useSite } from '../shell/site-choice.ts';
import { ChainState } from './chain-state.tsx';
import { ExportCard } from './export-card.tsx';

type Entry = AnswerOf<Routes['getEntry']>;

export function AuditPage() {
  const { t } = useTranslation();
  const sight = useSight();
  const { siteId } = useSite();
  const people = useAll(ROUTES.listUsers, { deleted: true });
  const filters = useFilters(['action', 'entity', 'userId', 'from', 'to']);
  const { from, to, ...others } = filters.values;
  const pages = usePages(ROUTES.listEntries, { ...others, siteId, from: startOfDay(from), to: endOfDay(to) });
  const actions = LEDGER_ACTIONS.map((value) => ({ value, label: t(`action.${value}`, value) }));
  return (
    <Page title={t('nav.audit')} lead={t('audit.lead')}>
      <FilterBar
        filters={filters}
        specs={[
          {
            kind: 'choice',
            name: 'action',
            label: t('audit.action'),
            choices: actions.toSorted((a, b) => a.label.localeCompare(b.label, sight.format.locale)),
          },
          {
            kind: 'choice',
            name: 'entity',
            label: t('audit.entity'),
            choices: LEDGER_ENTITIES.map((value) => ({ value, label: t(`entity.${value}`, value) })),
          },
          {
            kind: 'choice',
            name: 'userId',
            label: t('audit.who'),
            choices: (people.data ?? []).map(({ id, fullName }) => ({ value: id, label: fullName })),
          },
          { kind: 'day', name: 'from', label: t('list.from') },
          { kind: 'day', name: 'to', label: t('list.to') },
        ]}
      />
      <ListCard<Entry>
        label={t('nav.audit')}
        pages={pages}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/audit/${id}`}
        empty={{ title: t('list.noMatch'), hint: t('list.noMatchHint') }}
        columns={[
          { name: 'at', label: t('audit.when'), cell: ({ occurredAt }) => sight.instant(occurredAt) },
          { name: 'action', label: t('audit.action'), cell: ({ action }) => t(`action.${action}`, action) },
          {
            name: 'who',
            label: t('audit.who'),
            cell: ({ userName }) => userName ?? t('audit.cloud'),
            isSecondary: true,
          },
          {
            name: 'entity',
            label: t('audit.entity'),
            cell: ({ entity }) => t(`entity.${entity}`, entity),
            isSecondary: true,
          },
          {
            name: 'changes',
            label: t('audit.changes'),
            cell: ({ data }) => (
              <Changes before={recordIn(data.before)} after={recordIn(data.after)} isBrief />
            ),
            isSecondary: true,
          },
        ]}
      />
      <ChainState />
      <ExportCard />
    </Page>
  );
}

function recordIn(said: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof said === 'object' && said !== null ? { ...said } : undefined;
}
