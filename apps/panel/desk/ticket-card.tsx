/** The ticket in hand: its code, large enough to be read out from across the desk, and what the operator should know. */

import { IconAlertTriangle, IconUsers } from '@tabler/icons-react';
import { can, type PriorityClassRow, type ServiceRow, type TicketRow } from '@totem/domain';
import { Code, ServiceIcon, useFormat } from '@totem/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PriorityMark } from '../queue/priority-mark.tsx';
import { minutesBetween, waitingFrom } from '../queue/queue-view.ts';
import { stopwatchText, useMinutesText } from '../shell/now.ts';
import css from './desk.module.css';

/** Codes with a lane, such as `A2-014`, are drawn smaller so that they stay on one line. */
const LONG_CODE_LENGTH = 5;

interface TicketCardProps {
  readonly ticket: TicketRow;
  readonly service: ServiceRow | undefined;
  readonly priorityClass: PriorityClassRow | undefined;
  readonly nowMs: number;
  /** The name that was given, now that the person was called. */
  readonly personName: string | undefined;
  readonly children?: ReactNode;
}

export function TicketCard({ ticket, service, priorityClass, nowMs, personName, children }: TicketCardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  // What can still be started was only called so far.
  const isCalled = can.start(ticket);
  const status = isCalled ? t('desk.called') : t('desk.inService');
  return (
    <div className={css.ticket}>
      <div className={css.status} data-called={isCalled || undefined}>
        {status}
      </div>
      <div className={css.code} data-long={ticket.code.length > LONG_CODE_LENGTH || undefined}>
        <Code>{ticket.code}</Code>
      </div>
      {personName !== undefined && <div className={css.person}>{personName}</div>}
      <div className={css.service}>
        <ServiceIcon name={service?.icon ?? null} />
        <span>{service === undefined ? t('queue.unknownService') : format.local(service.name)}</span>
      </div>
      <div className={css.marks}>
        <PriorityMark tier={ticket.priority} priorityClass={priorityClass} isLarge />
        {ticket.partySize > 1 && (
          <span className={css.party}>
            <IconUsers size={18} aria-hidden /> {t('desk.party', { count: ticket.partySize })}
          </span>
        )}
      </div>
      <TicketFacts ticket={ticket} isCalled={isCalled} nowMs={nowMs} />
      {ticket.conflict !== null && (
        <div className={css.conflict}>
          <IconAlertTriangle size={20} aria-hidden />
          <span>{t(`conflict.${ticket.conflict}`)}</span>
        </div>
      )}
      {children}
    </div>
  );
}

/** The three figures below the code. */
function TicketFacts({
  ticket,
  isCalled,
  nowMs,
}: Pick<TicketCardProps, 'ticket' | 'nowMs'> & { readonly isCalled: boolean }) {
  const { t } = useTranslation();
  const minutesText = useMinutesText();
  const calledAtMs = ticket.calledAt === null ? nowMs : Date.parse(ticket.calledAt);
  const sinceMs = isCalled || ticket.startedAt === null ? calledAtMs : Date.parse(ticket.startedAt);
  const facts: readonly (readonly [string, string])[] = [
    [t('desk.waited'), minutesText(minutesBetween(waitingFrom(ticket), calledAtMs))],
    [t('desk.calls'), String(ticket.calls)],
    [isCalled ? t('desk.sinceCall') : t('desk.sinceStart'), stopwatchText(sinceMs, nowMs)],
  ];
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
