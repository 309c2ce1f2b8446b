/** A ticket is called by its code, out of the order of the queue: which one, and why. */
import { Stack, TextInput } from '@mantine/core';
import { typedTicketCode } from '@totem/domain';
import { DoorError, useErrorText } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewCommand } from './actions.ts';
import { AskForm } from './ask-form.tsx';
import type { Callable } from './asks.ts';
import { ReasonField } from './reason-field.tsx';

interface FindFormProps {
  /** A ticket that waits, by its code, and why it may not be called from here. */
  find(code: string): Callable | undefined;
  onAnswer(answer: NewCommand): void;
  onClose(): void;
}

export function FindForm({ find, onAnswer, onClose }: FindFormProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [isSent, setIsSent] = useState(false);
  const code = typedTicketCode(typed);
  const found = code === undefined ? undefined : find(code);
  const fault = found === undefined ? 'ticket_not_found' : found.refusal;
  const submit = (): void => {
    setIsSent(true);
    if (found === undefined || fault !== undefined) return;
    const { ticket, isNext } = found;
    if (isNext) onAnswer({ type: 'ticket.call', ticketId: ticket.id });
    else if (reason.trim() !== '') onAnswer({ type: 'ticket.call', ticketId: ticket.id, reason });
  };
  const params =
    found === undefined ? {} : { code: found.ticket.code, state: t(`state.${found.ticket.state}`) };
  return (
    <AskForm submit={t('action.call')} onClose={onClose} onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t('queue.code')}
          description={t('ask.codeHint')}
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={16}
          value={typed}
          error={isSent && fault !== undefined ? errorText(new DoorError(fault, { params })) : undefined}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setIsSent(false);
          }}
        />
        {found?.isNext !== true && (
          <ReasonField
            value={reason}
            hint={t('ask.callHint')}
            isMissing={isSent && fault === undefined}
            onChange={setReason}
          />
        )}
      </Stack>
    </AskForm>
  );
}
