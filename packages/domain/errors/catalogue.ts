/**
 * The error catalogue: every code that a person or a program can meet, with its HTTP status, its text in each language, and
 * what staff should do; one chapter for each matter. Codes are stable: a code that was released is never renamed.
 */
import type { Locale } from '../site/local-text.ts';
import { ACCESS_ERRORS } from './chapters/access.ts';
import { DEVICE_ERRORS } from './chapters/device.ts';
import { HUB_ERRORS } from './chapters/hub.ts';
import { LEDGER_ERRORS } from './chapters/ledger.ts';
import { PAYMENT_ERRORS } from './chapters/payment.ts';
import { PLACE_ERRORS } from './chapters/place.ts';
import { QUEUE_ERRORS } from './chapters/queue.ts';
import { SENT_ERRORS } from './chapters/sent.ts';
import { TECHNICIAN_ERRORS } from './chapters/technician.ts';
import { TELLING_ERRORS } from './chapters/telling.ts';
import { WRITES_ERRORS } from './chapters/writes.ts';
import type { ErrorSpec } from './spec.ts';

export const ERRORS = {
  ...SENT_ERRORS,
  ...WRITES_ERRORS,
  ...ACCESS_ERRORS,
  ...QUEUE_ERRORS,
  ...PAYMENT_ERRORS,
  ...HUB_ERRORS,
  ...LEDGER_ERRORS,
  ...DEVICE_ERRORS,
  ...TECHNICIAN_ERRORS,
  ...PLACE_ERRORS,
  ...TELLING_ERRORS,
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** The text of an error in a language, with its params filled in. Params that were not given leave no braces behind. */
export function errorText(
  code: ErrorCode,
  locale: Locale,
  params: Readonly<Record<string, string | number>> = {},
): string {
  return ERRORS[code].text[locale].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '…'));
}
