/** The right side of the panel: who waits, in the order in which they will be called, and what stands out. */

import { SegmentedControl } from '@mantine/core';
import { IconCoffee } from '@tabler/icons-react';
import {
  type CallingPlace,
  can,
  type PriorityClassRow,
  type QueueBook,
  type ServiceRow,
  type TicketRow,
} from '@totem/domain';
import { EmptyState, ServiceIcon, useFormat } from '@totem/ui';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NewCommand } from '../desk/actions.ts';
import type { Ask } from '../desk/asks.ts';
import { useMinutesText } from '../shell/now.ts';
import css from './queue.module.css';
import { QueueRow } from './queue-row.tsx';
import { minutesBetween, QUEUE_ROWS_MAX, queueView } from './queue-view.ts';

export interface QueuePanelProps {
  readonly tickets: readonly TicketRow[];
  /** The operator at their counter: who they may call. */
  readonly place: CallingPlace | undefined;
  readonly services: ReadonlyMap<string, ServiceRow>;
  readonly priorityClasses: ReadonlyMap<string, PriorityClassRow>;
  readonly nowMs: number;
  readonly book: QueueBook;
  readonly targetMinutes: number;
  readonly timezone: string;
  /** Whether a ticket may be called now: none is in hand and nothing is on its way. */
  readonly canCall: boolean;
  readonly mayOverride: boolean;
  onCommand(command: NewCommand): void;
  onAsk(ask: Ask): void;
}

const SCOPES = ['mine', 'all'] as const;
type Scope = (typeof SCOPES)[number];

export function QueuePanel(props: QueuePanelProps) {
  const { tickets, place, services, nowMs, book } = props;
  const { t } = useTranslation();
  const minutesText = useMinutesText();
  const [scope, setScope] = useState<Scope>('mine');
  const mine = useMemo(() => queueView(tickets, place, book), [tickets, place, book]);
  const all = useMemo(() => queueView(tickets, undefined, book), [tickets, book]);
  const view = scope === 'mine' ? mine : all;
  const isChoosy =
    all.entries.length > mine.entries.length ||
    (place !== undefined && (place.serviceIds !== null || place.priorityFrom !== null));
  const others = all.people - mine.people;
  const rest = view.entries.length - QUEUE_ROWS_MAX;
  const longest = view.longestSince === null ? 0 : minutesBetween(view.longestSince, nowMs);
  return (
    <section className={css.queue} aria-labelledby="queue-heading">
      <header className={css.head}>
        <h2 id="queue-heading" className={css.heading}>
          {t('queue.heading')}
        </h2>
        <Figure value={String(view.people)} name={t('queue.people', { count: view.people })} />
        {view.longestSince !== null && <Figure value={minutesText(longest)} name={t('queue.longest')} />}
        {view.held > 0 && (
          <Figure value={String(view.held)} name={t('queue.heldCount', { count: view.held })} />
        )}
      </header>
      <div className={css.filters}>
        <ServiceCounts people={view.peopleByService} services={services} />
        {isChoosy && (
          <SegmentedControl
            className={css.scope ?? ''}
            aria-label={t('queue.scope')}
            data={SCOPES.map((value) => ({ value, label: t(`queue.${value}`) }))}
            value={scope}
            onChange={(value) => setScope(SCOPES.find((known) => known === value) ?? 'mine')}
          />
        )}
      </div>
      {view.entries.length === 0 ? (
        <div className={css.empty}>
          <EmptyState icon={<IconCoffee stroke={1.5} />} title={t('queue.empty')}>
            {others > 0 ? t('queue.othersHint', { count: others }) : t('queue.emptyHint')}
          </EmptyState>
        </div>
      ) : (
        <QueueTable {...props} entries={view.entries.slice(0, QUEUE_ROWS_MAX)} />
      )}
      {rest > 0 && <p className={css.rest}>{t('queue.rest', { count: rest })}</p>}
    </section>
  );
}

function Figure({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <div className={css.figure}>
      <span className={css.figureValue}>{value}</span>
      <span className={css.figureName}>{name}</span>
    </div>
  );
}

interface ServiceCountsProps {
  readonly people: ReadonlyMap<string, number>;
  readonly services: ReadonlyMap<string, ServiceRow>;
}

function ServiceCounts({ people, services }: ServiceCountsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (people.size < 2) return null;
  const counted = [...services.values()].filter((service) => people.has(service.id));
  return (
    <ul className={css.counts} aria-label={t('queue.byService')}>
      {counted.map((service) => (
        <li key={service.id} className={css.count}>
          <ServiceIcon name={service.icon} size={16} />
          <span className={css.countName}>{format.local(service.name)}</span>
          <strong>{people.get(service.id)}</strong>
        </li>
      ))}
    </ul>
  );
}

type QueueTableProps = QueuePanelProps & {
  readonly entries: ReturnType<typeof queueView<TicketRow>>['entries'];
};

function QueueTable({
  entries,
  services,
  priorityClasses,
  nowMs,
  targetMinutes,
  timezone,
  canCall,
  mayOverride,
  onCommand,
  onAsk,
}: QueueTableProps) {
  const { t } = useTranslation();
  return (
    <div className={css.scroll}>
      <table className={css.table} aria-label={t('queue.heading')}>
        <thead>
          <tr>
            <th scope="col" className={css.position}>
              <abbr title={t('queue.position')}>#</abbr>
            </th>
            <th scope="col">{t('queue.code')}</th>
            <th scope="col">{t('queue.service')}</th>
            <th scope="col">{t('queue.priority')}</th>
            <th scope="col" className={css.waitHead}>
              {t('queue.waiting')}
            </th>
            <th scope="col" className={css.menuHead}>
              <span className={css.hidden}>{t('queue.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ ticket, position }) => (
            <QueueRow
              key={ticket.id}
              ticket={ticket}
              position={position}
              service={services.get(ticket.serviceId)}
              priorityClass={priorityClasses.get(ticket.priorityClassId)}
              nowMs={nowMs}
              targetMinutes={targetMinutes}
              timezone={timezone}
              canCall={canCall && can.call(ticket)}
              mayOverride={mayOverride}
              onCommand={onCommand}
              onAsk={onAsk}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
