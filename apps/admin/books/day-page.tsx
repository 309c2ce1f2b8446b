/** One day beside the provider's list: what both have, what only one of them has, and how each difference was settled. */
import { Button } from '@mantine/core';
import { type AnswerOf, DIFFERENCE_KINDS, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { LoadingState } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { dayText } from '../data/days.ts';
import { useSight } from '../data/names.ts';
import { useAll, useRead } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { Figures } from '../parts/figures.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status } from '../parts/status.tsx';
import { choicesOf } from '../resources/choices.ts';
import { useMe } from '../session/me.ts';
import css from './books.module.css';
import { DayState, type Difference } from './day-state.tsx';
import { SettleDialog } from './settle-dialog.tsx';

type DayInFull = AnswerOf<Routes['getReconciliation']>;

/** A provider's list names no currency: it is the money of its country. */
const CURRENCY = 'BRL';

export function BookDayPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { format } = useSight();
  const read = useRead(ROUTES.getReconciliation, { params: { id: id as never } });
  const day = read.data;
  const title = day === undefined ? t('books.one') : t('books.of', { day: dayText(format.locale, day.day) });
  return (
    <Page title={title} back={{ href: '/books', label: t('nav.books') }}>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.isPending && <LoadingState />}
      {day !== undefined && (
        <>
          <About day={day} />
          <Differences day={day} />
        </>
      )}
    </Page>
  );
}

function About({ day }: { readonly day: DayInFull }) {
  const { t } = useTranslation();
  const { instant, format } = useSight();
  const accounts = useAll(ROUTES.listPspAccounts, { deleted: true });
  const account = accounts.data?.find(({ id }) => id === day.pspAccountId);
  const only = (kind: Difference['kind']): string =>
    format.number(day.items.filter((item) => item.kind === kind).length);
  return (
    <>
      <Card title={t('books.about')} aside={<DayState day={day} />}>
        <Facts
          facts={[
            [
              t('books.account'),
              <Link key="account" href={`/payment-accounts/${day.pspAccountId}`}>
                {account?.name ?? t('list.gone')}
              </Link>,
            ],
            [t('books.comparedAt'), instant(day.createdAt)],
            [t('books.strangers'), format.number(day.strangers)],
            ...(day.cause === null ? [] : [[t('books.cause'), day.cause] as const]),
          ]}
        />
      </Card>
      {day.state === 'done' && (
        <Figures
          figures={[
            { name: t('books.matched'), value: format.number(day.matched) },
            { name: t('books.kind.only_ours'), value: only('only_ours') },
            { name: t('books.kind.only_theirs'), value: only('only_theirs') },
            { name: t('books.left'), value: format.number(day.open), isAlarming: day.open > 0 },
          ]}
        />
      )}
    </>
  );
}

function Differences({ day }: { readonly day: DayInFull }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const sight = useSight();
  const filters = useFilters(['kind']);
  const [settling, setSettling] = useState<Difference>();
  const { kind } = filters.values;
  const items = day.items.filter((item) => kind === undefined || item.kind === kind);
  return (
    <>
      {day.items.length > 0 && (
        <FilterBar
          filters={filters}
          specs={[
            {
              kind: 'choice',
              name: 'kind',
              label: t('books.difference'),
              choices: choicesOf(DIFFERENCE_KINDS, 'books.kind')(sight),
            },
          ]}
        />
      )}
      <Card isFlush title={t('books.differences')}>
        {items.length === 0 ? (
          <Nothing
            title={t(day.state === 'failed' ? 'books.notCompared' : 'books.noDifferences')}
            hint={day.state === 'failed' ? t('books.notComparedHint') : undefined}
          />
        ) : (
          <DifferenceTable items={items} onSettle={may('conflict.resolve') ? setSettling : undefined} />
        )}
      </Card>
      {settling !== undefined && (
        <SettleDialog difference={settling} currency={CURRENCY} onClose={() => setSettling(undefined)} />
      )}
    </>
  );
}

interface DifferenceTableProps {
  readonly items: readonly Difference[];
  /** Undefined for who may not. */
  readonly onSettle: ((difference: Difference) => void) | undefined;
}

function DifferenceTable({ items, onSettle }: DifferenceTableProps) {
  const { t } = useTranslation();
  const { format } = useSight();
  return (
    <DataTable
      label={t('books.differences')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { name: 'kind', label: t('books.difference'), cell: (item) => <Named item={item} /> },
        {
          name: 'theirs',
          label: t('payment.externalId'),
          cell: ({ endToEndId }) => <code className={css.id}>{endToEndId}</code>,
          isSecondary: true,
        },
        {
          name: 'amount',
          label: t('payment.amount'),
          cell: ({ amountCents }) => formatMoney(cents(amountCents), CURRENCY, format.locale),
          isNumeric: true,
        },
        {
          name: 'state',
          label: t('books.state'),
          cell: (item) => <ItemState item={item} onSettle={onSettle} />,
        },
      ]}
    />
  );
}

/** What differs, as a link where we have the payment. */
function Named({ item: { kind, chargeId } }: { readonly item: Difference }) {
  const { t } = useTranslation();
  const name = t(`books.kind.${kind}`);
  return chargeId === null ? name : <Link href={`/payments/${chargeId}`}>{name}</Link>;
}

function ItemState({
  item,
  onSettle,
}: Pick<DifferenceTableProps, 'onSettle'> & { readonly item: Difference }) {
  const { t } = useTranslation();
  const { instant } = useSight();
  if (item.resolvedAt !== null) {
    return (
      <>
        <Status tone="good">{t('books.settled')}</Status>
        <span className={css.settled}>
          {instant(item.resolvedAt)}: {item.resolution}
        </span>
      </>
    );
  }
  if (onSettle === undefined) return <Status tone="warning">{t('books.isOpen')}</Status>;
  return (
    <Button variant="default" h={44} onClick={() => onSettle(item)}>
      {t('conflict.settle')}
    </Button>
  );
}
