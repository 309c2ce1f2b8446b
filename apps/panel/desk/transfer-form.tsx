/** Where a ticket is sent on: to another service, to one counter, or to one person. */
import { Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { detailCommand, type NewCommand, type TransferTarget } from './actions.ts';
import { AskForm } from './ask-form.tsx';
import type { AskTicket } from './asks.ts';
import css from './desk.module.css';

export const TARGET_KINDS = ['service', 'counter', 'person'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** One place to which a ticket can go. */
export interface NamedTarget {
  readonly id: string;
  readonly name: string;
  readonly target: TransferTarget;
}
export type TransferTargets = Readonly<Record<TargetKind, readonly NamedTarget[]>>;

interface TransferFormProps {
  readonly ticket: AskTicket;
  readonly targets: TransferTargets;
  onAnswer(answer: NewCommand): void;
  onClose(): void;
}

export function TransferForm({ ticket, targets, onAnswer, onClose }: TransferFormProps) {
  const { t } = useTranslation();
  const among = (kind: TargetKind) => targets[kind].filter(({ id }) => id !== ticket.serviceId);
  const [kind, setKind] = useState<TargetKind>(
    () => TARGET_KINDS.find((known) => among(known).length > 0) ?? 'service',
  );
  const [chosen, setChosen] = useState<string | undefined>();
  const offered = among(kind);
  const target = offered.find(({ id }) => id === chosen) ?? offered[0];
  return (
    <AskForm
      submit={t('ask.transfer')}
      onClose={onClose}
      onSubmit={() => {
        if (target !== undefined)
          onAnswer(detailCommand({ action: 'transfer', target: target.target }, ticket.id));
      }}
    >
      <Stack gap="md">
        <SegmentedControl
          fullWidth
          aria-label={t('ask.transferTo')}
          data={TARGET_KINDS.map((value) => ({ value, label: t(`ask.to_${value}`) }))}
          value={kind}
          onChange={(value) => setKind(TARGET_KINDS.find((known) => known === value) ?? 'service')}
        />
        {target === undefined ? (
          <Text>{t(`ask.none_${kind}`)}</Text>
        ) : (
          <Radio.Group aria-label={t(`ask.to_${kind}`)} value={target.id} onChange={setChosen}>
            <Stack gap={6} className={css.choices ?? ''}>
              {offered.map(({ id, name }) => (
                <Radio
                  key={id}
                  value={id}
                  label={name}
                  className={css.choice ?? ''}
                  data-autofocus={id === target.id || undefined}
                />
              ))}
            </Stack>
          </Radio.Group>
        )}
      </Stack>
    </AskForm>
  );
}
