/** Payments of all sites, searched by status, method, day and what the provider calls them. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney, PAYMENT_METHODS, PAYMENT_STATUSES } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { useSight } from '../data/names.ts';
import { usePages } from '../data/queries.ts';
import { FilterBar, useFilters } from '../lists/filters.tsx';
import { ListCard } from '../lists/list-card.tsx';
import { Page } from '../parts/page.tsx';
import { choicesOf } from '../resources/choices.ts';
import { useSite } from '../shell/site-choice.ts';
import { PaymentStatus } from './payment-status.tsx';

type Payment = AnswerOf<Routes['listPayments']>['items'][number];

export function PaymentsPage() {
  const { t } = useTranslation();
  const sight = useSight();
  const { siteId } = useSite();
  const filters = useFilters(['status', 'method', 'businessDay', 'externalId']);
  const pages = usePages(ROUTES.listPayments, { ...filters.values, siteId });
  const { siteName, instant, format } = sight;
  return (
    <Page title={t('nav.payments')} lead={t('payment.lead')}>
      <FilterBar
        filters={filters}
        specs={[
          { kind: 'text', name: 'externalId', label: t('payment.externalId') },
          { kind: 'day', name: 'businessDay', label: t('list.day') },
          {
            kind: 'choice',
            name: 'status',
            label: t('payment.status'),
            choices: choicesOf(PAYMENT_STATUSES, 'paymentStatus')(sight),
          },
          {
            kind: 'choice',
            name: 'method',
            label: t('payment.method'),
            choices: choicesOf(PAYMENT_METHODS, 'paymentMethod')(sight),
          },
        ]}
      />
      <ListCard<Payment>
        label={t('nav.payments')}
        pages={pages}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/payments/${id}`}
        empty={{ title: t('payment.none'), hint: t('payment.noneHint') }}
        columns={[
          { name: 'at', label: t('payment.at'), cell: ({ createdAt }) => instant(createdAt) },
          {
            name: 'status',
            label: t('payment.status'),
            cell: (payment) => <PaymentStatus payment={payment} />,
          },
          {
            name: 'method',
            label: t('payment.method'),
            cell: ({ method }) => t(`paymentMethod.${method}`),
            isSecondary: true,
          },
          {
            name: 'site',
            label: t('list.site'),
            cell: (payment) => siteName(payment.siteId),
            isSecondary: true,
          },
          {
            name: 'external',
            label: t('payment.externalId'),
            cell: ({ externalId }) => externalId ?? '—',
            isSecondary: true,
          },
          {
            name: 'amount',
            label: t('payment.amount'),
            cell: ({ amountCents, currency }) => formatMoney(cents(amountCents), currency, format.locale),
            isNumeric: true,
          },
        ]}
      />
    </Page>
  );
}
