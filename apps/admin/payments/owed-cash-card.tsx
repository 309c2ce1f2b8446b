/** Cash that a machine owes: what is left, who has handed over how much, and recording that it was given back. */
import { Button, NumberInput, Text } from '@mantine/core';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { cents, formatMoney } from '@totem/domain';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useStale } from '../data/queries.ts';
import { createWishes, type Wishes } from '../data/wishes.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Card } from '../parts/page.tsx';
import { useMe } from '../session/me.ts';

type Payment = AnswerOf<Routes['getPayment']>;
type OwedCash = NonNullable<Payment['owedCash']>;

const CENTS = 100;

export function OwedCashCard({ payment }: { readonly payment: Payment }) {
  const { owedCash } = payment;
  return owedCash === null ? null : <Owed payment={payment} owed={owedCash} />;
}

interface OwedProps {
  readonly payment: Payment;
  readonly owed: OwedCash;
}

function Owed({ payment, owed }: OwedProps) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { instant, format } = useSight();
  const [isGiving, setIsGiving] = useState(false);
  // Kept while the page is: a dialog that is opened again asks for the same wish under the same key.
  const wishes = useRef<Wishes>(undefined);
  wishes.current ??= createWishes(() => crypto.randomUUID());
  const money = (amount: number): string => formatMoney(cents(amount), payment.currency, format.locale);
  const isOpen = owed.leftCents > 0 || owed.isUncounted;
  return (
    <Card
      isFlush
      title={t('owedCash.heading')}
      lead={t('owedCash.left', { amount: money(owed.leftCents) })}
      aside={
        isOpen &&
        may('payment.refund') && (
          <Button variant="default" size="md" onClick={() => setIsGiving(true)}>
            {t('owedCash.give')}
          </Button>
        )
      }
    >
      {owed.isUncounted && (
        <Text p="md" size="sm">
          {t('owedCash.uncounted')}
        </Text>
      )}
      {owed.returns.length > 0 && (
        <DataTable
          label={t('owedCash.heading')}
          rows={owed.returns}
          keyOf={({ id }) => id}
          columns={[
            { name: 'at', label: t('audit.when'), cell: ({ createdAt }) => instant(createdAt) },
            {
              name: 'amount',
              label: t('payment.amount'),
              cell: ({ amountCents }) => money(amountCents),
              isNumeric: true,
            },
          ]}
        />
      )}
      {isGiving && (
        <GiveBack payment={payment} owed={owed} wishes={wishes.current} onClose={() => setIsGiving(false)} />
      )}
    </Card>
  );
}

interface GiveBackProps extends OwedProps {
  readonly wishes: Wishes;
  onClose(): void;
}

function GiveBack({ payment, owed, wishes, onClose }: GiveBackProps) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const [amount, setAmount] = useState<number | string>(owed.leftCents / CENTS);
  const amountCents = Math.round(Number(amount) * CENTS);
  const isAmount = amount !== '' && amountCents <= owed.mostCents;
  return (
    <Confirm
      opened
      title={t('owedCash.give')}
      lead={t('owedCash.giveLead')}
      act={t('owedCash.give')}
      isReady={isAmount && (amountCents > 0 || (amountCents === 0 && owed.isUncounted))}
      onClose={onClose}
      onConfirm={async () => {
        // Part of the wish: the same amount once more, later, is another one.
        const wish = { amountCents, before: owed.returns.length };
        await api.call(ROUTES.returnOwedCash, {
          params: { id: payment.id },
          body: { amountCents },
          key: wishes.keyOf(wish),
        });
        wishes.granted(wish);
        await stale(ROUTES.listPayments.path);
      }}
    >
      <NumberInput
        size="md"
        label={t('payment.amount')}
        decimalScale={2}
        fixedDecimalScale
        min={0}
        max={owed.mostCents / CENTS}
        value={amount}
        onChange={setAmount}
      />
    </Confirm>
  );
}
