/** Comparing a day with the provider's list now, instead of when it comes round. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useApi } from '../data/api.ts';
import { dayAgo } from '../data/days.ts';
import { useStale } from '../data/queries.ts';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import css from './books.module.css';

type Account = AnswerOf<Routes['listPspAccounts']>['items'][number];

export function CompareCard({ accounts }: { readonly accounts: readonly Account[] }) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const [, navigate] = useLocation();
  const [chosen, setChosen] = useState<string>();
  const [day, setDay] = useState(dayAgo(1));
  const account = accounts.find(({ id }) => id === chosen) ?? accounts[0];
  const compare = useMutation({
    mutationFn: async () => {
      if (account === undefined || day === '') return;
      const { id } = await api.call(ROUTES.runReconciliation, { params: { id: account.id }, body: { day } });
      await stale(ROUTES.listReconciliations.path, ROUTES.listPaymentExceptions.path);
      navigate(`/books/${id}`);
    },
  });
  if (account === undefined) return null;
  return (
    <Card title={t('books.compare')} lead={t('books.compareLead')}>
      {compare.error !== null && <Problem error={compare.error} />}
      <form
        className={css.compare}
        onSubmit={(event) => {
          event.preventDefault();
          compare.mutate();
        }}
      >
        <NativeSelect
          size="md"
          label={t('books.account')}
          value={account.id}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          size="md"
          label={t('books.day')}
          max={dayAgo(0)}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={compare.isPending} disabled={day === ''}>
          {t('books.compareNow')}
        </Button>
      </form>
    </Card>
  );
}
