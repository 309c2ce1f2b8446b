/** One line of the queue: place, code, service, priority, wait, and what may be done with it besides waiting. */

import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCalendarCheck,
  IconClockExclamation,
  IconDotsVertical,
  IconHandStop,
  IconPencilBolt,
  IconPlayerTrackNext,
  IconPrinter,
  IconSpeakerphone,
  IconUsers,
  IconX,
} from '@tabler/icons-react';
import { can, type PriorityClassRow, type ServiceRow, type TicketRow } from '@totem/domain';
import { Code, useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import type { NewCommand } from '../desk/actions.ts';
import type { Ask } from '../desk/asks.ts';
import { useMinutesText } from '../shell/now.ts';
import { PriorityMark } from './priority-mark.tsx';
import css from './queue.module.css';
import { minutesBetween, stageMinutes, type WaitLevel, waitingFrom, waitLevel } from './queue-view.ts';

interface QueueRowProps {
  readonly ticket: TicketRow;
  readonly position: number | null;
  readonly service: ServiceRow | undefined;
  readonly priorityClass: PriorityClassRow | undefined;
  readonly nowMs: number;
  /** The longest that anybody should wait here, in minutes. */
  readonly targetMinutes: number;
  readonly timezone: string;
  readonly canCall: boolean;
  readonly mayOverride: boolean;
  onCommand(command: NewCommand): void;
  onAsk(ask: Ask): void;
}

export function QueueRow(props: QueueRowProps) {
  const { ticket, position, service, priorityClass, nowMs, timezone } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const minutesText = useMinutesText();
  const minutes = minutesBetween(waitingFrom(ticket), nowMs);
  const level = waitLevel(minutes, props.targetMinutes);
  const stage = stageMinutes(ticket, nowMs);
  return (
    <tr
      className={css.row}
      data-held={position === null || undefined}
      data-next={position === 1 || undefined}
    >
      <td className={css.position}>{position ?? '–'}</td>
      <td className={css.code}>
        <Code>{ticket.code}</Code>
        {ticket.partySize > 1 && (
          <span className={css.party} title={t('desk.party', { count: ticket.partySize })}>
            <IconUsers size={14} aria-hidden />
            {ticket.partySize}
          </span>
        )}
      </td>
      <td className={css.service}>
        <span>{service === undefined ? t('queue.unknownService') : format.local(service.name)}</span>
        {ticket.appointmentAt !== null && (
          <span className={css.booked}>
            <IconCalendarCheck size={14} aria-hidden />{' '}
            {t('queue.booked', { time: format.time(Date.parse(ticket.appointmentAt), timezone) })}
          </span>
        )}
        {ticket.heldReason !== null && (
          <span className={css.held}>
            <IconHandStop size={14} aria-hidden /> {t('queue.heldReason', { reason: ticket.heldReason })}
          </span>
        )}
      </td>
      <td>
        <PriorityMark tier={ticket.priority} priorityClass={priorityClass} />
      </td>
      <td className={css.wait} data-level={level}>
        <WaitMark level={level} />
        {minutesText(minutes)}
        {stage !== undefined && (
          <span className={css.stage}>{t('queue.stage', { time: minutesText(stage) })}</span>
        )}
      </td>
      <td className={css.menu}>
        <RowMenu {...props} />
      </td>
    </tr>
  );
}

function WaitMark({ level }: { readonly level: WaitLevel }) {
  const { t } = useTranslation();
  switch (level) {
    case 'usual':
      return null;
    case 'long':
      return <IconClockExclamation size={16} role="img" aria-label={t('queue.longWait')} />;
    case 'very_long':
      return <IconClockExclamation size={16} role="img" aria-label={t('queue.veryLongWait')} />;
    default:
      return level satisfies never;
  }
}

function RowMenu({ ticket, position, canCall, mayOverride, onCommand, onAsk }: QueueRowProps) {
  const { t } = useTranslation();
  const ticketId = ticket.id;
  const isHeld = position === null;
  // The first in line is called in order; any other is called out of order, and that is asked first.
  const call = (): void =>
    position === 1 ? onCommand({ type: 'ticket.call', ticketId }) : onAsk({ kind: 'call', ticket });
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('action.rowMenu', { code: ticket.code })}
        >
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!isHeld && (
          <Menu.Item
            leftSection={<IconSpeakerphone size={18} aria-hidden />}
            disabled={!canCall}
            onClick={call}
          >
            {t('action.call')}
          </Menu.Item>
        )}
        {isHeld && can.release(ticket) && (
          <Menu.Item
            leftSection={<IconPlayerTrackNext size={18} aria-hidden />}
            onClick={() => onCommand({ type: 'ticket.release', ticketId })}
          >
            {t('action.release')}
          </Menu.Item>
        )}
        {!isHeld && can.hold(ticket) && (
          <Menu.Item
            leftSection={<IconHandStop size={18} aria-hidden />}
            onClick={() => onAsk({ kind: 'hold', ticket })}
          >
            {t('action.hold')}
          </Menu.Item>
        )}
        {can.reprint(ticket) && (
          <Menu.Item
            leftSection={<IconPrinter size={18} aria-hidden />}
            onClick={() => onAsk({ kind: 'reprint', ticket })}
          >
            {t('action.reprint')}
          </Menu.Item>
        )}
        {mayOverride && (
          <Menu.Item
            leftSection={<IconPencilBolt size={18} aria-hidden />}
            onClick={() => onAsk({ kind: 'override', ticket })}
          >
            {t('action.override')}
          </Menu.Item>
        )}
        {can.cancel(ticket) && (
          <Menu.Item
            data-danger
            leftSection={<IconX size={18} aria-hidden />}
            onClick={() => onAsk({ kind: 'cancel', ticket })}
          >
            {t('action.cancel')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
