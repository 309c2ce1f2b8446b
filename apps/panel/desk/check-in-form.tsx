/** Somebody has come for an appointment: its code, and what their ticket needs besides. */
import { NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { PARTY_SIZE_MAX } from '@totem/domain';
import { DoorError, useErrorText, useFormat } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AskForm } from './ask-form.tsx';
import type { CheckIn } from './asks.ts';
import type { Issuable } from './issue-form.tsx';

interface CheckInFormProps {
  readonly priorityClasses: Issuable['priorityClasses'];
  onCheckIn(checkIn: CheckIn): void;
  onClose(): void;
}

export function CheckInForm({ priorityClasses, onCheckIn, onClose }: CheckInFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const [code, setCode] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const [priorityClassId, setPriorityClassId] = useState(priorityClasses[0]?.id);
  const [partySize, setPartySize] = useState(1);
  const submit = (): void => {
    if (code.trim() === '' || priorityClassId === undefined) setIsMissing(true);
    else onCheckIn({ code: code.trim(), priorityClassId, partySize });
  };
  return (
    <AskForm submit={t('ask.checkIn')} onClose={onClose} onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t('ask.bookingCode')}
          description={t('ask.bookingCodeHint')}
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={16}
          value={code}
          error={isMissing && code.trim() === '' ? errorText(new DoorError('text_empty')) : undefined}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('queue.priority')}
          data={priorityClasses.map(({ id, name }) => ({ value: id, label: format.local(name) }))}
          value={priorityClassId ?? ''}
          onChange={({ currentTarget }) =>
            setPriorityClassId(priorityClasses.find(({ id }) => id === currentTarget.value)?.id)
          }
        />
        <NumberInput
          label={t('ask.partySize')}
          description={t('ask.partySizeHint')}
          min={1}
          max={PARTY_SIZE_MAX}
          allowDecimal={false}
          clampBehavior="strict"
          value={partySize}
          onChange={(value) => setPartySize(typeof value === 'number' && value >= 1 ? value : 1)}
        />
      </Stack>
    </AskForm>
  );
}
