/**
 * Making a device known: a code to type on it, with the time that is left, then the fingerprint of its key, which whoever stands
 * before it compares with what it shows.
 */
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useRead, useStale } from '../data/queries.ts';
import { Card, Facts } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';
import { Countdown } from './countdown.tsx';
import type { Device } from './device-status.tsx';
import css from './devices.module.css';

/** While somebody stands before the device, they look at both. */
const LOOK_EVERY_MS = 2_000;
/** A display shows a code of its own: see `display-pairing-card.tsx`. */
const ENROLLED_TYPES: readonly Device['type'][] = ['totem', 'panel'];

type Offer = AnswerOf<Routes['offerEnrolment']>;
type Enrolment = AnswerOf<Routes['getEnrolment']>;

export function PairingCard({ device }: { readonly device: Device }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const [offer, setOffer] = useState<Offer | undefined>();
  const params = { id: device.id };
  const read = useRead(ROUTES.getEnrolment, { params }, { everyMs: LOOK_EVERY_MS });
  const act = useMutation({
    mutationFn: async (asked: 'offer' | 'withdraw' | 'confirm') => {
      if (asked === 'offer') setOffer(await api.call(ROUTES.offerEnrolment, { params }));
      else if (asked === 'withdraw') {
        await api.call(ROUTES.withdrawEnrolment, { params });
        setOffer(undefined);
      } else {
        const fingerprint = read.data?.fingerprint ?? '';
        await api.call(ROUTES.confirmEnrolment, { params, body: { fingerprint } });
        setOffer(undefined);
      }
      await stale(ROUTES.listEquipment.path);
    },
  });
  if (!may('equipment.write') || !ENROLLED_TYPES.includes(device.type)) return null;
  const enrolment = read.data;
  const state = enrolment?.state ?? 'none';
  const isOpen = state === 'offered' || state === 'claimed';
  return (
    <Card
      title={t('pairing.heading')}
      lead={t(device.enrolledAt === null ? 'pairing.lead' : 'pairing.leadAgain')}
    >
      <div className={css.pairing}>
        {act.error !== null && <Problem error={act.error} />}
        {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
        {state === 'offered' && <Offered offer={offer} expiresAt={enrolment?.expiresAt ?? null} />}
        {state === 'claimed' && enrolment !== undefined && <Claimed enrolment={enrolment} />}
        {state === 'confirmed' && <p role="status">{t('pairing.confirmed')}</p>}
        {state === 'expired' && <p role="status">{t('pairing.expired')}</p>}
        <Group>
          {state === 'claimed' && (
            <Button
              size="md"
              loading={act.isPending && act.variables === 'confirm'}
              onClick={() => act.mutate('confirm')}
            >
              {t('pairing.confirm')}
            </Button>
          )}
          <Button
            size="md"
            variant={isOpen ? 'default' : 'filled'}
            loading={act.isPending && act.variables === 'offer'}
            onClick={() => act.mutate('offer')}
          >
            {t(isOpen ? 'pairing.offerAgain' : 'pairing.offer')}
          </Button>
          {isOpen && (
            <Button
              size="md"
              variant="default"
              loading={act.isPending && act.variables === 'withdraw'}
              onClick={() => act.mutate('withdraw')}
            >
              {t('pairing.withdraw')}
            </Button>
          )}
        </Group>
      </div>
    </Card>
  );
}

/** The code is shown to who asked for it and to nobody after: a page that was loaded again has to ask for another. */
function Offered({
  offer,
  expiresAt,
}: {
  readonly offer: Offer | undefined;
  readonly expiresAt: string | null;
}) {
  const { t } = useTranslation();
  if (offer === undefined) return <p role="status">{t('pairing.elsewhere')}</p>;
  return (
    <div className={css.offer} role="status">
      <span className={css.offerLabel}>{t('pairing.code')}</span>
      <strong className={css.code}>{offer.code}</strong>
      <Countdown until={expiresAt ?? offer.expiresAt} />
    </div>
  );
}

function Claimed({ enrolment }: { readonly enrolment: Enrolment }) {
  const { t } = useTranslation();
  const { fingerprint, about } = enrolment;
  return (
    <>
      <div className={css.offer} role="status">
        <span className={css.offerLabel}>{t('pairing.compare')}</span>
        <strong className={css.code}>{fingerprint}</strong>
        <span>{t('pairing.compareLead')}</span>
      </div>
      <Facts
        facts={[
          [t('pairing.host'), about?.host ?? '—'],
          [t('pairing.system'), about?.system ?? '—'],
          [t('device.column.version'), about?.appVersion ?? '—'],
        ]}
      />
    </>
  );
}
