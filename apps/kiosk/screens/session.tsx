/** One customer's session: which page is shown, what its answers lead to, and how it ends. Unmounting it forgets everything. */
import type { CommandId, ErrorCode } from '@totem/domain';
import { asDoorError, useDoor, useLocale } from '@totem/ui';
import { type ActionDispatch, useEffect, useEffectEvent, useReducer, useState } from 'react';
import { ordinaryOf } from '../catalogue/offers.ts';
import type { Catalogue } from '../catalogue/use-catalogue.ts';
import type { Device } from '../device/use-device.ts';
import { Frame } from '../frame/frame.tsx';
import {
  canGoBack,
  canStartOver,
  FLOW_AT_START,
  type Flow,
  type FlowEvent,
  flowAfter,
  type Wish,
} from '../session/flow.ts';
import { CHOOSING, DONE, type IdleLimits, LEFT } from '../session/idle.ts';
import type { Setting, Settings } from '../session/settings.ts';
import { useIdle } from '../session/use-idle.ts';
import { OutOfService } from './out-of-service.tsx';
import { Pages } from './pages.tsx';
import { AccessSheet, IdleSheet, LanguageSheet } from './sheets.tsx';

export interface SessionProps {
  readonly catalogue: Catalogue;
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

type SheetName = 'language' | 'access';

/** A session, from its first screen to its end. */
export function Session(props: SessionProps) {
  const { catalogue, device, settings, onSwitch, onEnd } = props;
  const [flow, happened] = useReducer(flowAfter, FLOW_AT_START);
  const [sheet, setSheet] = useState<SheetName | null>(null);
  const idle = useIdle(limitsFor(flow, props.isTouched || sheet !== null), onEnd);
  useIssuing(flow, happened);
  useRefreshing(flow.step === 'attract', props.onRefresh);

  const only = catalogue.priorities.length === 1 ? (ordinaryOf(catalogue.priorities)?.id ?? null) : null;
  const reason = reasonToClose(device);
  // Who has asked for a ticket gets to see it, whatever happens to the totem meanwhile.
  const isClosed = reason !== null && flow.step !== 'ticket' && flow.step !== 'issuing';
  const isAttract = flow.step === 'attract' && !isClosed;
  const leave = (): void => setSheet(null);
  return (
    <>
      <Frame
        site={catalogue.site}
        settings={settings}
        isCloudAway={device.state.isCloudAway}
        isBold={isAttract}
        showLanguages={flow.step === 'attract'}
        onBack={canGoBack(flow) ? () => happened({ kind: 'went_back', only }) : null}
        onRestart={canStartOver(flow) ? onEnd : null}
        onLanguage={() => setSheet('language')}
        onAccess={() => setSheet('access')}
      >
        {isClosed ? (
          <OutOfService reason={reason} />
        ) : (
          <Pages
            key={pageKey(flow)}
            flow={flow}
            happened={happened}
            only={only}
            catalogue={catalogue}
            device={device}
            settings={settings}
            left={idle.leftMs / DONE.quietMs}
            onEnd={onEnd}
          />
        )}
      </Frame>
      {sheet === 'language' ? <LanguageSheet onLeave={leave} /> : null}
      {sheet === 'access' ? <AccessSheet settings={settings} onSwitch={onSwitch} onLeave={leave} /> : null}
      {idle.isAsking ? <IdleSheet leftMs={idle.leftMs} onMore={idle.goOn} onEnd={onEnd} /> : null}
    </>
  );
}

/** Pages that look alike keep their place in the tree, so that asking for a ticket does not redraw the cards. */
function pageKey({ step }: Flow): string {
  return step === 'issuing' ? 'services' : step;
}

function limitsFor(flow: Flow, isTouched: boolean): IdleLimits | null {
  switch (flow.step) {
    case 'attract':
      return isTouched ? LEFT : null;
    case 'issuing':
      // An answer is on its way; the customer cannot hurry it.
      return null;
    case 'ticket':
      return DONE;
    case 'priority':
    case 'services':
    case 'failed':
      return CHOOSING;
    default:
      return flow satisfies never;
  }
}

function reasonToClose({ state, silence }: Device): ErrorCode | null {
  return state.outOfService ?? silence;
}

/** Asks for what was wished, once for each id of a wish. */
function useIssuing(flow: Flow, happened: ActionDispatch<[FlowEvent]>): void {
  const door = useDoor();
  const { locale } = useLocale();
  const issue = useEffectEvent(async ({ priorityClassId, serviceId, commandId }: Wish) => {
    try {
      const { ticket } = await door.command(
        { type: 'ticket.create', serviceId, priorityClassId, locale },
        commandId,
      );
      if (ticket === undefined) throw new TypeError('an answer without a ticket');
      happened({ kind: 'issued', commandId, ticket });
    } catch (error) {
      happened({ kind: 'refused', commandId, error: asDoorError(error) });
    }
  });
  const wish = flow.step === 'issuing' ? flow.wish : null;
  const commandId: CommandId | null = wish?.commandId ?? null;
  const start = useEffectEvent(() => {
    if (wish !== null) void issue(wish);
  });
  useEffect(() => {
    if (commandId !== null) start();
  }, [commandId]);
}

function useRefreshing(isRunning: boolean, onRefresh: () => void): void {
  const refresh = useEffectEvent(onRefresh);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
}
