/** What can be wrong with a ledger, in words that stay the same for machines, and where it was found. */

export const LEDGER_FAULTS = [
  /** A position is missing or was given twice. */
  'position',
  /** An entry of an origin that was never opened. */
  'origin',
  /** A seq is missing or was given twice. */
  'seq',
  /** An entry does not name the one before it. */
  'prev_hash',
  /** An entry is not what its hash says. */
  'hash',
  /** Personal data is not what was committed to, or stands beside no entry. */
  'private',
  /** An origin does not end where its cursor is. */
  'cursor',
  /** The tenant's head is not the end of its ledger. */
  'head',
  /** A seal does not say what its month holds. */
  'seal',
  /** A seal was not signed like this, or by a key that is not known. */
  'seal_signature',
  /** A seal and the entry about its making do not both exist. */
  'seal_entry',
  /** A month that must still be kept is not there. */
  'month_missing',
  /** The ledger is not what a statement that was kept elsewhere says. */
  'statement',
] as const;
export type LedgerFaultKind = (typeof LEDGER_FAULTS)[number];

export interface LedgerFault {
  readonly fault: LedgerFaultKind;
  readonly origin: string | null;
  readonly seq: number | null;
  readonly position: number | null;
  readonly detail: string;
}

export type FaultPlace = Partial<Pick<LedgerFault, 'origin' | 'seq' | 'position'>>;

export interface Faults {
  add(fault: LedgerFaultKind, detail: string, place?: FaultPlace): void;
  readonly count: number;
  /** The first ones. */
  readonly kept: readonly LedgerFault[];
}

/** A broken ledger has as many faults as entries: the first of them say enough. */
const KEPT_MAX = 100;

export function createFaults(): Faults {
  const kept: LedgerFault[] = [];
  let count = 0;
  return {
    add: (fault, detail, { origin = null, seq = null, position = null } = {}) => {
      count += 1;
      if (kept.length < KEPT_MAX) kept.push({ fault, origin, seq, position, detail });
    },
    get count() {
      return count;
    },
    kept,
  };
}

/** One fault as a line for people. */
export function faultText({ fault, origin, seq, position, detail }: LedgerFault): string {
  const place = [
    position === null ? [] : [`position ${position}`],
    origin === null ? [] : [`origin ${origin}`],
    seq === null ? [] : [`seq ${seq}`],
  ].flat();
  return `${fault}: ${detail}${place.length === 0 ? '' : ` (${place.join(', ')})`}`;
}
