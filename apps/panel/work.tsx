/** The pages behind the sign-in, for one person at one site: the choice of a counter, then the desk with its queue. */

import { VisuallyHidden } from '@mantine/core';
import {
  type CounterRow,
  callingPlace,
  nextTicket,
  QUEUE_RULES_DEFAULT,
  queueRulesOf,
  type UserId,
} from '@totem/domain';
import { ErrorState, LoadingState, type Session, useDoor, useFormat } from '@totem/ui';
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { CounterChoice } from './counter/counter-choice.tsx';
import { mySession } from './counter/occupancy.ts';
import { useCounter } from './counter/use-counter.ts';
import { type DeskAction, isAllowed, type NewCommand, needsDetail, plainCommand } from './desk/actions.ts';
import { AskDialog } from './desk/ask-dialog.tsx';
import type { Ask } from './desk/asks.ts';
import { DeskPanel } from './desk/desk-panel.tsx';
import type { KeyAction } from './desk/keys.ts';
import { KeysHelp } from './desk/keys-help.tsx';
import { transferTargets } from './desk/targets.ts';
import { type Desk, noticeOf, useDesk } from './desk/use-desk.ts';
import { useDeskKeys, useKeysOn } from './desk/use-desk-keys.ts';
import { QueuePanel } from './queue/queue-panel.tsx';
import type { Branch } from './session/branch.ts';
import { PinStrip } from './session/pin-strip.tsx';
import { usePinCare } from './session/use-pin-care.ts';
import { Header } from './shell/header.tsx';
import { useNow } from './shell/now.ts';
import css from './shell/shell.module.css';
import { type SiteData, useSiteData } from './shell/site-data.ts';

interface WorkProps {
  readonly session: Session;
  readonly branch: Branch;
  readonly cloudUrl: string;
  /** The cloud's token of the moment. */
  readonly token: () => string | null;
  /** Ends the session of this tab. */
  onSignedOut(): void;
  /** Goes back to the choice of a site; absent with one site. */
  readonly onChangeSite: (() => void) | undefined;
}

export function Work({ session, branch, cloudUrl, token, onSignedOut, onChangeSite }: WorkProps) {
  const data = useSiteData();
  const nowMs = useNow();
  const format = useFormat();
  const server = useSyncExternalStore(branch.server.subscribe, branch.server.current);
  const pinCare = usePinCare(session, session.siteId ?? '', cloudUrl, server, token);
  const [isPinOpen, setIsPinOpen] = useState(false);
  const desk = useDesk(data.tickets.rows, session.user.id, branch.cloudDoor);
  const place = useCounter(data.counters, data.sessions.rows, session.user.id, desk.tell);
  const [isChoosing, setIsChoosing] = useState(false);
  const [ask, setAsk] = useState<Ask | undefined>();
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const [keysOn, setKeysOn] = useKeysOn();
  const { isLeaving, signOut } = useSignOut(place.counter, desk, onSignedOut, () =>
    setAsk({ kind: 'leave' }),
  );

  const isAtDesk = place.counter !== undefined && !isChoosing;
  const answered = (answer: NewCommand | 'leave'): void => {
    setAsk(undefined);
    if (answer === 'leave') onSignedOut();
    else void desk.send(answer);
  };
  const choose = async (counter: CounterRow): Promise<void> => {
    if (await place.open(counter)) setIsChoosing(false);
  };
  const header = (
    <Header
      session={session}
      site={data.site}
      counter={place.counter}
      link={data.link}
      source={server.source}
      isLeaving={isLeaving}
      onChangeCounter={isAtDesk ? () => setIsChoosing(true) : undefined}
      onChangeSite={onChangeSite}
      onPin={pinCare.choose && (() => setIsPinOpen(true))}
      onRefresh={() => void data.refreshCatalogue()}
      onHelp={() => setIsHelpOpen(true)}
      onSignOut={() => void signOut()}
    />
  );
  return (
    <div className={css.app}>
      <div>
        {header}
        <PinStrip
          access={branch.access}
          username={session.username ?? ''}
          care={pinCare}
          isOpen={isPinOpen}
          onOpen={setIsPinOpen}
        />
      </div>
      <main className={css.main}>
        <Whole data={data}>
          {isAtDesk ? (
            <DeskAndQueue
              data={data}
              desk={desk}
              counter={place.counter}
              userId={session.user.id}
              mayOverride={session.user.role === 'admin'}
              nowMs={nowMs}
              keysOn={keysOn}
              onAsk={setAsk}
              onHelp={() => setIsHelpOpen(true)}
            />
          ) : (
            <CounterChoice
              counters={data.counters}
              sessions={data.sessions.rows}
              services={data.services}
              userId={session.user.id}
              timezone={data.site?.timezone ?? 'UTC'}
              desk={desk}
              busy={place.isOpening}
              nowMs={nowMs}
              onChoose={(counter) => void choose(counter)}
              onKeep={place.counter === undefined ? undefined : () => setIsChoosing(false)}
            />
          )}
        </Whole>
      </main>
      <AskDialog
        ask={ask}
        targets={transferTargets(
          {
            ...data,
            services: data.services.values(),
            people: server.people,
            userId: session.user.id,
            counterId: place.counter?.id,
          },
          format.local,
        )}
        onAnswer={answered}
        onClose={() => setAsk(undefined)}
      />
      <KeysHelp
        opened={isHelpOpen}
        keysOn={keysOn}
        onKeysOn={setKeysOn}
        onClose={() => setIsHelpOpen(false)}
      />
    </div>
  );
}

/** Children when there are rows to show; else why there are none. */
function Whole({ data, children }: { readonly data: SiteData; readonly children: React.ReactNode }) {
  const { t } = useTranslation();
  const { status, error } = data.whole;
  if (status === 'live' || status === 'stale') return children;
  return (
    <div className={css.state}>
      <VisuallyHidden component="h1">{t('title')}</VisuallyHidden>
      {status === 'loading' ? (
        <LoadingState />
      ) : (
        <ErrorState error={error} onRetry={() => void data.refreshAll()} />
      )}
    </div>
  );
}

interface DeskAndQueueProps {
  readonly data: SiteData;
  readonly desk: Desk;
  readonly counter: CounterRow | undefined;
  readonly userId: string;
  readonly mayOverride: boolean;
  readonly nowMs: number;
  readonly keysOn: boolean;
  onAsk(ask: Ask): void;
  onHelp(): void;
}

function DeskAndQueue(props: DeskAndQueueProps) {
  const { data, desk, counter, userId, mayOverride, nowMs, keysOn, onAsk, onHelp } = props;
  const { inHand, busy, send, tell } = desk;
  const pausedReason = mySession(data.sessions.rows, userId)?.pausedReason ?? null;
  const isPaused = pausedReason !== null;
  const place = useMemo(
    () => counter && callingPlace({ id: userId as UserId, serviceIds: null }, counter),
    [counter, userId],
  );
  const act = useCallback(
    (pressed: DeskAction): void => {
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
      else if (action === 'pause') onAsk({ kind: 'pause' });
      else if (action === 'resume') void send({ type: 'operator.resume' });
      else if (inHand === undefined) return;
      else if (needsDetail(action)) onAsk({ kind: action, ticket: inHand });
      else void send(plainCommand(action, inHand.id));
    },
    [busy, inHand, isPaused, mayOverride, send, tell, onAsk],
  );
  const onKey = useCallback((key: KeyAction): void => (key === 'help' ? onHelp() : act(key)), [act, onHelp]);
  useDeskKeys(keysOn, onKey);
  const { next } = nextTicket(data.tickets.rows, place);
  return (
    <div className={css.desk}>
      <DeskPanel
        desk={desk}
        services={data.services}
        priorityClasses={data.priorityClasses}
        rules={data.site === undefined ? QUEUE_RULES_DEFAULT : queueRulesOf(data.site)}
        nextCode={next?.code}
        pausedReason={pausedReason}
        mayOverride={mayOverride}
        nowMs={nowMs}
        showKeys={keysOn}
        onAction={act}
      />
      <QueuePanel
        tickets={data.tickets.rows}
        place={place}
        services={data.services}
        priorityClasses={data.priorityClasses}
        nowMs={nowMs}
        canCall={inHand === undefined && !busy && !isPaused}
        mayOverride={mayOverride}
        onCommand={(command) => void send(command)}
        onAsk={onAsk}
      />
    </div>
  );
}

/** Signing out leaves the counter first, so that somebody else can have it. */
function useSignOut(
  counter: CounterRow | undefined,
  desk: Desk,
  onSignedOut: () => void,
  onStuck: () => void,
): { isLeaving: boolean; signOut(): Promise<void> } {
  const door = useDoor();
  const [isLeaving, setIsLeaving] = useState(false);
  const signOut = async (): Promise<void> => {
    setIsLeaving(true);
    try {
      if (counter !== undefined) await door.command({ type: 'counter.close' });
      onSignedOut();
    } catch (error) {
      const notice = noticeOf(error);
      if (notice.code === 'operator_busy') desk.tell(notice);
      else if (notice.code !== 'unauthorized') onStuck();
      setIsLeaving(false);
    }
  };
  return { isLeaving, signOut };
}
