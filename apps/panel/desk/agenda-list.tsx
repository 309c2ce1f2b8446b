/** The appointments of the day in a list, one of which can be picked: with the arrows of the keyboard, or by a press. */
import { Radio, Stack } from '@mantine/core';
import { DoorError, LoadingState, useErrorText, useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import type { Booking } from './agenda.ts';
import css from './desk.module.css';

/** What is known of the agenda: undefined while it is being read. */
export type Agenda = readonly Booking[] | DoorError | undefined;

interface AgendaListProps {
  readonly agenda: Agenda;
  /** It is what the site knows by itself. */
  readonly isWithoutNames: boolean;
  /** Those of it that were searched for. */
  readonly found: readonly Booking[];
  readonly pickedId: string | undefined;
  readonly timezone: string;
  serviceName(serviceId: string): string;
  onPick(id: string): void;
}

export function AgendaList(props: AgendaListProps) {
  const { agenda, isWithoutNames, found, pickedId, timezone, serviceName, onPick } = props;
  const { t } = useTranslation();
  const errorText = useErrorText();
  const format = useFormat();
  if (agenda === undefined) return <LoadingState />;
  if (agenda instanceof DoorError)
    return <p className={css.agendaNote}>{t('agenda.failed', { why: errorText(agenda) })}</p>;
  if (found.length === 0)
    return <p className={css.agendaNote}>{t(agenda.length === 0 ? 'agenda.none' : 'agenda.noMatch')}</p>;
  return (
    <Radio.Group
      label={t('agenda.list')}
      description={isWithoutNames ? t('agenda.withoutNames') : undefined}
      value={pickedId ?? null}
      onChange={onPick}
    >
      <Stack gap={2} mt={6} className={css.agenda ?? ''}>
        {found.map(({ id, slot, code, state, serviceId, person }) => (
          <Radio
            key={id}
            value={id}
            disabled={state !== 'booked'}
            className={css.choice ?? ''}
            classNames={{ labelWrapper: css.bookingRow ?? '', label: css.bookingRow ?? '' }}
            label={
              <span className={css.booking}>
                <strong>{format.time(Date.parse(slot), timezone)}</strong>
                <span className={css.bookingWho}>{person?.name ?? t('agenda.unnamed')}</span>
                <span className={css.bookingCode}>{code}</span>
                <span className={css.bookingWhat}>
                  {serviceName(serviceId)}
                  {state !== 'booked' && ` · ${t(`agenda.is.${state}`)}`}
                </span>
              </span>
            }
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
