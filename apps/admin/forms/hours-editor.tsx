/** Opening hours: always, or for each weekday the intervals of a day. One day can be given to all working days. */
import { ActionIcon, Button, Fieldset, Switch, TextInput } from '@mantine/core';
import { IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import type { OpeningHours } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from './field.ts';
import css from './forms.module.css';
import { type Interval, WEEKDAYS, WORKING_DAYS, withDay } from './hours.ts';

const NEW_INTERVAL: Interval = ['09:00', '17:00'];
const INTERVALS_MAX = 6;

export function HoursEditor({ label, hint, error, value, isDisabled, sight, onChange }: FieldProps) {
  const { t } = useTranslation();
  const hours = (value ?? null) as OpeningHours;
  const weekday = new Intl.DateTimeFormat(sight.format.locale, { weekday: 'long', timeZone: 'UTC' });
  return (
    <Fieldset legend={label} className={css.group ?? ''} disabled={isDisabled}>
      {hint !== undefined && <p className={css.hint}>{hint}</p>}
      <Switch
        className="totem-switch"
        size="md"
        label={t('hours.always')}
        checked={hours === null}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked
              ? null
              : Object.fromEntries(WORKING_DAYS.map((day) => [day, [NEW_INTERVAL]])),
          )
        }
      />
      {hours !== null && (
        <ul className={css.days}>
          {WEEKDAYS.map((day) => (
            <Day
              key={day}
              // The first Monday of 2024 was the first of January.
              name={weekday.format(Date.UTC(2024, 0, Number(day)))}
              intervals={hours[day] ?? []}
              onChange={(intervals) => onChange(withDay(hours, day, intervals))}
              onCopy={() =>
                onChange(WORKING_DAYS.reduce((all, one) => withDay(all, one, hours[day] ?? []), hours))
              }
            />
          ))}
        </ul>
      )}
      {error !== undefined && <p className={css.fault}>{error}</p>}
    </Fieldset>
  );
}

interface DayProps {
  readonly name: string;
  readonly intervals: readonly Interval[];
  onChange(intervals: readonly Interval[]): void;
  onCopy(): void;
}

function Day({ name, intervals, onChange, onCopy }: DayProps) {
  const { t } = useTranslation();
  const put = (index: number, end: 0 | 1, time: string): void =>
    onChange(
      intervals.map((interval, at): Interval => {
        if (at !== index) return interval;
        return end === 0 ? [time, interval[1]] : [interval[0], time];
      }),
    );
  return (
    <li className={css.day}>
      <span className={css.dayName}>{name}</span>
      <div className={css.intervals}>
        {intervals.length === 0 && <span className={css.closed}>{t('hours.closed')}</span>}
        {intervals.map(([from, until], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an interval is known by its place alone, and its ends change.
          <div key={index} className={css.interval}>
            <TextInput
              type="time"
              size="md"
              aria-label={t('hours.from', { day: name })}
              value={from}
              onChange={(event) => put(index, 0, event.currentTarget.value)}
            />
            <span aria-hidden>–</span>
            <TextInput
              type="time"
              size="md"
              aria-label={t('hours.until', { day: name })}
              value={until === '24:00' ? '23:59' : until}
              onChange={(event) => put(index, 1, event.currentTarget.value)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={44}
              aria-label={t('hours.remove', { day: name })}
              onClick={() => onChange(intervals.filter((_, at) => at !== index))}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </div>
        ))}
      </div>
      <div className={css.dayTools}>
        {intervals.length < INTERVALS_MAX && (
          <Button
            variant="subtle"
            h={44}
            px="sm"
            leftSection={<IconPlus size={16} aria-hidden />}
            aria-label={t('hours.addTo', { day: name })}
            onClick={() => onChange([...intervals, NEW_INTERVAL])}
          >
            {t('hours.add')}
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          aria-label={t('hours.copy', { day: name })}
          title={t('hours.copy', { day: name })}
          onClick={onCopy}
        >
          <IconCopy size={18} aria-hidden />
        </ActionIcon>
      </div>
    </li>
  );
}
