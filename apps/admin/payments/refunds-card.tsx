/** Giving back what was paid: how much and why, and what became of each refund; from a sum on a second person agrees. */
import { Button, Group, NativeSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useAll, useStale } from '../data/queries.ts';
import { createWishes, type Wishes } from '../data/wishes.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { Status, type Tone } from '../parts/status.tsx';
import { useMe } from '../session/me.ts';

type Payment = AnswerOf<Routes['getPayment']>;
type Refund = AnswerOf<Routes['getRefund']>;

const TONES: Readonly<Record<Refund['state'], Tone>> = {
  awaiting_approval: 'warning',
  open: 'calm',
  done: 'good',
  failed: 'danger',
  rejected: 'quiet',
};
const CENTS = 100;

export function RefundsCard({ payment }: { readonly payment: Payment }) {
  const { t } = useTranslation();
  const { may, session } = useMe();
  const api = useApi();
  const stale = useStale();
  const { instant, format } = useSight();
  const [isAsking, setIsAsking] = useState(false);
  const [refused, setRefused] = useState<Refund>();
  // Kept while the page is: a dialog that is opened again asks for the same wish under the same key.
  const wishes = useRef<Wishes>(undefined);
  wishes.current ??= createWishes(() => crypto.randomUUID());
  const refunds = useAll(ROUTES.listRefunds, { paymentId: payment.id });
  const decide = useMutation({
    mutationFn: ({ id }: Refund) => api.call(ROUTES.approveRefund, { params: { id } }),
    onSettled: () => stale(ROUTES.listRefunds.path, ROUTES.listPayments.path),
  });
  const left = payment.paidCents - payment.refundedCents;
  if (!may('payment.refund') || payment.paidCents === 0) return null;
  const money = (amount: number): string => formatMoney(cents(amount), payment.currency, format.locale);
  return (
    <Card
      isFlush
      title={t('refund.heading')}
      lead={t('refund.left', { amount: money(left) })}
      aside={
        left > 0 && (
          <Button variant="default" size="md" onClick={() => setIsAsking(true)}>
            {t('refund.ask')}
          </Button>
        )
      }
    >
      {refunds.error !== null && <Problem error={refunds.error} />}
      {decide.error !== null && <Problem error={decide.error} />}
      {(refunds.data ?? []).length > 0 && (
        <DataTable
          label={t('refund.heading')}
          rows={refunds.data ?? []}
          keyOf={({ id }) => id}
          columns={[
            { name: 'at', label: t('audit.when'), cell: ({ createdAt }) => instant(createdAt) },
            { name: 'reason', label: t('ticket.reason'), cell: ({ reason }) => reason, isSecondary: true },
            {
              name: 'state',
              label: t('payment.status'),
              cell: ({ state, rejection }) => (
                <>
                  <Status tone={TONES[state]}>{t(`refund.is.${state}`)}</Status>
                  {rejection !== null && <Text size="sm">{rejection}</Text>}
                </>
              ),
            },
            {
              name: 'amount',
              label: t('payment.amount'),
              cell: ({ amountCents }) => money(amountCents),
              isNumeric: true,
            },
            {
              name: 'approve',
              label: t('refund.approval'),
              cell: (refund) =>
                refund.state === 'awaiting_approval' ? (
                  <Decisions
                    isOwn={refund.askedBy === session.user.id}
                    isBusy={decide.isPending}
                    onApprove={() => decide.mutate(refund)}
                    onRefuse={() => setRefused(refund)}
                  />
                ) : (
                  '—'
                ),
            },
          ]}
        />
      )}
      {isAsking && (
        <AskRefund payment={payment} left={left} wishes={wishes.current} onClose={() => setIsAsking(false)} />
      )}
      {refused !== undefined && <RefuseRefund refund={refused} onClose={() => setRefused(undefined)} />}
    </Card>
  );
}

interface DecisionsProps {
  /** Nobody agrees to their own; taking it back is theirs. */
  readonly isOwn: boolean;
  readonly isBusy: boolean;
  onApprove(): void;
  onRefuse(): void;
}

function Decisions({ isOwn, isBusy, onApprove, onRefuse }: DecisionsProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap">
      {!isOwn && (
        <Button variant="default" h={40} loading={isBusy} onClick={onApprove}>
          {t('refund.approve')}
        </Button>
      )}
      <Button variant="default" h={40} disabled={isBusy} onClick={onRefuse}>
        {t(isOwn ? 'refund.takeBack' : 'refund.refuse')}
      </Button>
    </Group>
  );
}

interface RefuseRefundProps {
  readonly refund: Refund;
  onClose(): void;
}

function RefuseRefund({ refund, onClose }: RefuseRefundProps) {
  const { t } = useTranslation();
  const { session } = useMe();
  const api = useApi();
  const stale = useStale();
  const [reason, setReason] = useState('');
  const act = t(refund.askedBy === session.user.id ? 'refund.takeBack' : 'refund.refuse');
  return (
    <Confirm
      opened
      title={act}
      lead={t('refund.refuseLead')}
      act={act}
      isDangerous
      isReady={reason.trim() !== ''}
      onClose={onClose}
      onConfirm={async () => {
        await api.call(ROUTES.rejectRefund, { params: { id: refund.id }, body: { reason } });
        await stale(ROUTES.listRefunds.path, ROUTES.listPayments.path);
      }}
    >
      <TextInput
        size="md"
        label={t('ticket.reason')}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}

interface AskRefundProps {
  readonly payment: Payment;
  /** What has not been given back yet, in cents. */
  readonly left: number;
  readonly wishes: Wishes;
  onClose(): void;
}

function AskRefund({ payment, left, wishes, onClose }: AskRefundProps) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const [amount, setAmount] = useState<number | string>(left / CENTS);
  const [reason, setReason] = useState('');
  const [means, setMeans] = useState('');
  const amountCents = Math.round(Number(amount) * CENTS);
  return (
    <Confirm
      opened
      title={t('refund.ask')}
      lead={t('refund.askLead')}
      act={t('refund.ask')}
      isDangerous
      isReady={reason.trim() !== '' && amountCents > 0 && amountCents <= left}
      onClose={onClose}
      onConfirm={async () => {
        const body = { amountCents, reason, ...(means === '' ? {} : { means: means as 'counter' }) };
        const key = wishes.keyOf(body);
        await api.call(ROUTES.refundPayment, { params: { id: payment.id }, body, key });
        wishes.granted(body);
        await stale(ROUTES.listRefunds.path, ROUTES.listPayments.path);
      }}
    >
      <Stack>
        <Group grow align="flex-start">
          <NumberInput
            size="md"
            label={t('payment.amount')}
            decimalScale={2}
            fixedDecimalScale
            min={0}
            value={amount}
            onChange={setAmount}
          />
          <NativeSelect
            size="md"
            label={t('refund.means')}
            value={means}
            data={[
              { value: '', label: t('refund.asPaid') },
              { value: 'counter', label: t('refund.counter') },
            ]}
            onChange={(event) => setMeans(event.currentTarget.value)}
          />
        </Group>
        <TextInput
          size="md"
          label={t('ticket.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Stack>
    </Confirm>
  );
}
