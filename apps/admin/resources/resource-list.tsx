/** The list of configured things: filters, columns, and the way to a new one. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useSight } from '../data/names.ts';
import { type Pages, usePages } from '../data/queries.ts';
import { FilterBar, type FilterSpec, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Page } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';
import { useSite } from '../shell/site-choice.ts';
import type { Configured, ResourceSpec } from './resource.ts';

export function ResourceList<V extends Configured>({ spec }: { readonly spec: ResourceSpec<V> }) {
  const { form, path, routes } = spec;
  const { t, i18n } = useTranslation();
  const { may } = useMe();
  const sight = useSight();
  const { siteId } = useSite();
  const specs: readonly FilterSpec[] = [
    ...spec.filters(sight),
    {
      kind: 'choice',
      name: 'deleted',
      label: t('list.state'),
      choices: [{ value: 'true', label: t('list.withRemoved') }],
    },
  ];
  const filters = useFilters(specs.map(({ name }) => name));
  const query = { ...filters.values, ...(spec.isOfSite && siteId !== undefined ? { siteId } : {}) };
  const often = spec.everyMs === undefined ? {} : { everyMs: spec.everyMs };
  const pages = usePages(routes.list, query, often) as unknown as Pages<V>;
  const isFiltered = Object.keys(filters.values).length > 0;
  const add = may(spec.writes) ? (
    <Button component={Link} href={`${path}/new`} size="md" leftSection={<IconPlus size={18} aria-hidden />}>
      {t(`${form}.new`)}
    </Button>
  ) : undefined;
  return (
    <Page
      title={t(`${form}.title`)}
      lead={i18n.exists(`${form}.lead.list`) ? t(`${form}.lead.list`) : undefined}
      actions={add}
    >
      <FilterBar filters={filters} specs={specs} />
      <ListCard
        label={t(`${form}.title`)}
        pages={pages}
        columns={spec.columns(sight)}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `${path}/${id}`}
        empty={{
          title: isFiltered ? t('list.noMatch') : t(`${form}.none`),
          hint: isFiltered ? t('list.noMatchHint') : t(`${form}.noneHint`),
          action: isFiltered ? undefined : spec.emptyAction?.(),
        }}
      />
    </Page>
  );
}
