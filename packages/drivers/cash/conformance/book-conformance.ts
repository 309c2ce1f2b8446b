/** What every cash book must do, wherever it is kept. */
import { cents } from '@totem/domain';
import { expect, it } from 'vitest';
import { type CashBook, owedOf } from '../book.ts';

export interface BookPlace {
  readonly book: CashBook;
  /** An attempt that money may be put in for. */
  attempt(): string;
  /** The program ends; another opens the same book. */
  reopen(): CashBook;
}

const NOTE = { type: 3, valueCents: cents(1_000) };
const COIN = { type: 1, valueCents: cents(5) };
const MET = { serial: '4711', counter: 7, meter: 100, stackingCents: null };

export function describeCashBook(inPlace: (body: (place: BookPlace) => void) => () => void): void {
  it(
    'knows nothing of a device before it was met, and how far it was followed after',
    inPlace(({ book, reopen }) => {
      expect(book.unit('notes')).toBeUndefined();
      book.meet('notes', MET);
      expect(reopen().unit('notes')).toEqual(MET);
      expect(reopen().unit('coins')).toBeUndefined();
      book.meet('notes', { ...MET, serial: '4712', counter: 0, meter: null });
      expect(reopen().unit('notes')).toEqual({ ...MET, serial: '4712', counter: 0, meter: null });
    }),
  );

  it(
    'keeps the counter with the pieces that it stands for, and the note that is on its way',
    inPlace(({ book, attempt, reopen }) => {
      book.meet('notes', MET);
      const attemptId = attempt();
      book.begin(attemptId, cents(2_000));
      book.stacking('notes', cents(1_000));
      expect(reopen().unit('notes')).toEqual({ ...MET, stackingCents: 1_000 });
      const seen = { counter: 9, meter: 101, stackingCents: null, pieces: [NOTE], uncounted: 0 };
      book.saw('notes', seen);
      expect(reopen().unit('notes')).toEqual({ serial: '4711', counter: 9, meter: 101, stackingCents: null });
      expect(reopen().session(attemptId)).toEqual({
        attemptId,
        amountCents: 2_000,
        storedCents: 1_000,
        uncounted: 0,
        isOpen: true,
      });
    }),
  );

  it(
    'gives pieces to whoever is being served, and to nobody else',
    inPlace(({ book, attempt, reopen }) => {
      book.meet('coins', MET);
      const [first, second] = [attempt(), attempt()];
      const seen = { counter: 8, meter: 101, stackingCents: null, pieces: [COIN, COIN], uncounted: 1 };
      book.saw('coins', seen);
      expect(book.open()).toBeUndefined();
      book.begin(first, cents(5));
      expect(() => book.begin(second, cents(5))).toThrow();
      book.saw('coins', { ...seen, counter: 10 });
      expect(reopen().open()?.attemptId).toBe(first);
      book.end(first);
      book.saw('coins', { ...seen, counter: 12 });
      book.begin(second, cents(100));
      book.saw('coins', { ...seen, counter: 14, uncounted: 0 });
      book.end(second);
      const ended = [first, second].map((id) => reopen().session(id));
      expect(ended).toMatchObject([
        { storedCents: 10, uncounted: 1, isOpen: false },
        { storedCents: 10, uncounted: 0, isOpen: false },
      ]);
      expect(ended.map((session) => session && owedOf(session))).toEqual([5, 10]);
    }),
  );
}
