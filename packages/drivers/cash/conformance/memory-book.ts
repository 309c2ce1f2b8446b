/** A cash book in memory that keeps every rule of a durable one; what is in it outlives the program that wrote it. */
import { cents } from '@totem/domain';
import type { CashBook, CashSession, Piece, UnitState } from '../book.ts';
import type { UnitKind } from '../events.ts';

export interface MemoryBook extends CashBook {
  readonly sessions: readonly CashSession[];
  /** Pieces that came while no session was open. */
  readonly unclaimed: readonly Piece[];
  readonly unclaimedUncounted: number;
  /** Every piece that was ever told of. */
  readonly pieces: readonly Piece[];
  /** Called before and after each transaction, and may throw there as a program that dies does. */
  onWrite: (when: 'before' | 'after') => void;
}

export function memoryBook(): MemoryBook {
  const units = new Map<UnitKind, UnitState>();
  const sessions = new Map<string, CashSession>();
  const unclaimed: Piece[] = [];
  const all: Piece[] = [];
  let unclaimedUncounted = 0;
  const open = (): CashSession | undefined => [...sessions.values()].find(({ isOpen }) => isOpen);
  const write = (change: () => void): void => {
    book.onWrite('before');
    change();
    book.onWrite('after');
  };
  const book: MemoryBook = {
    get sessions() {
      return [...sessions.values()];
    },
    unclaimed,
    pieces: all,
    get unclaimedUncounted() {
      return unclaimedUncounted;
    },
    onWrite: () => undefined,
    unit: (kind) => units.get(kind),
    meet: (kind, state) => write(() => void units.set(kind, state)),
    saw: (kind, { pieces, uncounted, counter, meter, stackingCents }) =>
      write(() => {
        const state = units.get(kind);
        if (state === undefined) throw new Error('a device is met before it is read');
        units.set(kind, { serial: state.serial, counter, meter, stackingCents });
        all.push(...pieces);
        const session = open();
        if (session === undefined) {
          unclaimed.push(...pieces);
          unclaimedUncounted += uncounted;
          return;
        }
        const storedCents = cents(
          pieces.reduce<number>((sum, { valueCents }) => sum + valueCents, session.storedCents),
        );
        const next = { ...session, storedCents, uncounted: session.uncounted + uncounted };
        sessions.set(session.attemptId, next);
      }),
    stacking: (kind, valueCents) =>
      write(() => {
        const state = units.get(kind);
        if (state !== undefined) units.set(kind, { ...state, stackingCents: valueCents });
      }),
    begin: (attemptId, amountCents) =>
      write(() => {
        if (open() !== undefined) throw new Error('one session at a time');
        const session = { attemptId, amountCents, storedCents: cents(0), uncounted: 0, isOpen: true };
        sessions.set(attemptId, session);
      }),
    open,
    session: (attemptId) => sessions.get(attemptId),
    end: (attemptId) =>
      write(() => {
        const session = sessions.get(attemptId);
        if (session !== undefined) sessions.set(attemptId, { ...session, isOpen: false });
      }),
  };
  return book;
}
