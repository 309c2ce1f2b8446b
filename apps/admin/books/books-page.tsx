/** Days that were compared with the list of a payment service provider, newest first, and a day that is compared now. */
import { ROUTES } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { dayText } from '../data/days.ts';
import { useSight } from '../data/names.ts';
import { useAll, usePages } from '../data/queries.ts';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Page } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';
import { CompareCard } from './compare-card.tsx';
import { type ComparedDay, DayState } from './day-state.tsx';

export function BooksPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const { instant, format } = useSight();
  const filters = useFilters(['pspAccountId']);
  const pages = usePages(ROUTES.listReconciliations, filters.values);
  const accounts = useAll(ROUTES.listPspAccounts, { deleted: true });
  const choices = (accounts.data ?? []).map(({ id, name }) => ({ value: id as string, label: name }));
  const accountName = (id: string): string =>
    choices.find(({ value }) => value === id)?.label ?? t('list.gone');
  const counted = (name: 'matched' | 'differing' | 'strangers', isSecondary: boolean) => ({
    name,
    label: t(`books.${name}`),
    cell: (day: ComparedDay) => format.number(day[name]),
    isNumeric: true,
    isSecondary,
  });
  return (
    <Page title={t('nav.books')} lead={t('books.lead')}>
      {may('integration.write') && (
        <CompareCard accounts={(accounts.data ?? []).filter(({ deletedAt }) => deletedAt === null)} />
      )}
      <FilterBar
        filters={filters}
        specs={[{ kind: 'choice', name: 'pspAccountId', label: t('books.account'), choices }]}
      />
      <ListCard<ComparedDay>
        label={t('nav.books')}
        pages={pages}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/books/${id}`}
        empty={{ title: t('books.none'), hint: t('books.noneHint') }}
        columns={[
          { name: 'day', label: t('books.day'), cell: ({ day }) => dayText(format.locale, day) },
          { name: 'state', label: t('books.state'), cell: (day) => <DayState day={day} /> },
          {
            name: 'account',
            label: t('books.account'),
            cell: ({ pspAccountId }) => accountName(pspAccountId),
            isSecondary: true,
          },
          counted('matched', false),
          counted('differing', true),
          counted('strangers', true),
          {
            name: 'at',
            label: t('books.comparedAt'),
            cell: ({ createdAt }) => instant(createdAt),
            isSecondary: true,
          },
        ]}
      />
    </Page>
  );
}
