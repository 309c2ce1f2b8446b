/** The left side of the panel: the ticket in hand, what may be done with it, and why something was not done. */

import { Button, Menu, VisuallyHidden } from '@mantine/core';
import { IconCoffee, IconDotsVertical, IconSpeakerphone } from '@tabler/icons-react';
import type { CallRow, PriorityClassRow, QueueRules, ServiceRow } from '@totem/domain';
import { EmptyState } from '@totem/ui';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ACTION_ICONS } from './action-look.ts';
import { type DeskAction, type DeskNow, deskFor } from './actions.ts';
import css from './desk.module.css';
import { DeskButton } from './desk-button.tsx';
import { NoticeLine } from './notice-line.tsx';
import { RefundLine } from './refund-line.tsx';
import { TicketCard } from './ticket-card.tsx';
import type { Desk } from './use-desk.ts';
import { noShowWait, recallWaitSeconds } from './waits.ts';
import { WhyNote } from './why-note.tsx';

interface DeskPanelProps {
  readonly desk: Desk;
  readonly services: ReadonlyMap<string, ServiceRow>;
  readonly priorityClasses: ReadonlyMap<string, PriorityClassRow>;
  readonly rules: QueueRules;
  /** The code that would be called next; undefined when nobody waits. */
  readonly nextCode: string | undefined;
  /** Why the operator pauses; null while they work. */
  readonly pausedReason: string | null;
  /** The choice that brought the ticket in hand, once it is known. */
  readonly choice: CallRow | undefined;
  readonly personName: string | undefined;
  readonly timezone: string;
  /** ISO 4217, of the site. */
  readonly currency: string;
  /** Seconds until the next call comes by itself. */
  readonly autoCallSeconds: number | undefined;
  /** What this page can say of a notice in more words. */
  readonly explanation: string | undefined;
  codeOf(ticketId: string): string | undefined;
  readonly mayOverride: boolean;
  readonly nowMs: number;
  readonly showKeys: boolean;
  onAction(action: DeskAction): void;
}

export function DeskPanel(props: DeskPanelProps) {
  const { desk, services, priorityClasses, nowMs, showKeys, onAction } = props;
  const { t } = useTranslation();
  const { inHand } = desk;
  const { main, beside } = deskFor(nowOf(props));
  const hints = useWaitHints(props);
  const autoCallHint =
    props.autoCallSeconds === undefined ? undefined : t('desk.autoCall', { seconds: props.autoCallSeconds });
  const canAct = (action: DeskAction): boolean => !desk.busy && hints[action] === undefined;
  return (
    <section className={css.desk} aria-labelledby="desk-heading">
      <VisuallyHidden component="h1" id="desk-heading">
        {t('desk.region')}
      </VisuallyHidden>
      {inHand === undefined ? (
        <Resting {...props} />
      ) : (
        <TicketCard
          ticket={inHand}
          service={services.get(inHand.serviceId)}
          priorityClass={priorityClasses.get(inHand.priorityClassId)}
          nowMs={nowMs}
          personName={props.personName}
        >
          {props.choice !== undefined && (
            <WhyNote call={props.choice} timezone={props.timezone} codeOf={props.codeOf} />
          )}
        </TicketCard>
      )}
      <div className={css.actions}>
        <NoticeLine
          notice={desk.notice}
          explanation={props.explanation}
          nowMs={nowMs}
          onDismiss={() => desk.tell(undefined)}
        />
        <div role="status">
          {desk.said !== undefined && (
            <p className={css.issued}>{t(`desk.${desk.said.what}`, { code: desk.said.code })}</p>
          )}
        </div>
        <RefundLine due={desk.refundDue} currency={props.currency} onDismiss={desk.putRefundAway} />
        {main !== undefined && (
          // One element through all states, so that the focus stays on the main action.
          <DeskButton
            action={main}
            isMain
            isBlocked={!canAct(main)}
            hint={main === 'callNext' ? autoCallHint : undefined}
            showKey={showKeys}
            onPress={onAction}
          />
        )}
        <div className={css.beside}>
          {beside.map((action) => (
            <DeskButton
              key={action}
              action={action}
              isBlocked={!canAct(action)}
              hint={hints[action]}
              showKey={showKeys}
              onPress={onAction}
            />
          ))}
          <MoreActions {...props} />
        </div>
      </div>
    </section>
  );
}

/** What the desk says with no ticket in hand: whom the next call would reach, or that nobody is called now. */
function Resting({ pausedReason, nextCode }: DeskPanelProps) {
  const { t } = useTranslation();
  const isPaused = pausedReason !== null;
  return (
    <div className={css.resting} data-paused={isPaused || undefined}>
      {isPaused ? (
        <EmptyState icon={<IconCoffee stroke={1.5} />} title={t('desk.paused')}>
          {t('desk.pausedHint', { reason: pausedReason })}
        </EmptyState>
      ) : (
        <EmptyState icon={<IconSpeakerphone stroke={1.5} />} title={t('desk.idle')}>
          {nextCode === undefined ? t('desk.idleEmpty') : t('desk.idleNext', { code: nextCode })}
        </EmptyState>
      )}
    </div>
  );
}

function nowOf({ desk, pausedReason, mayOverride }: DeskPanelProps): DeskNow {
  return { inHand: desk.inHand, isPaused: pausedReason !== null, mayOverride };
}

function MoreActions(props: DeskPanelProps) {
  const { desk, onAction } = props;
  const { t } = useTranslation();
  const { menu } = deskFor(nowOf(props));
  if (menu.length === 0) return null;
  return (
    <div className={css.more}>
      <Menu position="top-end" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button
            variant="default"
            size="md"
            className={css.besideButton ?? ''}
            justify="flex-start"
            leftSection={<IconDotsVertical size={20} aria-hidden />}
            aria-disabled={desk.busy || undefined}
            data-disabled={desk.busy}
          >
            {t('desk.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {menu.map((action) => {
            const Icon = ACTION_ICONS[action];
            return (
              <Menu.Item
                key={action}
                leftSection={<Icon size={18} aria-hidden />}
                onClick={() => onAction(action)}
              >
                {t(`action.${action}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** What an action still waits for, as text; actions that need not wait have none. */
function useWaitHints({ desk, rules, nowMs }: DeskPanelProps): Partial<Record<DeskAction, string>> {
  const { t } = useTranslation();
  const { inHand } = desk;
  const seenAtMs = useFirstSeen(`${inHand?.id} ${inHand?.calledAt}`, nowMs);
  if (inHand === undefined) return {};
  const clocks = { nowMs, seenAtMs };
  const recallSeconds = recallWaitSeconds(inHand, rules, clocks);
  const { calls, seconds } = noShowWait(inHand, rules, clocks);
  const noShow =
    calls > 0 && seconds > 0
      ? t('desk.waitBoth', { count: calls, seconds })
      : calls > 0
        ? t('desk.waitCalls', { count: calls })
        : t('desk.wait', { seconds });
  return {
    ...(recallSeconds > 0 ? { recall: t('desk.wait', { seconds: recallSeconds }) } : {}),
    ...(calls > 0 || seconds > 0 ? { noShow } : {}),
  };
}

/** When this page first saw a thing, by its clock. */
function useFirstSeen(thing: string, nowMs: number): number {
  const seen = useRef({ thing, atMs: nowMs });
  if (seen.current.thing !== thing) seen.current = { thing, atMs: nowMs };
  return seen.current.atMs;
}
