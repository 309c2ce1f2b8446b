/** Where the operator sits: the counters of the site, which are free, which are taken. */

import { Button, UnstyledButton } from '@mantine/core';
import { IconArmchair, IconArrowRight, IconLock } from '@tabler/icons-react';
import type { CounterRow, OperatorSessionRow, ServiceRow } from '@totem/domain';
import { EmptyState, useFormat } from '@totem/ui';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { NoticeLine } from '../desk/notice-line.tsx';
import type { Desk } from '../desk/use-desk.ts';
import css from './counter.module.css';
import { type CounterPlace, counterPlaces } from './occupancy.ts';

interface CounterChoiceProps {
  readonly counters: readonly CounterRow[];
  readonly sessions: readonly OperatorSessionRow[];
  readonly services: ReadonlyMap<string, ServiceRow>;
  readonly userId: string;
  readonly timezone: string;
  readonly desk: Pick<Desk, 'notice' | 'tell'>;
  /** A counter is being opened. */
  readonly busy: boolean;
  readonly nowMs: number;
  onChoose(counter: CounterRow): void;
  /** Goes back to the counter at which the operator sits; absent without one. */
  readonly onKeep: (() => void) | undefined;
}

export function CounterChoice(props: CounterChoiceProps) {
  const { counters, sessions, services, userId, timezone, desk, busy, nowMs, onChoose, onKeep } = props;
  const { t } = useTranslation();
  const places = counterPlaces(counters, sessions, userId);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div>
          <h1 className={css.heading}>{t('counter.heading')}</h1>
          <p className={css.lead}>{t('counter.lead')}</p>
        </div>
        {onKeep !== undefined && (
          <Button size="md" variant="default" rightSection={<IconArrowRight size={18} />} onClick={onKeep}>
            {t('counter.keep')}
          </Button>
        )}
      </header>
      <NoticeLine notice={desk.notice} nowMs={nowMs} onDismiss={() => desk.tell(undefined)} />
      {places.length === 0 ? (
        <EmptyState icon={<IconArmchair stroke={1.5} />} title={t('counter.none')}>
          {t('counter.noneHint')}
        </EmptyState>
      ) : (
        <ul className={css.cards}>
          {places.map((place) => (
            <li key={place.counter.id}>
              <CounterCard
                place={place}
                services={services}
                timezone={timezone}
                busy={busy}
                onChoose={onChoose}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface CounterCardProps extends Pick<CounterChoiceProps, 'services' | 'timezone' | 'busy' | 'onChoose'> {
  readonly place: CounterPlace;
}

function CounterCard({ place, services, timezone, busy, onChoose }: CounterCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { counter, taken, since } = place;
  const aboutId = useId();
  const served = counter.serviceIds?.flatMap((id) => {
    const service = services.get(id);
    return service === undefined ? [] : [format.local(service.name)];
  });
  return (
    <div className={css.card} data-taken={taken}>
      <span className={css.number} aria-hidden>
        {counter.number}
      </span>
      {/* The name is the button; it is stretched over the whole card. */}
      <UnstyledButton
        className={css.name ?? ''}
        disabled={taken === 'by_other' || busy}
        aria-describedby={aboutId}
        onClick={() => onChoose(counter)}
      >
        {counter.name}
      </UnstyledButton>
      <div className={css.about} id={aboutId}>
        <div className={css.taken}>
          {taken === 'by_other' && <IconLock size={16} aria-hidden />}
          {taken === 'free' && t('counter.free')}
          {taken === 'by_me' && t('counter.mine')}
          {taken === 'by_other' &&
            t('counter.taken', { time: format.time(Date.parse(since ?? ''), timezone) })}
        </div>
        <div className={css.served}>{served?.join(', ') ?? t('counter.allServices')}</div>
      </div>
    </div>
  );
}
