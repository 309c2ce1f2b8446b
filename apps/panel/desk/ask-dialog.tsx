/** The dialogs that ask before an action: why a ticket is cancelled or held, where it is transferred to, and "are you sure". */

import { Radio, Stack } from '@mantine/core';
import { CANCEL_REASONS, type CancelReason } from '@totem/domain';
import { Dialog } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { detailCommand, type NewCommand } from './actions.ts';
import { AskForm } from './ask-form.tsx';
import type { Ask, Callable, CheckIn } from './asks.ts';
import { type AgendaOfSite, CheckInForm } from './check-in-form.tsx';
import css from './desk.module.css';
import { FindForm } from './find-form.tsx';
import { type Issuable, IssueForm } from './issue-form.tsx';
import { NoteForm } from './note-form.tsx';
import { OverrideForm } from './override-form.tsx';
import { PauseForm } from './pause-form.tsx';
import { ReasonField } from './reason-field.tsx';
import { TransferForm, type TransferTargets } from './transfer-form.tsx';

interface AskDialogProps {
  readonly ask: Ask | undefined;
  readonly targets: TransferTargets;
  readonly issuable: Issuable;
  find(code: string): Callable | undefined;
  readonly agenda: AgendaOfSite;
  /** The person's answer: a command to send, or that they leave all the same. */
  onAnswer(answer: NewCommand | 'leave'): void;
  onCheckIn(checkIn: CheckIn): void;
  onClose(): void;
}

/** One dialog at a time; none without a question. */
export function AskDialog(props: AskDialogProps) {
  const { ask, onClose } = props;
  const { t } = useTranslation();
  if (ask === undefined) return null;
  const code = 'ticket' in ask ? ask.ticket.code : '';
  return (
    <Dialog
      opened
      title={t(`ask.${ask.kind}Heading`, { code })}
      lead={t(`ask.${ask.kind}Lead`)}
      onClose={onClose}
    >
      <Question {...props} ask={ask} />
    </Dialog>
  );
}

function Question({
  ask,
  targets,
  issuable,
  find,
  agenda,
  onCheckIn,
  onAnswer,
  onClose,
}: AskDialogProps & { readonly ask: Ask }) {
  switch (ask.kind) {
    case 'cancel':
      return <CancelForm ask={ask} onAnswer={onAnswer} onClose={onClose} />;
    case 'hold':
    case 'reprint':
      return <ReasonForm ask={ask} onAnswer={onAnswer} onClose={onClose} />;
    case 'transfer':
      return <TransferForm ticket={ask.ticket} targets={targets} onAnswer={onAnswer} onClose={onClose} />;
    case 'override':
      return <OverrideForm ticket={ask.ticket} onAnswer={onAnswer} onClose={onClose} />;
    case 'pause':
      return <PauseForm onAnswer={onAnswer} onClose={onClose} />;
    case 'finishNote':
      return <NoteForm ticket={ask.ticket} onAnswer={onAnswer} onClose={onClose} />;
    case 'find':
      return <FindForm find={find} onAnswer={onAnswer} onClose={onClose} />;
    case 'issue':
      return <IssueForm issuable={issuable} onAnswer={onAnswer} onClose={onClose} />;
    case 'checkIn':
      return (
        <CheckInForm
          priorityClasses={issuable.priorityClasses}
          agenda={agenda}
          onCheckIn={onCheckIn}
          onClose={onClose}
        />
      );
    case 'call':
      return <CallForm ask={ask} onAnswer={onAnswer} onClose={onClose} />;
    case 'leave':
      return <LeaveForm onAnswer={onAnswer} onClose={onClose} />;
    default:
      return ask satisfies never;
  }
}

type FormProps<K extends Ask['kind']> = Pick<AskDialogProps, 'onAnswer' | 'onClose'> & {
  readonly ask: Extract<Ask, { readonly kind: K }>;
};

/** Reasons that a person chooses from: an absence has an action of its own, with rules of its own. */
const REASONS = CANCEL_REASONS.filter((reason) => reason !== 'no_show');

function CancelForm({ ask, onAnswer, onClose }: FormProps<'cancel'>) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<CancelReason>('customer_left');
  return (
    <AskForm
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
    </AskForm>
  );
}

/** What needs no more than a reason. */
function ReasonForm({ ask, onAnswer, onClose }: FormProps<'hold' | 'reprint'>) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    if (reason.trim() === '') setIsMissing(true);
    else onAnswer(detailCommand({ action: ask.kind, reason }, ask.ticket.id));
  };
  return (
    <AskForm submit={t(`ask.${ask.kind}`)} onClose={onClose} onSubmit={submit}>
      <ReasonField
        value={reason}
        hint={t(`ask.${ask.kind}Hint`)}
        isMissing={isMissing}
        isFirst
        onChange={setReason}
      />
    </AskForm>
  );
}

/** Out of the order: why this one is written down. */
function CallForm({ ask, onAnswer, onClose }: FormProps<'call'>) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    if (reason.trim() === '') setIsMissing(true);
    else onAnswer({ type: 'ticket.call', ticketId: ask.ticket.id, reason });
  };
  return (
    <AskForm submit={t('action.call')} onClose={onClose} onSubmit={submit}>
      <ReasonField
        value={reason}
        hint={t('ask.callHint')}
        isMissing={isMissing}
        isFirst
        onChange={setReason}
      />
    </AskForm>
  );
}

function LeaveForm({ onAnswer, onClose }: Pick<AskDialogProps, 'onAnswer' | 'onClose'>) {
  const { t } = useTranslation();
  return <AskForm submit={t('ask.leave')} isDanger onClose={onClose} onSubmit={() => onAnswer('leave')} />;
}
