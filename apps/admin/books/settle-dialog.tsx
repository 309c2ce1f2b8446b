/** Says how a difference with the provider's list was settled; it stays on the record with who said it. */
import { Textarea } from '@mantine/core';
import { ROUTES } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useStale } from '../data/queries.ts';
import { Confirm } from '../parts/confirm.tsx';
import type { Difference } from './day-state.tsx';

interface SettleDialogProps {
  readonly difference: Difference;
  readonly currency: string;
  onClose(): void;
}

export function SettleDialog({ difference, currency, onClose }: SettleDialogProps) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const { format } = useSight();
  const [resolution, setResolution] = useState('');
  const { id, kind, amountCents } = difference;
  return (
    <Confirm
      opened
      title={t('books.settleHeading', {
        kind: t(`books.kind.${kind}`),
        amount: formatMoney(cents(amountCents), currency, format.locale),
      })}
      lead={t('conflict.settleLead')}
      act={t('conflict.settle')}
      isReady={resolution.trim() !== ''}
      onClose={onClose}
      onConfirm={async () => {
        await api.call(ROUTES.resolveReconciliationItem, { params: { id }, body: { resolution } });
        await stale(ROUTES.listReconciliations.path, ROUTES.listPaymentExceptions.path);
      }}
    >
      <Textarea
        data-autofocus
        size="md"
        autosize
        minRows={3}
        label={t('conflict.resolution')}
        maxLength={500}
        value={resolution}
        onChange={(event) => setResolution(event.currentTarget.value)}
      />
    </Confirm>
  );
}
