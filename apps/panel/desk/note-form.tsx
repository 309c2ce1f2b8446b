/** The end of a service with a note: what whoever comes after should know. */

import { Textarea } from '@mantine/core';
import { NOTE_LENGTH_MAX } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { detailCommand, type NewCommand } from './actions.ts';
import { AskForm } from './ask-form.tsx';
import type { AskTicket } from './asks.ts';

interface NoteFormProps {
  readonly ticket: AskTicket;
  onAnswer(answer: NewCommand): void;
  onClose(): void;
}

export function NoteForm({ ticket, onAnswer, onClose }: NoteFormProps) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  return (
    <AskForm
      submit={t('action.finish')}
      onClose={onClose}
      onSubmit={() => onAnswer(detailCommand({ action: 'finishNote', note }, ticket.id))}
    >
      <Textarea
        data-autofocus
        label={t('ask.note')}
        description={t('ask.noteHint')}
        maxLength={NOTE_LENGTH_MAX}
        rows={3}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value.replaceAll('\n', ' '))}
      />
    </AskForm>
  );
}
