/** A list of the API on a card: its table, or why there is none, and the way to the next page. */
import { Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { LoadingState } from '@totem/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pages } from '../data/queries.ts';
import { Nothing } from '../parts/nothing.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { type Column, DataTable } from './data-table.tsx';
import css from './lists.module.css';

interface ListCardProps<T> {
  readonly label: string;
  readonly pages: Pages<T>;
  readonly columns: readonly Column<T>[];
  keyOf(row: T): string;
  readonly hrefOf?: ((row: T) => string) | undefined;
  /** When nothing was found. */
  readonly empty: { readonly title: string; readonly hint?: string; readonly action?: ReactNode };
}

export function ListCard<T>({ label, pages, columns, keyOf, hrefOf, empty }: ListCardProps<T>) {
  if (pages.isLoading) {
    return (
      <Card>
        <LoadingState />
      </Card>
    );
  }
  if (pages.error !== null && pages.rows.length === 0)
    return <Problem error={pages.error} onRetry={() => pages.refetch()} />;
  if (pages.rows.length === 0 && pages.page === 1) {
    return (
      <Card>
        <Nothing title={empty.title} hint={empty.hint}>
          {empty.action}
        </Nothing>
      </Card>
    );
  }
  return (
    <>
      {pages.error !== null && <Problem error={pages.error} onRetry={() => pages.refetch()} />}
      <Card isFlush>
        <DataTable
          label={label}
          columns={columns}
          rows={pages.rows}
          keyOf={keyOf}
          hrefOf={hrefOf}
          isBusy={pages.isFetching}
        />
        <Pager pages={pages} />
      </Card>
    </>
  );
}

function Pager({ pages }: { readonly pages: Pages<unknown> }) {
  const { t } = useTranslation();
  if (pages.page === 1 && !pages.hasNext) return null;
  return (
    <nav className={css.pager} aria-label={t('list.pages')}>
      <Button
        variant="default"
        h={44}
        disabled={pages.page === 1}
        leftSection={<IconChevronLeft size={18} aria-hidden />}
        onClick={() => pages.previous()}
      >
        {t('list.previous')}
      </Button>
      <span aria-live="polite">{t('list.page', { page: pages.page })}</span>
      <Button
        variant="default"
        h={44}
        disabled={!pages.hasNext}
        rightSection={<IconChevronRight size={18} aria-hidden />}
        onClick={() => pages.next()}
      >
        {t('list.next')}
      </Button>
    </nav>
  );
}
