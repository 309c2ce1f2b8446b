/**
 * What the customer should know of the device: whether it serves at all, whether paper will come, whether the cloud is there.
 * The rest of its health is for staff and is not shown here.
 */
import {
  type DevicePart,
  type DeviceStatusRow,
  ERRORS,
  type ErrorCode,
  type PrintJobRow,
  type PrintState,
} from '@totem/domain';

export interface DeviceState {
  /** Why nobody is served, or null. */
  readonly outOfService: ErrorCode | null;
  /** Why no paper comes, or null as far as is known. */
  readonly printer: ErrorCode | null;
  readonly isCloudAway: boolean;
}

/** The state of the device, from its parts. A part that was never heard of is taken to be in order. */
export function deviceState(parts: readonly DeviceStatusRow[]): DeviceState {
  const fault = (name: DevicePart, code: ErrorCode): ErrorCode | null => {
    const row = parts.find(({ part, state }) => part === name && state === 'fault');
    return row === undefined ? null : (codeIn(row.detail, name) ?? code);
  };
  return {
    outOfService: fault('device', 'device_suspended') ?? fault('disk', 'storage_fault'),
    printer: fault('printer', 'printer_error'),
    isCloudAway: parts.some(
      ({ part, state }) => part === 'cloud' && (state === 'fault' || state === 'warning'),
    ),
  };
}

/** A code of the catalogue in a part's detail: whole (`printer_paper_out`), or without the part's name (`paper_out`). */
function codeIn(detail: Readonly<Record<string, unknown>>, part: DevicePart): ErrorCode | null {
  const named = [detail.code, detail.cause].find((value) => typeof value === 'string');
  return typeof named === 'string' ? codeNamed(named, part) : null;
}

function codeNamed(name: string, part: DevicePart): ErrorCode | null {
  const found = [name, `${part}_${name}`].find((code) => Object.hasOwn(ERRORS, code));
  return (found as ErrorCode | undefined) ?? null;
}

export type Paper =
  | { readonly kind: 'printing' }
  | { readonly kind: 'printed' }
  | { readonly kind: 'not_printed'; readonly code: ErrorCode }
  /** Nobody can say; the customer is asked, and it is never printed a second time by itself. */
  | { readonly kind: 'unknown' };

/** What became of a ticket's paper: its latest copy, read together with what is known of the printer. */
export function paperOf(jobs: readonly PrintJobRow[], ticketId: string, device: DeviceState): Paper {
  const job = jobs
    .filter((each) => each.ticketId === ticketId)
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt) || other.copy - one.copy)[0];
  const state: PrintState = job?.state ?? 'queued';
  switch (state) {
    case 'queued':
      // The job waits in vain: saying so at once beats a spinner.
      return device.printer === null ? { kind: 'printing' } : { kind: 'not_printed', code: device.printer };
    case 'sent':
      return { kind: 'printing' };
    case 'confirmed':
      return { kind: 'printed' };
    case 'unknown':
      return { kind: 'unknown' };
    case 'failed':
    case 'expired': {
      const named = job?.cause == null ? null : codeNamed(job.cause, 'printer');
      return { kind: 'not_printed', code: named ?? device.printer ?? 'printer_error' };
    }
    default:
      return state satisfies never;
  }
}
