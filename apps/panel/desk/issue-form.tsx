/** A ticket for somebody who cannot use the kiosk: service, priority, how many come together, and a name if they give one. */
import { NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import {
  CUSTOMER_NAME_LENGTH_MAX,
  type LocalText,
  PARTY_SIZE_MAX,
  type PriorityClassId,
  type ServiceId,
} from '@totem/domain';
import { useFormat } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewCommand } from './actions.ts';
import { AskForm } from './ask-form.tsx';

/** What can be given here. */
export interface Issuable {
  readonly services: readonly { readonly id: ServiceId; readonly prefix: string; readonly name: LocalText }[];
  readonly priorityClasses: readonly { readonly id: PriorityClassId; readonly name: LocalText }[];
}

interface IssueFormProps {
  readonly issuable: Issuable;
  onAnswer(answer: NewCommand): void;
  onClose(): void;
}

export function IssueForm({ issuable, onAnswer, onClose }: IssueFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { services, priorityClasses } = issuable;
  const [service, setService] = useState(services[0]?.id);
  const [priorityClass, setPriorityClass] = useState(priorityClasses[0]?.id);
  const [partySize, setPartySize] = useState(1);
  const [name, setName] = useState('');
  const submit = (): void => {
    if (service === undefined || priorityClass === undefined) return;
    const customer = name.trim() === '' ? {} : { customer: { name } };
    onAnswer({
      type: 'ticket.create',
      serviceId: service,
      priorityClassId: priorityClass,
      partySize,
      ...customer,
    });
  };
  return (
    <AskForm submit={t('ask.issue')} onClose={onClose} onSubmit={submit}>
      <Stack gap="md">
        <NativeSelect
          data-autofocus
          label={t('queue.service')}
          data={services.map(({ id, prefix, name: text }) => ({
            value: id,
            label: `${prefix} · ${format.local(text)}`,
          }))}
          value={service ?? ''}
          onChange={({ currentTarget }) =>
            setService(services.find(({ id }) => id === currentTarget.value)?.id)
          }
        />
        <NativeSelect
          label={t('queue.priority')}
          data={priorityClasses.map(({ id, name: text }) => ({ value: id, label: format.local(text) }))}
          value={priorityClass ?? ''}
          onChange={({ currentTarget }) =>
            setPriorityClass(priorityClasses.find(({ id }) => id === currentTarget.value)?.id)
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
        <TextInput
          label={t('ask.name')}
          description={t('ask.nameHint')}
          autoComplete="off"
          maxLength={CUSTOMER_NAME_LENGTH_MAX}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Stack>
    </AskForm>
  );
}
