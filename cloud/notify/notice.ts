/** A message as people read it: in their language, with the name of the site and its local time. Pure. */
import type { EventName, TEST_EVENT } from '@totem/api';
import { type Cents, epochMsOf, formatMoney, type JsonObject, type Locale } from '@totem/domain';
import type { Message } from '../events/delivery.ts';
import { NOTICES, SUBJECTS } from './texts.ts';

export interface Notice {
  readonly subject: string;
  readonly text: string;
}

/** Where it happened; a message that belongs to no site is read in the zone of the company's first. */
export interface NoticePlace {
  readonly name: string | null;
  readonly timezone: string;
}

type NoticeName = EventName | typeof TEST_EVENT;

const ALERTS: readonly string[] = [
  'device.offline',
  'printer.troubled',
  'ledger.behind',
  'clock.suspect',
  'terminal.down',
  'backup.overdue',
  'chain.broken',
  'webhook.disabled',
];
const RECOVERIES: readonly string[] = [
  'device.online',
  'printer.ready',
  'terminal.ready',
  'ledger.caught_up',
  'clock.trusted',
  'backup.verified',
];

/** @returns undefined for an event that this release does not know. */
export function noticeOf(
  { type, data, occurredAt }: Pick<Message, 'type' | 'data' | 'occurredAt'>,
  locale: Locale,
  place: NoticePlace,
): Notice | undefined {
  if (!(type in NOTICES)) return undefined;
  const values = valuesOf(data, occurredAt, locale, place);
  const text = NOTICES[type as NoticeName][locale].replace(
    /\{(\w+)\}/g,
    (_, name: string) => values[name] ?? '…',
  );
  const word = SUBJECTS[subjectKind(type)][locale];
  return {
    subject: place.name === null ? `${word}: Totem` : `${word}: ${place.name}`,
    text: place.name === null ? text : `${place.name}: ${text}`,
  };
}

function subjectKind(type: string): keyof typeof SUBJECTS {
  if (ALERTS.includes(type)) return 'alert';
  return RECOVERIES.includes(type) ? 'recovery' : 'notice';
}

function valuesOf(
  data: JsonObject,
  occurredAt: string,
  locale: Locale,
  { timezone }: NoticePlace,
): Readonly<Record<string, string | undefined>> {
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const at = (value: unknown) => (typeof value === 'string' ? clock.format(epochMsOf(value)) : undefined);
  const money = (value: unknown) =>
    typeof value === 'number' && typeof data.currency === 'string'
      ? formatMoney(value as Cents, data.currency, locale)
      : undefined;
  const plain = (value: unknown) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  return {
    time: at(occurredAt),
    since: at(data.since),
    code: plain(data.code),
    device: plain(data.identifier),
    amount: money(data.amountCents),
    refunded: money(data.refundedCents),
    faults: plain(data.faults),
    name: plain(data.name),
  };
}
