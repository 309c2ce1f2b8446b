/** A ticket's state in a word, and that something about it did not fit. */
import type { AnswerOf, Routes } from '@totem/api';
import type { TicketState as State } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { Status, type Tone } from '../parts/status.tsx';

const TONES: Readonly<Record<State, Tone>> = {
  created: 'warning',
  waiting: 'warning',
  called: 'calm',
  in_service: 'calm',
  finished: 'good',
  canceled: 'quiet',
  expired: 'quiet',
};

export function TicketState({
  ticket,
}: {
  readonly ticket: Pick<AnswerOf<Routes['getTicket']>, 'state' | 'conflict'>;
}) {
  const { t } = useTranslation();
  if (ticket.conflict !== null)
    return (
      <Status tone="danger">{`${t(`ticketState.${ticket.state}`)} · ${t('ticket.withConflict')}`}</Status>
    );
  return <Status tone={TONES[ticket.state]}>{t(`ticketState.${ticket.state}`)}</Status>;
}
