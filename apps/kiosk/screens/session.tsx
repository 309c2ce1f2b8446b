/** One customer's session: which page is shown, what its answers lead to, and how it ends. Unmounting it forgets everything. */
import { type ErrorCode, isOpen, mustPayFirst } from '@totem/domain';
import { type ReactNode, useEffect, useEffectEvent, useMemo, useReducer, useState } from 'react';
import { ordinaryOf } from '../catalogue/offers.ts';
import type { Catalogue } from '../catalogue/use-catalogue.ts';
import { useMeans } from '../catalogue/use-means.ts';
import type { Media } from '../catalogue/use-media.ts';
import { paperOf } from '../device/device-state.ts';
import type { Device } from '../device/use-device.ts';
import { Frame } from '../frame/frame.tsx';
import { useNow } from '../frame/use-now.ts';
import { useCodeScanner } from '../scan/use-scanner.ts';
import {
  canGoBack,
  canStartOver,
  FLOW_AT_START,
  type Flow,
  flowAfter,
  isAsking,
  isUnderWay,
} from '../session/flow.ts';
import { CHOOSING, DONE, type IdleLimits, LEFT, listening, TYPING } from '../session/idle.ts';
import type { Setting, Settings } from '../session/settings.ts';
import { useIdle } from '../session/use-idle.ts';
import { useCheckingIn, useIssuing } from '../session/use-issuing.ts';
import { usePaying } from '../session/use-paying.ts';
import { clipOfPaper, clipsOf } from '../voice/clips.ts';
import { useVoice } from '../voice/use-voice.ts';
import { VoiceBar } from '../voice/voice-bar.tsx';
import { Closed } from './closed.tsx';
import { OutOfService } from './out-of-service.tsx';
import { Pages } from './pages.tsx';
import { AccessSheet, HelpSheet, IdleSheet, LanguageSheet } from './sheets.tsx';

export interface SessionProps {
  readonly catalogue: Catalogue;
  readonly media: Media;
  readonly device: Device;
  readonly settings: Settings;
  readonly onSwitch: (setting: Setting) => void;
  /** Whether anything on the first screen is other than at the start. */
  readonly isTouched: boolean;
  readonly onRefresh: () => void;
  readonly onEnd: () => void;
}

/** The catalogue is read again this often while nobody is there. */
const REFRESH_MS = 60_000;

type SheetName = 'language' | 'access' | 'help';

/** A session, from its first screen to its end. */
export function Session(props: SessionProps) {
  const { catalogue, media, device, settings, onSwitch, onEnd } = props;
  const { site, priorities } = catalogue;
  const [flow, happened] = useReducer(flowAfter, FLOW_AT_START);
  const [sheet, setSheet] = useState<SheetName | null>(null);
  const limits = useLimits(flow, props.isTouched || sheet !== null, settings.isSpoken);
  const idle = useIdle(limits, onEnd);
  const now = useNow();
  useIssuing(flow, happened);
  useCheckingIn(flow, happened);
  usePaying(flow, happened);
  useRefreshing(flow.step === 'attract', props.onRefresh);
  const isToPay = !['attract', 'paying', 'ticket'].includes(flow.step);
  const means = useMeans(isToPay && catalogue.services.some((each) => mustPayFirst(each)));

  const only = priorities.length === 1 ? (ordinaryOf(priorities)?.id ?? null) : null;
  const reason = reasonToClose(device);
  // Who has asked for a ticket, or pays, gets to see what comes of it, whatever happens to the totem meanwhile.
  const isOut = reason !== null && !isWaited(flow);
  const isClosed = flow.step === 'attract' && !isOpen(site.openingHours, now, site.timezone);
  const isAttract = flow.step === 'attract' && !isOut && !isClosed;
  useCodeScanner(flow, !isOut && sheet === null && !idle.isAsking, happened);
  const player = useVoice({
    isOn: settings.isSpoken,
    clips: isOut ? ['out'] : isClosed ? ['closed'] : idle.isAsking ? ['idle'] : clipsOf(flow),
    news: flow.step === 'ticket' ? clipOfPaper(paperOf(device.prints, flow.ticket.id, device.state)) : null,
    own: media.voice,
  });
  const leave = (): void => setSheet(null);
  const page = (): ReactNode => {
    if (isOut) return <OutOfService reason={reason} site={site} />;
    if (isClosed) return <Closed site={site} />;
    return (
      <Pages
        key={pageKey(flow)}
        flow={flow}
        happened={happened}
        only={only}
        catalogue={catalogue}
        means={means}
        media={media}
        device={device}
        settings={settings}
        left={limits === null ? 1 : idle.leftMs / limits.quietMs}
        onEnd={onEnd}
      />
    );
  };
  return (
    <>
      <Frame
        site={site}
        logo={media.logo}
        settings={settings}
        isCloudAway={device.state.isCloudAway}
        isBold={isAttract}
        showLanguages={flow.step === 'attract'}
        onBack={canGoBack(flow) ? () => happened({ kind: 'went_back', only }) : null}
        onRestart={canStartOver(flow) ? onEnd : null}
        onLanguage={() => setSheet('language')}
        onAccess={() => setSheet('access')}
        onHelp={() => setSheet('help')}
        voice={player === null ? null : <VoiceBar player={player} />}
      >
        {page()}
      </Frame>
      {sheet === 'language' ? <LanguageSheet onLeave={leave} /> : null}
      {sheet === 'access' ? <AccessSheet settings={settings} onSwitch={onSwitch} onLeave={leave} /> : null}
      {sheet === 'help' ? <HelpSheet onLeave={leave} /> : null}
      {idle.isAsking ? <IdleSheet leftMs={idle.leftMs} onMore={idle.goOn} onEnd={onEnd} /> : null}
    </>
  );
}

/** Whether something was asked for, of which the customer gets to see what comes. */
function isWaited(flow: Flow): boolean {
  if (flow.step === 'check_in') return isAsking(flow);
  return ['ticket', 'issuing', 'paying'].includes(flow.step);
}

/** Pages that look alike keep their place in the tree, so that asking for a ticket does not redraw the cards. */
function pageKey(flow: Flow): string {
  // Each stage of a payment says by its heading what there is to do now.
  if (flow.step === 'paying') return `paying ${flow.view?.state} ${flow.error?.code}`;
  if (flow.step === 'check_in') return `check_in ${flow.error?.code}`;
  if (flow.step !== 'issuing') return flow.step;
  return flow.wish.pay === null ? 'services' : 'paying undefined undefined';
}

/** The limits of a page, the same value for as long as they are the same: a new one would start the wait anew. */
function useLimits(flow: Flow, isTouched: boolean, isSpoken: boolean): IdleLimits | null {
  const limits = limitsFor(flow, isTouched);
  return useMemo(() => (limits !== null && isSpoken ? listening(limits) : limits), [limits, isSpoken]);
}

function limitsFor(flow: Flow, isTouched: boolean): IdleLimits | null {
  switch (flow.step) {
    case 'attract':
      return isTouched ? LEFT : null;
    case 'issuing':
      // An answer is on its way; the customer cannot hurry it.
      return null;
    case 'paying':
      // Nobody is sent away from a payment. What it ended as takes time to read.
      return isUnderWay(flow) ? null : TYPING;
    case 'check_in':
      return isAsking(flow) ? null : TYPING;
    case 'ticket':
      return DONE;
    case 'identify':
      return TYPING;
    case 'services':
      return flow.place.search === null ? CHOOSING : TYPING;
    case 'priority':
    case 'method':
    case 'confirm':
    case 'failed':
      return CHOOSING;
    default:
      return flow satisfies never;
  }
}

function reasonToClose({ state, silence }: Device): ErrorCode | null {
  return state.outOfService ?? silence;
}

function useRefreshing(isRunning: boolean, onRefresh: () => void): void {
  const refresh = useEffectEvent(onRefresh);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
}
