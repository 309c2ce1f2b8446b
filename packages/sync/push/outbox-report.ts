/**
 * What a device says of its outbox with each push, in a header of its own: `pending=7;attempts=2;oldest=2026-11-23T15:00:00.000Z`.
 * It is beside the batch, because a batch is relayed as it is, and what is left behind it is the carrier's.
 */
import { type InstantText, isInstantText } from '@totem/domain';

export const OUTBOX_HEADER = 'totem-outbox';

export interface OutboxReport {
  /** Entries that are left behind this batch. */
  readonly pending: number;
  /** Attempts in a row that had failed before this one. */
  readonly attempts: number;
  /** When the oldest entry of this batch was written. */
  readonly oldest: InstantText | null;
}

/** More is no outbox's. */
const COUNT = /^\d{1,9}$/;

export function outboxHeaderText({ pending, attempts, oldest }: OutboxReport): string {
  return `pending=${pending};attempts=${attempts}${oldest === null ? '' : `;oldest=${oldest}`}`;
}

/** Undefined where nothing is said, or nothing that can be understood. */
export function outboxReportOf(header: string | undefined): OutboxReport | undefined {
  if (header === undefined) return undefined;
  const said = new Map(header.split(';').map((part) => part.split('=', 2) as [string, string | undefined]));
  const [pending = '', attempts = '', oldest] = [
    said.get('pending'),
    said.get('attempts'),
    said.get('oldest'),
  ];
  if (!COUNT.test(pending) || !COUNT.test(attempts)) return undefined;
  const instant = oldest !== undefined && isInstantText(oldest) ? oldest : null;
  return { pending: Number(pending), attempts: Number(attempts), oldest: instant };
}
