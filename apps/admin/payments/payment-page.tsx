/** One payment: its amounts, its phase, and each exchange with the provider. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { LoadingState } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useSight } from '../data/names.ts';
import { useRead } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { OwedCashCard } from './owed-cash-card.tsx';
import { PaymentStatus } from './payment-status.tsx';
import { RefundsCard } from './refunds-card.tsx';

type Payment = AnswerOf<Routes['getPayment']>;

export function PaymentPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const read = useRead(ROUTES.getPayment, { params: { id: id as never } });
  const back = { href: '/payments', label: t('nav.payments') };
  return (
    <Page title={t('payment.one')} back={back}>
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.isPending && <LoadingState />}
      {read.data !== undefined && <PaymentFacts payment={read.data} />}
      {read.data !== undefined && <OwedCashCard payment={read.data} />}
      {read.data !== undefined && <RefundsCard payment={read.data} />}
      {read.data !== undefined && <Exchanges payment={read.data} />}
    </Page>
  );
}

function PaymentFacts({ payment }: { readonly payment: Payment }) {
  const { t } = useTranslation();
  const { siteName, instant, format } = useSight();
  const money = (amount: number): string => formatMoney(cents(amount), payment.currency, format.locale);
  return (
    <Card title={money(payment.amountCents)} aside={<PaymentStatus payment={payment} />}>
      <Facts
        facts={[
          [t('payment.paid'), money(payment.paidCents)],
          [t('payment.refunded'), money(payment.refundedCents)],
          [t('payment.method'), t(`paymentMethod.${payment.method}`)],
          [t('payment.adapter'), payment.adapter],
          [t('payment.externalId'), payment.externalId ?? '—'],
          [t('list.site'), siteName(payment.siteId)],
          [t('list.day'), payment.businessDay],
          [t('payment.paidAt'), instant(payment.paidAt)],
          [t('payment.attempt'), String(payment.attempt)],
          [t('payment.phase'), payment.phase],
          ...(payment.failureCode === null ? [] : [[t('payment.failure'), payment.failureCode] as const]),
          [
            t('ticket.one'),
            <Link key="ticket" href={`/tickets/${payment.ticketId}`}>
              {t('payment.openTicket')}
            </Link>,
          ],
        ]}
      />
    </Card>
  );
}

function Exchanges({ payment }: { readonly payment: Payment }) {
  const { t } = useTranslation();
  const { instant, format } = useSight();
  return (
    <Card isFlush title={t('payment.exchanges')}>
      {payment.transactions.length === 0 ? (
        <Nothing title={t('payment.noExchanges')} />
      ) : (
        <DataTable
          label={t('payment.exchanges')}
          rows={payment.transactions}
          keyOf={(exchange) => exchange.id}
          columns={[
            { name: 'at', label: t('audit.when'), cell: (exchange) => instant(exchange.createdAt) },
            { name: 'kind', label: t('payment.kind'), cell: (exchange) => t(`exchange.${exchange.kind}`) },
            {
              name: 'outcome',
              label: t('audit.outcome'),
              cell: (exchange) => t(`exchangeOutcome.${exchange.outcome}`),
            },
            {
              name: 'external',
              label: t('payment.externalId'),
              cell: (exchange) => exchange.externalId ?? '—',
              isSecondary: true,
            },
            {
              name: 'amount',
              label: t('payment.amount'),
              cell: (exchange) => formatMoney(cents(exchange.amountCents), payment.currency, format.locale),
              isNumeric: true,
            },
          ]}
        />
      )}
    </Card>
  );
}
