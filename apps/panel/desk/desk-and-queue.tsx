/** The desk beside its queue: what is pressed on either side, and what the page does by itself. */
import {
  type CallingPlace,
  nextTicket,
  QUEUE_RULES_DEFAULT,
  type QueueBook,
  queueRulesOf,
  type TicketRow,
} from '@totem/domain';
import type { Door } from '@totem/ui';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { mySession } from '../counter/occupancy.ts';
import { QueuePanel } from '../queue/queue-panel.tsx';
import { queueView } from '../queue/queue-view.ts';
import { useArrivals } from '../shell/arrivals.ts';
import css from '../shell/shell.module.css';
import type { SiteData } from '../shell/site-data.ts';
import { type DeskAction, isAllowed, needsDetail, plainCommand } from './actions.ts';
import type { Ask } from './asks.ts';
import { useAutoCall } from './auto-call.ts';
import { DeskPanel } from './desk-panel.tsx';
import type { KeyAction } from './keys.ts';
import type { Desk } from './use-desk.ts';
import { useDeskKeys } from './use-desk-keys.ts';
import { usePerson } from './use-person.ts';
import { choiceOf } from './why.ts';

interface DeskAndQueueProps {
  readonly data: SiteData;
  readonly desk: Desk;
  /** The operator at their counter: who they may call. */
  readonly place: CallingPlace | undefined;
  readonly book: QueueBook;
  readonly cloudDoor: Door;
  readonly userId: string;
  readonly mayOverride: boolean;
  readonly nowMs: number;
  readonly keysOn: boolean;
  readonly autoCall: boolean;
  readonly alerts: boolean;
  /** A question is open: nothing happens by itself. */
  readonly isAsked: boolean;
  onAsk(ask: Ask): void;
  onHelp(): void;
}

export function DeskAndQueue(props: DeskAndQueueProps) {
  const { data, desk, place, book, userId, mayOverride, nowMs, keysOn, onAsk, onHelp } = props;
  const { inHand, busy, send } = desk;
  const pausedReason = mySession(data.sessions.rows, userId)?.pausedReason ?? null;
  const isPaused = pausedReason !== null;
  const act = useActs(props, isPaused);
  const onKey = useCallback((key: KeyAction): void => (key === 'help' ? onHelp() : act(key)), [act, onHelp]);
  useDeskKeys(keysOn, onKey);
  const { next } = nextTicket(data.tickets.rows, place, book);
  const autoCallSeconds = useByItself(props, { isPaused, hasNext: next !== undefined });
  const rules = data.site === undefined ? QUEUE_RULES_DEFAULT : queueRulesOf(data.site);
  const timezone = data.site?.timezone ?? 'UTC';
  return (
    <div className={css.desk}>
      <DeskPanel
        desk={desk}
        services={data.services}
        priorityClasses={data.priorityClasses}
        rules={rules}
        nextCode={next?.code}
        pausedReason={pausedReason}
        choice={inHand && choiceOf(data.calls.rows, inHand.id)}
        personName={usePerson(props.cloudDoor, inHand?.id)}
        timezone={timezone}
        currency={data.site?.currency ?? 'BRL'}
        autoCallSeconds={autoCallSeconds}
        explanation={useLostTo(props)}
        codeOf={(ticketId) => data.tickets.rows.find(({ id }) => id === ticketId)?.code}
        mayOverride={mayOverride}
        nowMs={nowMs}
        showKeys={keysOn}
        onAction={act}
      />
      <QueuePanel
        tickets={data.tickets.rows}
        place={place}
        book={book}
        services={data.services}
        priorityClasses={data.priorityClasses}
        nowMs={nowMs}
        targetMinutes={rules.waitTargetMinutes}
        timezone={timezone}
        canCall={inHand === undefined && !busy && !isPaused}
        mayOverride={mayOverride}
        onCommand={(command) => void send(command)}
        onAsk={onAsk}
      />
    </div>
  );
}

/** Actions that are asked about before anything is sent. */
function isQuestion(action: DeskAction): action is 'pause' | 'find' | 'issue' | 'checkIn' {
  return action === 'pause' || action === 'find' || action === 'issue' || action === 'checkIn';
}

/** What a press leads to: a command, a question, or a word about why not. */
function useActs(
  { desk, mayOverride, onAsk }: DeskAndQueueProps,
  isPaused: boolean,
): (pressed: DeskAction) => void {
  const { inHand, busy, send, tell } = desk;
  return useCallback(
    (pressed) => {
      if (busy) return;
      // One key begins a pause and ends it.
      const action = pressed === 'pause' && isPaused ? 'resume' : pressed;
      if (!isAllowed(action, { inHand, isPaused, mayOverride })) {
        // The key of the next call is the one that is pressed too early: say why. Others say nothing by mistake.
        if (action !== 'callNext') return;
        const params = inHand === undefined ? {} : { code: inHand.code };
        tell({
          code: inHand === undefined ? 'operator_paused' : 'operator_busy',
          params,
          atMs: Date.now(),
        });
        return;
      }
      if (action === 'callNext') void send({ type: 'ticket.call_next' });
      else if (isQuestion(action)) onAsk({ kind: action });
      else if (action === 'resume') void send({ type: 'operator.resume' });
      else if (inHand === undefined) return;
      else if (needsDetail(action)) onAsk({ kind: action, ticket: inHand });
      else void send(plainCommand(action, inHand.id));
    },
    [busy, inHand, isPaused, mayOverride, send, tell, onAsk],
  );
}

/** What the page does by itself: the next call after a service, and a word when somebody comes to an empty queue. */
function useByItself(
  { desk, data, place, book, nowMs, autoCall, alerts, isAsked }: DeskAndQueueProps,
  { isPaused, hasNext }: { readonly isPaused: boolean; readonly hasNext: boolean },
): number | undefined {
  const { t } = useTranslation();
  const { inHand, busy, send } = desk;
  const isFree = inHand === undefined && !busy && !isPaused;
  useArrivals({
    isOn: alerts,
    isIdle: isFree,
    waiting: queueView(data.tickets.rows, place, book).tickets,
    title: t('alert.title'),
    text: t('alert.text'),
  });
  const call = useCallback(() => void send({ type: 'ticket.call_next' }), [send]);
  return useAutoCall(
    { isOn: autoCall, isFree: isFree && !isAsked, hasNext, nowMs, inHandId: inHand?.id },
    call,
  );
}

/** A call that came too late: who was called meanwhile, and to which counter. */
function useLostTo({ desk, data }: DeskAndQueueProps): string | undefined {
  const { t } = useTranslation();
  const { notice } = desk;
  if (notice?.code !== 'ticket_state' && notice?.code !== 'ticket_taken') return undefined;
  const isOther = (ticket: TicketRow) => ticket.code === notice.params.code && ticket.counterId !== null;
  const counterId = data.tickets.rows.find(isOther)?.counterId;
  const counter = data.counters.find(({ id }) => id === counterId);
  return counter === undefined
    ? undefined
    : t('desk.lostTo', { code: String(notice.params.code), counter: counter.name });
}
