/** A change of a ticket by hand, for an admin: to which state, and why. It is written down with their name. */
import { Radio, Stack } from '@mantine/core';
import { TICKET_STATES, type TicketState } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { detailCommand, type NewCommand } from './actions.ts';
import { AskForm } from './ask-form.tsx';
import type { AskTicket } from './asks.ts';
import css from './desk.module.css';
import { ReasonField } from './reason-field.tsx';

interface OverrideFormProps {
  readonly ticket: AskTicket;
  onAnswer(answer: NewCommand): void;
  onClose(): void;
}

export function OverrideForm({ ticket, onAnswer, onClose }: OverrideFormProps) {
  const { t } = useTranslation();
  const states = TICKET_STATES.filter((state) => state !== ticket.state);
  const [to, setTo] = useState<TicketState>(states.find((state) => state === 'finished') ?? 'waiting');
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    if (reason.trim() === '') setIsMissing(true);
    else onAnswer(detailCommand({ action: 'override', to, reason }, ticket.id));
  };
  return (
    <AskForm submit={t('ask.override')} isDanger onClose={onClose} onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group
          label={t('ask.overrideTo')}
          value={to}
          onChange={(value) => setTo(states.find((known) => known === value) ?? to)}
        >
          <Stack gap={6} mt={6}>
            {states.map((state) => (
              <Radio key={state} value={state} label={t(`state.${state}`)} className={css.choice ?? ''} />
            ))}
          </Stack>
        </Radio.Group>
        <ReasonField
          value={reason}
          hint={t('ask.overrideHint')}
          isMissing={isMissing}
          isFirst
          onChange={setReason}
        />
      </Stack>
    </AskForm>
  );
}
