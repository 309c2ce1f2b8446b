/** Somebody has come for an appointment: who it is in the agenda of the day, or their code; and what their ticket needs besides. */
import { NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { APPOINTMENT_CODE_TYPED_MAX, PARTY_SIZE_MAX } from '@totem/domain';
import { asDoorError, DoorError, useErrorText, useFormat, useShape } from '@totem/ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AgendaSource, bookedHere, meant, searched } from './agenda.ts';
import { type Agenda, AgendaList } from './agenda-list.tsx';
import { AskForm } from './ask-form.tsx';
import type { CheckIn } from './asks.ts';
import css from './desk.module.css';
import type { Issuable } from './issue-form.tsx';

interface CheckInFormProps {
  readonly priorityClasses: Issuable['priorityClasses'];
  readonly agenda: AgendaOfSite;
  onCheckIn(checkIn: CheckIn): void;
  onClose(): void;
}

/** The agenda, and what its lines are written with. */
export interface AgendaOfSite {
  readonly read: AgendaSource;
  /** The site is asked, and not the cloud: what is booked is known, and who it is perhaps later. */
  readonly isAtHub: boolean;
  readonly timezone: string;
  serviceName(serviceId: string): string;
}

export function CheckInForm({ priorityClasses, agenda: source, onCheckIn, onClose }: CheckInFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const { agenda, isWithoutNames } = useAgenda(source);
  const [typed, setTyped] = useState('');
  const [pickedId, setPickedId] = useState<string | undefined>();
  const [isMissing, setIsMissing] = useState(false);
  const [priorityClassId, setPriorityClassId] = useState(priorityClasses[0]?.id);
  const [partySize, setPartySize] = useState(1);
  const isKnown = agenda !== undefined && !(agenda instanceof DoorError);
  const found = isKnown ? searched(agenda, typed) : [];
  const picked = meant(found, pickedId);
  const isChoice = found.some(({ state }) => state === 'booked');
  // What nobody in the list can be meant by is a code, which the server knows or refuses.
  const code = picked?.code ?? (isChoice ? '' : typed.trim().slice(0, APPOINTMENT_CODE_TYPED_MAX));
  const submit = (): void => {
    if (code === '' || priorityClassId === undefined) setIsMissing(true);
    else onCheckIn({ code, priorityClassId, partySize });
  };
  return (
    <AskForm submit={t('ask.checkIn')} onClose={onClose} onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t('agenda.search')}
          autoComplete="off"
          maxLength={80}
          leftSection={<IconSearch size={18} aria-hidden />}
          value={typed}
          error={isMissing && code === '' ? t(isChoice ? 'agenda.pick' : 'agenda.missing') : undefined}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <AgendaList
          {...source}
          agenda={agenda}
          isWithoutNames={isWithoutNames}
          found={found}
          pickedId={picked?.id}
          onPick={setPickedId}
        />
        <div className={css.beforeCheckIn}>
          <NativeSelect
            label={t('queue.priority')}
            data={priorityClasses.map(({ id, name }) => ({ value: id, label: format.local(name) }))}
            value={priorityClassId ?? ''}
            error={
              isMissing && priorityClassId === undefined
                ? errorText(new DoorError('priority_class_not_found'))
                : undefined
            }
            onChange={({ currentTarget }) =>
              setPriorityClassId(priorityClasses.find(({ id }) => id === currentTarget.value)?.id)
            }
          />
          <NumberInput
            label={t('ask.partySize')}
            min={1}
            max={PARTY_SIZE_MAX}
            allowDecimal={false}
            clampBehavior="strict"
            value={partySize}
            onChange={(value) => setPartySize(typeof value === 'number' && value >= 1 ? value : 1)}
          />
        </div>
      </Stack>
    </AskForm>
  );
}

/** Read when the question is asked: who has come meanwhile is in it. Without the cloud, what the site knows by itself. */
function useAgenda({ read, timezone, isAtHub }: AgendaOfSite): {
  readonly agenda: Agenda;
  readonly isWithoutNames: boolean;
} {
  const [agenda, setAgenda] = useState<Agenda>();
  const here = useShape('appointment', { live: false });
  const { refresh } = here;
  useEffect(() => {
    let isOpen = true;
    const keep = (known: Agenda): void => {
      if (isOpen) setAgenda(known);
    };
    read().then(keep, (error: unknown) => keep(asDoorError(error)));
    void refresh();
    return () => {
      isOpen = false;
    };
  }, [read, refresh]);
  const isMissing = agenda instanceof DoorError || (agenda === undefined && isAtHub);
  const isWithoutNames = isMissing && here.rows.length > 0;
  return {
    agenda: isWithoutNames ? bookedHere(here.rows, { timezone, nowMs: Date.now() }) : agenda,
    isWithoutNames,
  };
}
