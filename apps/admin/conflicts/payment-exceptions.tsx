/** Payments that need a person: what is at stake, since when, and the way to the payment or its ticket. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useSight } from '../data/names.ts';
import { useRead } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';
import { useSite } from '../shell/site-choice.ts';

type Exception = AnswerOf<Routes['listPaymentExceptions']>['items'][number];

const LOOK_EVERY_MS = 30_000;
/** What is at stake is told in the money of the country: an exception names no currency. */
const CURRENCY = 'BRL';

export function PaymentExceptions() {
  const { t } = useTranslation();
  const { may } = useMe();
  const { siteId } = useSite();
  const { siteName, instant, format } = useSight();
  const query = siteId === undefined ? {} : { siteId: siteId as never };
  const read = useRead(ROUTES.listPaymentExceptions, { query }, { everyMs: LOOK_EVERY_MS });
  if (read.error !== null) return <Problem error={read.error} onRetry={() => void read.refetch()} />;
  const items = read.data?.items ?? [];
  return (
    <Card
      isFlush
      title={t('paymentException.heading')}
      lead={t('paymentException.lead')}
      aside={may('integration.read') && <Link href="/books">{t('nav.books')}</Link>}
    >
      {read.isPending && <LoadingState />}
      {read.data !== undefined && items.length === 0 && <Nothing title={t('paymentException.none')} />}
      {items.length > 0 && (
        <DataTable
          label={t('paymentException.heading')}
          rows={items}
          keyOf={keyOf}
          columns={[
            {
              name: 'kind',
              label: t('conflict.kind'),
              cell: (item) => <About item={item} name={t(`paymentException.is.${item.kind}`, item.kind)} />,
            },
            { name: 'site', label: t('list.site'), cell: (item) => siteName(item.siteId), isSecondary: true },
            {
              name: 'since',
              label: t('paymentException.since'),
              cell: ({ since }) => instant(since),
              isSecondary: true,
            },
            {
              name: 'amount',
              label: t('payment.amount'),
              cell: ({ amountCents }) => formatMoney(cents(amountCents), CURRENCY, format.locale),
              isNumeric: true,
            },
          ]}
        />
      )}
    </Card>
  );
}

function keyOf({ kind, paymentId, refundId, itemId, ticketId, since }: Exception): string {
  return [kind, paymentId, refundId, itemId, ticketId, since].join(' ');
}

/** What it is, as a link where there is a page about it. */
function About({ item, name }: { readonly item: Exception; readonly name: string }) {
  if (item.reconciliationId !== null) return <Link href={`/books/${item.reconciliationId}`}>{name}</Link>;
  if (item.paymentId !== null) return <Link href={`/payments/${item.paymentId}`}>{name}</Link>;
  if (item.ticketId !== null) return <Link href={`/tickets/${item.ticketId}`}>{name}</Link>;
  return name;
}
