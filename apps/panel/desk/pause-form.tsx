/** Why the operator leaves the counter for a while: the usual reasons with one key each way, or their own words. */
import { Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewCommand } from './actions.ts';
import { AskForm } from './ask-form.tsx';
import css from './desk.module.css';
import { ReasonField } from './reason-field.tsx';

/** The usual reasons; what is written down is the reader's own word for it. */
const PAUSES = ['meal', 'break', 'meeting', 'errand', 'other'] as const;
type Pause = (typeof PAUSES)[number];

interface PauseFormProps {
  onAnswer(answer: NewCommand): void;
  onClose(): void;
}

export function PauseForm({ onAnswer, onClose }: PauseFormProps) {
  const { t } = useTranslation();
  const [pause, setPause] = useState<Pause>('break');
  const [words, setWords] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    const reason = pause === 'other' ? words : t(`pause.${pause}`);
    if (reason.trim() === '') setIsMissing(true);
    else onAnswer({ type: 'operator.pause', reason });
  };
  return (
    <AskForm submit={t('action.pause')} onClose={onClose} onSubmit={submit}>
      <Radio.Group
        label={t('ask.reason')}
        value={pause}
        onChange={(value) => setPause(PAUSES.find((known) => known === value) ?? 'other')}
      >
        <Stack gap={6} mt={6}>
          {PAUSES.map((known) => (
            <Radio
              key={known}
              value={known}
              label={t(`pause.${known}`)}
              className={css.choice ?? ''}
              data-autofocus={known === pause || undefined}
            />
          ))}
        </Stack>
      </Radio.Group>
      {pause === 'other' && (
        <ReasonField
          value={words}
          hint={t('ask.pauseHint')}
          isMissing={isMissing}
          isFirst
          onChange={setWords}
        />
      )}
    </AskForm>
  );
}
