/** What each part of the device is said to be, from what the agent knows. Pure: each case is a row in a test. */
import { type PrinterStatus, printable } from '@totem/drivers/printer';
import type { Clock } from '../clock/clock.ts';
import type { LinkState } from '../link/cloud-link.ts';
import type { OutboxStatus } from '../outbox/outbox.ts';
import type { TerminalState } from '../pay/desk.ts';
import type { PartReport } from './board.ts';

/** Attempts in a row that may fail before staff is told: a link that blinks is nobody's business. */
const ATTEMPTS_BEFORE_WARNING = 3;

export interface DeviceView {
  readonly link: LinkState;
  readonly outbox: OutboxStatus;
  /** Undefined when it has not been asked yet, null when there is none. */
  readonly printer: PrinterStatus | null | undefined;
  readonly clock: ReturnType<Clock['state']>;
  /** SQLite's code of the fault that stops writing. */
  readonly diskFault: string | undefined;
  /** Why nothing is issued. */
  readonly stopped: 'device_suspended' | 'ledger_fork' | 'not_ready' | undefined;
  /** Shapes that are not confirmed complete. */
  readonly behind: readonly string[];
}

export function deviceReports(view: DeviceView): PartReport[] {
  return [
    cloudReport(view),
    ledgerReport(view),
    printerReport(view),
    clockReport(view),
    diskReport(view),
    deviceReport(view),
  ];
}

function cloudReport({ link, behind }: DeviceView): PartReport {
  switch (link.state) {
    case 'unknown':
      return { part: 'cloud', state: 'unknown', detail: {} };
    case 'up':
      return { part: 'cloud', state: 'ok', detail: { behind: [...behind] } };
    case 'down':
      return { part: 'cloud', state: 'warning', detail: { cause: link.cause, since: link.since } };
    default:
      return link satisfies never;
  }
}

function ledgerReport({ outbox }: DeviceView): PartReport {
  const { pending, oldestAt, attempts, code, stalls } = outbox;
  const isLate = attempts > ATTEMPTS_BEFORE_WARNING;
  return {
    part: 'ledger',
    state: isLate ? 'warning' : 'ok',
    // Counting every attempt would wake every screen for each.
    detail: { pending, oldestAt, attempts: isLate ? ATTEMPTS_BEFORE_WARNING + 1 : attempts, code, stalls },
  };
}

function printerReport({ printer }: DeviceView): PartReport {
  if (printer === undefined) return { part: 'printer', state: 'unknown', detail: {} };
  if (printer === null) return { part: 'printer', state: 'fault', detail: { cause: 'printer_offline' } };
  const { paper, coverOpen, error } = printer;
  const verdict = printable(printer);
  const state = verdict.ok ? (paper === 'near_end' ? 'warning' : 'ok') : 'fault';
  const cause = verdict.ok ? null : `printer_${verdict.cause}`;
  return { part: 'printer', state, detail: { paper, coverOpen, error, cause } };
}

function clockReport({ clock }: DeviceView): PartReport {
  if (clock.state === 'ok') return { part: 'clock', state: 'ok', detail: {} };
  const detail = { state: clock.state, offsetSeconds: Math.round(clock.offsetMs / 1_000) };
  return { part: 'clock', state: 'warning', detail };
}

function diskReport({ diskFault }: DeviceView): PartReport {
  return diskFault === undefined
    ? { part: 'disk', state: 'ok', detail: {} }
    : { part: 'disk', state: 'fault', detail: { code: diskFault } };
}

function deviceReport({ stopped }: DeviceView): PartReport {
  return stopped === undefined
    ? { part: 'device', state: 'ok', detail: {} }
    : { part: 'device', state: 'fault', detail: stoppedDetail(stopped) };
}

/** A fork is told to customers as what it means for them; staff reads the reason. */
function stoppedDetail(stopped: NonNullable<DeviceView['stopped']>): PartReport['detail'] {
  return stopped === 'not_ready' ? { code: stopped } : { code: 'device_suspended', reason: stopped };
}

/** What only the office is told: customers see by what they are offered whether cards are taken. */
export type ToldReport = Omit<PartReport, 'part'> & { readonly part: PartReport['part'] | 'terminal' };

export function terminalReport(terminals: TerminalState | undefined): ToldReport[] {
  if (terminals === undefined) return [];
  const { isReady, since } = terminals;
  return [{ part: 'terminal', state: isReady ? 'ok' : 'fault', detail: { since } }];
}
