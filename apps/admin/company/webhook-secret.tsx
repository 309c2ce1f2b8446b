/** The secret that signs what is sent: made anew and shown once. */
import { Button, Stack } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useStale } from '../data/queries.ts';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import css from './company.module.css';

export function WebhookSecret({ webhook }: { readonly webhook: AnswerOf<Routes['getWebhook']> }) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const params = { id: webhook.id };
  const renew = useMutation({
    mutationFn: async () => {
      const { version } = await api.call(ROUTES.getWebhook, { params });
      return api.call(ROUTES.renewWebhookSecret, { params, version } as never) as Promise<
        AnswerOf<Routes['renewWebhookSecret']>
      >;
    },
    onSuccess: () => stale(ROUTES.listWebhooks.path),
  });
  return (
    <Card title={t('webhook.secret')} lead={t('webhook.secretLead')}>
      <Stack align="flex-start">
        {renew.error !== null && <Problem error={renew.error} />}
        {renew.data !== undefined && <ShownOnce secret={renew.data.secret} />}
        <Button variant="default" size="md" loading={renew.isPending} onClick={() => renew.mutate()}>
          {t('webhook.renew')}
        </Button>
      </Stack>
    </Card>
  );
}

/** What is shown this once, with a way to take it along. */
export function ShownOnce({ secret }: { readonly secret: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" w="100%" role="status">
      <span>{t('form.shownOnce')}</span>
      <code className={css.secret}>{secret}</code>
      <Button
        variant="default"
        w="fit-content"
        leftSection={<IconCopy size={18} aria-hidden />}
        onClick={() => void navigator.clipboard.writeText(secret)}
      >
        {t('form.copy')}
      </Button>
    </Stack>
  );
}
