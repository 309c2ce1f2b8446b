/** The pages behind the sign-in, for one person at one site: the choice of a counter, then the desk with its queue. */

import { VisuallyHidden } from '@mantine/core';
import { type CounterRow, callingPlace, type UserId } from '@totem/domain';
import {
  type Door,
  ErrorState,
  LoadingState,
  type Session,
  unlockSound,
  useDoor,
  useFormat,
} from '@totem/ui';
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { CounterChoice } from './counter/counter-choice.tsx';
import { useCounter } from './counter/use-counter.ts';
import type { NewCommand } from './desk/actions.ts';
import { readAgenda } from './desk/agenda.ts';
import { AskDialog } from './desk/ask-dialog.tsx';
import type { Ask } from './desk/asks.ts';
import type { AgendaOfSite } from './desk/check-in-form.tsx';
import { DeskAndQueue } from './desk/desk-and-queue.tsx';
import { issuableAt } from './desk/issuable.ts';
import { KeysHelp } from './desk/keys-help.tsx';
import { type TargetsFrom, transferTargets } from './desk/targets.ts';
import { type Desk, noticeOf, useDesk } from './desk/use-desk.ts';
import { useKeysOn } from './desk/use-desk-keys.ts';
import { useFinder } from './desk/use-finder.ts';
import { countsTurns, useQueueBook } from './queue/use-queue-book.ts';
import type { Branch } from './session/branch.ts';
import { PinStrip } from './session/pin-strip.tsx';
import { usePinCare } from './session/use-pin-care.ts';
import { allowNotices } from './shell/arrivals.ts';
import { Header } from './shell/header.tsx';
import { useNow } from './shell/now.ts';
import { usePreference } from './shell/preferences.ts';
import css from './shell/shell.module.css';
import { type SiteData, useCalls, useSiteData } from './shell/site-data.ts';

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
  const server = useSyncExternalStore(branch.server.subscribe, branch.server.current);
  const pinCare = usePinCare(session, session.siteId ?? '', cloudUrl, server, token);
  const [isPinOpen, setIsPinOpen] = useState(false);
  const desk = useDesk(data.tickets.rows, session.user.id, branch.cloudDoor);
  const place = useCounter(data.counters, data.sessions.rows, session.user.id, desk.tell);
  const { book, calling, find } = useQueue(data, desk, place.counter, session.user.id, nowMs);
  const switches = useSwitches();
  const [isChoosing, setIsChoosing] = useState(false);
  const [ask, setAsk] = useState<Ask | undefined>();
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const keys = useKeysOn();
  const { isLeaving, signOut } = useSignOut(place.counter, desk, onSignedOut, () =>
    setAsk({ kind: 'leave' }),
  );
  const isAtDesk = place.counter !== undefined && !isChoosing;
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
      switches={[switches.autoCall, switches.alerts]}
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
              place={calling}
              book={book}
              cloudDoor={branch.cloudDoor}
              autoCall={switches.autoCall.isOn}
              alerts={switches.alerts.isOn}
              isAsked={ask !== undefined || isHelpOpen}
              userId={session.user.id}
              mayOverride={session.user.role === 'admin'}
              nowMs={nowMs}
              keysOn={keys[0]}
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
      <Questions
        data={data}
        desk={desk}
        ask={ask}
        people={server.people}
        userId={session.user.id}
        counterId={place.counter?.id}
        find={find}
        cloudDoor={branch.cloudDoor}
        isAtHub={server.source === 'hub'}
        onLeave={onSignedOut}
        onClose={() => setAsk(undefined)}
      />
      <KeysHelp opened={isHelpOpen} keys={keys} onClose={() => setIsHelpOpen(false)} />
    </div>
  );
}

interface QuestionsProps {
  readonly data: SiteData;
  readonly desk: Desk;
  readonly ask: Ask | undefined;
  readonly people: TargetsFrom['people'];
  readonly userId: string;
  readonly counterId: string | undefined;
  readonly find: ReturnType<typeof useFinder>;
  readonly cloudDoor: Door;
  readonly isAtHub: boolean;
  onLeave(): void;
  onClose(): void;
}

/** What is asked before it is done, with what each answer leads to. */
function Questions(props: QuestionsProps) {
  const { data, desk, ask, people, userId, counterId, find, cloudDoor, isAtHub, onLeave, onClose } = props;
  const format = useFormat();
  const agenda = useAgendaOfSite(data, cloudDoor, isAtHub);
  const answered = (answer: NewCommand | 'leave'): void => {
    onClose();
    if (answer === 'leave') onLeave();
    else void desk.send(answer);
  };
  return (
    <AskDialog
      ask={ask}
      targets={transferTargets(
        { ...data, services: data.services.values(), people, userId, counterId },
        format.local,
      )}
      issuable={issuableAt(data)}
      find={find}
      agenda={agenda}
      onAnswer={answered}
      onCheckIn={(checkIn) => {
        onClose();
        void desk.send({ type: 'appointment.check_in', ...checkIn });
      }}
      onClose={onClose}
    />
  );
}

/** The appointments of this site's day, and how they are written here. */
function useAgendaOfSite({ site, services }: SiteData, door: Door, isAtHub: boolean): AgendaOfSite {
  const format = useFormat();
  const siteId = site?.id ?? '';
  const timezone = site?.timezone ?? 'UTC';
  const read = useCallback(
    () => readAgenda(door, { siteId, timezone, nowMs: Date.now() }),
    [door, siteId, timezone],
  );
  const serviceName = (id: string): string => {
    const service = services.get(id);
    return service === undefined ? '' : format.local(service.name);
  };
  return { read, isAtHub, timezone, serviceName };
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

/** The queue as this operator calls from it. */
function useQueue(
  data: SiteData,
  desk: Desk,
  counter: CounterRow | undefined,
  userId: string,
  nowMs: number,
) {
  const book = useQueueBook(data, nowMs);
  useCalls(data, desk.inHand, countsTurns(data));
  const calling = useMemo(
    () => counter && callingPlace({ id: userId as UserId, serviceIds: null }, counter),
    [counter, userId],
  );
  return { book, calling, find: useFinder(data.tickets.rows, calling, book) };
}

/** What this person may turn on for this browser. */
function useSwitches() {
  const [autoCall, setAutoCall] = usePreference('autoCall');
  const [alerts, setAlerts] = usePreference('alerts');
  return {
    autoCall: { name: 'autoCall', isOn: autoCall, onTurn: setAutoCall },
    alerts: {
      name: 'alerts',
      isOn: alerts,
      onTurn: (on: boolean) => {
        setAlerts(on);
        // Asked while the press is being handled, as browsers demand.
        if (on) void allowNotices().then(() => unlockSound());
      },
    },
  } as const;
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
