/** The dialogs that ask before an action: why a ticket is cancelled or held, where it is transferred to, and "are you sure". */

import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import {
  CANCEL_REASONS,
  type CancelReason,
  NOTE_LENGTH_MAX,
  type ServiceId,
  type ServiceRow,
} from '@totem/domain';
import { DoorError, useErrorText, useFormat } from '@totem/ui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shell/dialog.tsx';
import { detailCommand, type NewCommand } from './actions.ts';
import type { Ask } from './asks.ts';
import css from './desk.module.css';

interface AskDialogProps {
  readonly ask: Ask | undefined;
  readonly services: readonly ServiceRow[];
  /** The person's answer: a command to send, or that they leave all the same. */
  onAnswer(answer: NewCommand | 'leave'): void;
  onClose(): void;
}

/** One dialog at a time; none without a question. */
export function AskDialog({ ask, services, onAnswer, onClose }: AskDialogProps) {
  const { t } = useTranslation();
  if (ask === undefined) return null;
  const code = ask.kind === 'leave' ? '' : ask.ticket.code;
  return (
    <Dialog
      opened
      title={t(`ask.${ask.kind}Heading`, { code })}
      lead={t(`ask.${ask.kind}Lead`)}
      onClose={onClose}
    >
      <AskForm ask={ask} services={services} onAnswer={onAnswer} onClose={onClose} />
    </Dialog>
  );
}

function AskForm({ ask, services, onAnswer, onClose }: AskDialogProps & { readonly ask: Ask }) {
  switch (ask.kind) {
    case 'cancel':
      return <CancelForm ask={ask} onAnswer={onAnswer} onClose={onClose} />;
    case 'hold':
      return <HoldForm ask={ask} onAnswer={onAnswer} onClose={onClose} />;
    case 'transfer':
      return <TransferForm ask={ask} services={services} onAnswer={onAnswer} onClose={onClose} />;
    case 'call':
    case 'leave':
      return <ConfirmForm ask={ask} onAnswer={onAnswer} onClose={onClose} />;
    default:
      return ask satisfies never;
  }
}

type FormProps<K extends Ask['kind']> = Pick<AskDialogProps, 'onAnswer' | 'onClose'> & {
  readonly ask: Extract<Ask, { kind: K }>;
};

/** Reasons that a person chooses from: an absence has an action of its own, with rules of its own. */
const REASONS = CANCEL_REASONS.filter((reason) => reason !== 'no_show');

function CancelForm({ ask, onAnswer, onClose }: FormProps<'cancel'>) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<CancelReason>('customer_left');
  return (
    <Form
      submit={t('action.cancel')}
      isDanger
      onClose={onClose}
      onSubmit={() => onAnswer(detailCommand({ action: 'cancel', reason }, ask.ticket.id))}
    >
      <Radio.Group
        label={t('ask.reason')}
        value={reason}
        onChange={(value) => setReason(REASONS.find((known) => known === value) ?? 'other')}
      >
        <Stack gap={6} mt={6}>
          {REASONS.map((known) => (
            <Radio key={known} value={known} label={t(`reason.${known}`)} className={css.choice ?? ''} />
          ))}
        </Stack>
      </Radio.Group>
    </Form>
  );
}

function HoldForm({ ask, onAnswer, onClose }: FormProps<'hold'>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    if (reason.trim() === '') setIsMissing(true);
    else onAnswer(detailCommand({ action: 'hold', reason }, ask.ticket.id));
  };
  return (
    <Form submit={t('ask.hold')} onClose={onClose} onSubmit={submit}>
      <TextInput
        data-autofocus
        label={t('ask.reason')}
        description={t('ask.reasonHint')}
        maxLength={NOTE_LENGTH_MAX}
        value={reason}
        error={isMissing && reason.trim() === '' ? errorText(new DoorError('text_empty')) : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Form>
  );
}

function TransferForm({
  ask,
  services,
  onAnswer,
  onClose,
}: FormProps<'transfer'> & { readonly services: readonly ServiceRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const others = services.filter((service) => service.id !== ask.ticket.serviceId);
  const [toServiceId, setToServiceId] = useState<ServiceId | undefined>(others[0]?.id);
  if (toServiceId === undefined) return <Text>{t('ask.transferNone')}</Text>;
  return (
    <Form
      submit={t('ask.transfer')}
      onClose={onClose}
      onSubmit={() => onAnswer(detailCommand({ action: 'transfer', toServiceId }, ask.ticket.id))}
    >
      <Radio.Group
        label={t('ask.service')}
        value={toServiceId}
        onChange={(value) => setToServiceId(others.find((service) => service.id === value)?.id)}
      >
        <Stack gap={6} mt={6} className={css.choices ?? ''}>
          {others.map((service) => (
            <Radio
              key={service.id}
              value={service.id}
              label={`${service.prefix} · ${format.local(service.name)}`}
              className={css.choice ?? ''}
            />
          ))}
        </Stack>
      </Radio.Group>
    </Form>
  );
}

function ConfirmForm({ ask, onAnswer, onClose }: FormProps<'call' | 'leave'>) {
  const { t } = useTranslation();
  const answer: NewCommand | 'leave' =
    ask.kind === 'leave' ? 'leave' : { type: 'ticket.call', ticketId: ask.ticket.id };
  return (
    <Form
      submit={ask.kind === 'leave' ? t('ask.leave') : t('action.call')}
      isDanger={ask.kind === 'leave'}
      onClose={onClose}
      onSubmit={() => onAnswer(answer)}
    />
  );
}

interface FormShellProps {
  readonly submit: string;
  readonly isDanger?: boolean;
  readonly children?: React.ReactNode;
  onSubmit(): void;
  onClose(): void;
}

function Form({ submit, isDanger = false, children, onSubmit, onClose }: FormShellProps) {
  const { t } = useTranslation();
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submitted}>
      {children}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('ask.back')}
        </Button>
        <Button type="submit" variant="filled" data-danger={isDanger || undefined}>
          {submit}
        </Button>
      </Group>
    </form>
  );
}
