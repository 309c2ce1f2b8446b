/** The field for a reason in somebody's own words: it has to say something. */
import { TextInput } from '@mantine/core';
import { NOTE_LENGTH_MAX } from '@totem/domain';
import { DoorError, useErrorText } from '@totem/ui';
import { useTranslation } from 'react-i18next';

interface ReasonFieldProps {
  readonly value: string;
  readonly hint: string;
  /** It was sent empty. */
  readonly isMissing: boolean;
  readonly isFirst?: boolean;
  onChange(value: string): void;
}

export function ReasonField({ value, hint, isMissing, isFirst = false, onChange }: ReasonFieldProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <TextInput
      data-autofocus={isFirst || undefined}
      label={t('ask.reason')}
      description={hint}
      maxLength={NOTE_LENGTH_MAX}
      value={value}
      error={isMissing && value.trim() === '' ? errorText(new DoorError('text_empty')) : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
