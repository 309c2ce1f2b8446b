/** The paper of a ticket: what the printer is given, in the customer's language and the site's time. */
import {
  epochMsOf,
  formatMoney,
  inLocale,
  type Locale,
  paymentSessionTable,
  priorityClassTable,
  serviceTable,
  siteTable,
  ticketTable,
} from '@totem/domain';
import { type TicketContent, ticketLayout } from '@totem/drivers/printer';
import type { Device } from '../device.ts';
import { ticketCapability, ticketUrl } from '../identity/capability.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import { copiesOf } from '../pay/receipts.ts';
import type { ReadHandle } from '../store/connection.ts';
import { rowByKey } from '../store/rows.ts';
import type { PrintJob } from './jobs.ts';
import { PAID_LABELS, TICKET_LABELS } from './labels.ts';

export interface PaperParts {
  readonly device: Device;
  readonly key: DeviceKey;
  /** Where customers' phones reach the cloud; null prints no link. */
  readonly publicUrl: string | null;
}

/** The blocks of a job's paper; undefined when its ticket or site is no longer here. */
export function paperOf(
  db: ReadHandle,
  parts: PaperParts,
  job: PrintJob,
): ReturnType<typeof ticketLayout> | undefined {
  const content = contentOf(db, parts, job);
  return content === undefined ? undefined : ticketLayout(content);
}

function contentOf(
  db: ReadHandle,
  { device, key, publicUrl }: PaperParts,
  job: PrintJob,
): TicketContent | undefined {
  const { tenantId } = device;
  const ticket = rowByKey(db, ticketTable, tenantId, job.row.ticketId);
  const site = rowByKey(db, siteTable, tenantId, job.row.siteId);
  if (ticket === undefined || site === undefined) return undefined;
  const service = rowByKey(db, serviceTable, tenantId, ticket.serviceId);
  const priorityClass = rowByKey(db, priorityClassTable, tenantId, ticket.priorityClassId);
  const { locale, peopleAhead } = job.paper;
  const { paymentSessionId } = job.paper;
  const payment =
    paymentSessionId === null ? undefined : rowByKey(db, paymentSessionTable, tenantId, paymentSessionId);
  const isPriority = priorityClass !== undefined && ticket.priority > 0;
  return {
    siteName: site.name,
    serviceName: service === undefined ? '' : inLocale(service.name, locale),
    code: ticket.code,
    priorityName: isPriority ? inLocale(priorityClass.name, locale) : null,
    issuedAt: localTime(ticket.issuedAt, locale, site.timezone),
    peopleAhead,
    qrUrl: publicUrl === null ? null : ticketUrl(publicUrl, ticketCapability(key, tenantId, ticket.id)),
    labels: TICKET_LABELS[locale],
    secondCopy: job.row.copy > 1,
    ...(payment === undefined
      ? {}
      : {
          paid: {
            label: PAID_LABELS[locale][payment.method],
            amount: formatMoney(payment.amountCents, payment.currency, locale),
          },
          receipts: copiesOf(db, tenantId, payment.id),
        }),
  };
}

/** Date and time of day as the customer's language writes them, by the clock on the site's wall. */
function localTime(instant: string, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    epochMsOf(instant),
  );
}
