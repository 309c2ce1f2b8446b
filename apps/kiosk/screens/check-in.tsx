/** Checking in for an appointment: the code, typed or scanned, and why there is no ticket for it. */
import { IconCalendarX, IconClockHour4, IconClockX, IconHelpOctagon, IconTicket } from '@tabler/icons-react';
import { APPOINTMENT_CODE_LENGTH, ERRORS, type ErrorCode, type SiteRow } from '@totem/domain';
import { BigButton, type DoorError, useDoor, useErrorText, useFormat } from '@totem/ui';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import { useNow } from '../frame/use-now.ts';
import { CodePad, Typed } from '../keys/keyboard.tsx';
import { type CheckingIn, type FlowEvent, isAsking } from '../session/flow.ts';
import styles from './check-in.module.css';
import type { PagesProps } from './pages.tsx';

export interface CheckInPagesProps extends Pick<PagesProps, 'happened' | 'catalogue'> {
  readonly flow: CheckingIn;
}

/** People read and say codes in two halves. */
const HALF = APPOINTMENT_CODE_LENGTH / 2;
const MINUTE_MS = 60_000;
/** From here on HTTP speaks of the server's trouble, not of the code (RFC 9110, 15.6). */
const SERVER_ERROR = 500;

/** The page of the code, or of what came of it. */
export function CheckInPages({ flow, happened, catalogue }: CheckInPagesProps) {
  return flow.error === null ? (
    <CodePage flow={flow} happened={happened} />
  ) : (
    <NotCheckedIn error={flow.error} site={catalogue.site} happened={happened} />
  );
}

type Happened = (event: FlowEvent) => void;

function CodePage({ flow, happened }: { readonly flow: CheckingIn; readonly happened: Happened }) {
  const { t } = useTranslation();
  const door = useDoor();
  const { code } = flow;
  const isWhole = code.length === APPOINTMENT_CODE_LENGTH;
  const isBusy = isAsking(flow);
  const typed = (
    <Typed
      label={t('checkIn.typed')}
      text={inHalves(code)}
      isFigures
      hint={inHalves('_'.repeat(APPOINTMENT_CODE_LENGTH))}
    />
  );
  return (
    <Page heading={t('checkIn.heading')} lead={t('checkIn.lead')} more={typed} isSplit>
      <CodePad
        typed={code}
        lengthMax={APPOINTMENT_CODE_LENGTH}
        onType={(next) => happened({ kind: 'code_typed', code: next })}
      />
      <div className={styles.ways}>
        <BigButton
          kind="primary"
          busy={isBusy}
          disabled={!isWhole && !isBusy}
          onPress={() => happened({ kind: 'code_given', code, commandId: door.newCommandId() })}
        >
          {t('checkIn.go')}
        </BigButton>
      </div>
      <p className={styles.news} aria-live="polite">
        {isBusy ? t('services.issuing') : ''}
      </p>
    </Page>
  );
}

interface NotCheckedInProps {
  readonly error: DoorError;
  readonly site: SiteRow;
  readonly happened: Happened;
}

function NotCheckedIn({ error, site, happened }: NotCheckedInProps) {
  const { t } = useTranslation();
  const door = useDoor();
  const textOf = useErrorText();
  const opens = useOpening(error, site);
  const isPassing = ERRORS[error.code].status >= SERVER_ERROR;
  const heading = headingOf(error.code);
  const Icon = ICONS[heading];
  const reason = (
    <div className={styles.reason} data-kind={heading === 'early' ? 'early' : undefined}>
      <Icon className={styles.icon} aria-hidden stroke={1.4} />
      <p role="alert">
        {opens ?? (heading === 'failed' || heading === 'early' ? textOf(error) : t(`checkIn.how.${heading}`))}
      </p>
    </div>
  );
  return (
    <Page heading={t(`checkIn.${heading}`)} more={reason} isSplit>
      <div className={styles.choices}>
        {isPassing ? (
          <BigButton
            kind="primary"
            onPress={() => happened({ kind: 'tried_again', commandId: door.newCommandId() })}
          >
            {t('failed.again')}
          </BigButton>
        ) : (
          <BigButton
            kind={heading === 'unknown' ? 'primary' : 'plain'}
            onPress={() => happened({ kind: 'code_typed', code: '' })}
          >
            {t('checkIn.other')}
          </BigButton>
        )}
        <BigButton
          kind={heading === 'late' || heading === 'ended' ? 'primary' : 'plain'}
          icon={<IconTicket stroke={1.9} />}
          onPress={() => happened({ kind: 'chose_other' })}
        >
          {t('checkIn.without')}
        </BigButton>
      </div>
    </Page>
  );
}

const ICONS = {
  unknown: IconHelpOctagon,
  early: IconClockHour4,
  late: IconCalendarX,
  already: IconTicket,
  ended: IconCalendarX,
  failed: IconClockX,
} as const satisfies Record<string, ComponentType<{ className?: string; stroke?: number }>>;

function headingOf(code: ErrorCode): keyof typeof ICONS {
  switch (code) {
    case 'appointment_code_unknown':
      return 'unknown';
    case 'check_in_too_early':
      return 'early';
    case 'check_in_too_late':
      return 'late';
    case 'already_checked_in':
      return 'already';
    case 'appointment_ended':
      return 'ended';
    default:
      return 'failed';
  }
}

/** From when on somebody who is early may check in, in words; a number of minutes past an hour is nothing to reckon with. */
function useOpening({ code, params }: DoorError, site: SiteRow): string | null {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const minutes = Number(params?.minutes);
  if (code !== 'check_in_too_early' || !Number.isFinite(minutes)) return null;
  const at = now + minutes * MINUTE_MS;
  const time = format.time(at, site.timezone);
  const isToday = format.date(at, site.timezone) === format.date(now, site.timezone);
  return isToday
    ? t('checkIn.from', { time })
    : t('checkIn.fromDay', { time, day: format.date(at, site.timezone) });
}

function inHalves(code: string): string {
  return code.length <= HALF ? code : `${code.slice(0, HALF)} ${code.slice(HALF)}`;
}
