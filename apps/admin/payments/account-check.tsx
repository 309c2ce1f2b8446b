/** Whether an account works, asked of the provider; and the address that the provider is to call. */
import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { Card, Facts } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';

export function AccountCheck({ account }: { readonly account: AnswerOf<Routes['getPspAccount']> }) {
  const { t } = useTranslation();
  const api = useApi();
  const { instant } = useSight();
  const params = { id: account.id };
  const check = useMutation({ mutationFn: () => api.call(ROUTES.checkPspAccount, { params }) });
  useCheckOfNews(account, check.mutate);
  const webhook = useMutation({ mutationFn: () => api.call(ROUTES.getPspWebhook, { params }) });
  return (
    <Card title={t('paymentAccount.check')} lead={t('paymentAccount.checkLead')}>
      <Stack>
        {check.error !== null && <Problem error={check.error} />}
        {webhook.error !== null && <Problem error={webhook.error} />}
        <span role="status">
          {check.data === undefined ? '' : t('paymentAccount.works', { at: instant(check.data.checkedAt) })}
        </span>
        {webhook.data !== undefined && (
          <Facts facts={[[t('paymentAccount.webhook'), <code key="url">{webhook.data.url}</code>]]} />
        )}
        <Group>
          <Button size="md" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            {t('paymentAccount.ask')}
          </Button>
          <Button size="md" variant="default" loading={webhook.isPending} onClick={() => webhook.mutate()}>
            {t('paymentAccount.showWebhook')}
          </Button>
          <Link href={`/books?pspAccountId=${account.id}`}>{t('nav.books')}</Link>
        </Group>
      </Stack>
    </Card>
  );
}

/** An account that was made this lately has just been set up here. */
const NEW_MS = 60_000;

/** What was just made or changed is tested by itself: the provider learns where to call, and what is wrong is seen at once. */
function useCheckOfNews(
  { createdAt, version }: Pick<AnswerOf<Routes['getPspAccount']>, 'createdAt' | 'version'>,
  check: () => void,
): void {
  const isNew = version === 1 && Date.now() - Date.parse(createdAt) < NEW_MS;
  const checked = useRef(isNew ? 0 : version);
  useEffect(() => {
    if (checked.current === version) return;
    checked.current = version;
    check();
  }, [version, check]);
}
