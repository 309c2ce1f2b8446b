/**
 * The cash book: what the machine has swallowed, and for whom. Each method is one durable transaction, so that a counter and
 * what it stands for are never apart. A totem's book is in its SQLite (`packages/edge/pay`); the suite's is in memory.
 */
import type { Cents } from '@totem/domain';
import type { UnitKind } from './events.ts';

/** How far the host has followed a device. */
export interface UnitState {
  /** Another device at the same place starts anew. */
  readonly serial: string;
  /** The event counter that was read last. */
  readonly counter: number;
  /** How many pieces it must have taken in all its life, by its own meter; null where it has none. */
  readonly meter: number | null;
  /** A note that was sent to the stacker and has not been seen to arrive. */
  readonly stackingCents: Cents | null;
}

/** One piece that is in the machine for good. */
export interface Piece {
  readonly type: number;
  readonly valueCents: Cents;
}

/** What one reading of a device has brought. */
export interface Seen extends Omit<UnitState, 'serial'> {
  readonly pieces: readonly Piece[];
  /** Pieces that must be in there, by the meter, and whose value nobody has told. */
  readonly uncounted: number;
}

export interface CashSession {
  readonly attemptId: string;
  readonly amountCents: Cents;
  /** What is in the machine for it. */
  readonly storedCents: Cents;
  readonly uncounted: number;
  readonly isOpen: boolean;
}

export interface CashBook {
  unit(kind: UnitKind): UnitState | undefined;
  /** A device is met for the first time: what it took before is none of ours. */
  meet(kind: UnitKind, state: UnitState): void;
  /** Pieces belong to the session that is open; to nobody when none is, and then people have to look for whose they are. */
  saw(kind: UnitKind, seen: Seen): void;
  /** A note is about to be sent to the stacker. */
  stacking(kind: UnitKind, valueCents: Cents): void;
  /** One at a time. @throws Error while another is open: a bug. */
  begin(attemptId: string, amountCents: Cents): void;
  open(): CashSession | undefined;
  session(attemptId: string): CashSession | undefined;
  /** The machine takes nothing more for it. What is stored and pays nothing is owed to its customer from now on. */
  end(attemptId: string): void;
}

/** What the machine holds of a session beyond what it paid; all of it when it paid nothing. */
export function owedOf({ storedCents, amountCents }: CashSession): number {
  return storedCents >= amountCents ? storedCents - amountCents : storedCents;
}
