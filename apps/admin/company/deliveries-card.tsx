/** What was sent to a webhook or to people: a test on demand, and the newest deliveries with what was answered. */
import { Button } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { usePages, useStale } from '../data/queries.ts';
import { ListCard } from '../lists/list-card.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status, type Tone } from '../parts/status.tsx';

type Delivery = AnswerOf<Routes['getDelivery']>;

const LOOK_EVERY_MS = 5_000;
const TONES: Readonly<Record<Delivery['state'], Tone>> = {
  waiting: 'warning',
  delivered: 'good',
  failed: 'danger',
  dropped: 'quiet',
};

interface DeliveriesCardProps {
  readonly receiverId: string;
  readonly kind: 'webhook' | 'notification';
}

export function DeliveriesCard({ receiverId, kind }: DeliveriesCardProps) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const { instant } = useSight();
  const pages = usePages(ROUTES.listDeliveries, { receiverId, limit: 10 }, { everyMs: LOOK_EVERY_MS });
  const params = { id: receiverId as never };
  const act = useMutation({
    mutationFn: async (again?: string) => {
      if (again !== undefined) await api.call(ROUTES.replayDelivery, { params: { id: again as never } });
      else if (kind === 'webhook') await api.call(ROUTES.testWebhook, { params });
      else await api.call(ROUTES.testNotification, { params });
    },
    onSettled: () => stale(ROUTES.listDeliveries.path),
  });
  return (
    <>
      <Card title={t('delivery.test')} lead={t('delivery.testLead')}>
        {act.error !== null && <Problem error={act.error} />}
        <Button
          variant="default"
          size="md"
          leftSection={<IconSend size={18} aria-hidden />}
          loading={act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {t('delivery.send')}
        </Button>
      </Card>
      <ListCard<Delivery>
        label={t('delivery.log')}
        pages={pages as never}
        keyOf={({ id }) => id}
        empty={{ title: t('delivery.none'), hint: t('delivery.noneHint') }}
        columns={[
          { name: 'at', label: t('audit.when'), cell: ({ createdAt }) => instant(createdAt) },
          {
            name: 'type',
            label: t('delivery.event'),
            cell: ({ type }) => t(`event.${type.replace('.', '_')}`, type),
            isSecondary: true,
          },
          {
            name: 'state',
            label: t('delivery.state'),
            cell: ({ state }) => <Status tone={TONES[state]}>{t(`delivery.is.${state}`)}</Status>,
          },
          {
            name: 'answer',
            label: t('delivery.answer'),
            cell: ({ lastStatus, lastFault }) => lastFault ?? lastStatus ?? '—',
            isSecondary: true,
          },
          { name: 'tries', label: t('delivery.tries'), cell: ({ attempts }) => attempts, isNumeric: true },
          {
            name: 'again',
            label: t('delivery.again'),
            cell: ({ id, state }) =>
              state === 'waiting' ? (
                '—'
              ) : (
                <Button variant="default" h={40} onClick={() => act.mutate(id)}>
                  {t('delivery.replay')}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}
