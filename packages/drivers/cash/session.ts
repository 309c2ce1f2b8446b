/**
 * Taking cash for one charge: pieces are let in while what is missing can still be paid exactly, a note that does not fit goes
 * back, and at the end the machine is shut, its notes on the way have arrived, and its meters agree. No change is given.
 */
import type { Timers } from '@totem/domain';
import type { CashToShow, Charge } from '../payment/port.ts';
import type { CashBook } from './book.ts';
import type { Payable } from './pieces.ts';
import { type CashUnit, type Look, SILENT } from './unit.ts';

/** A machine that says nothing for so long is given up for now: what it holds is found out when it speaks again. */
const SILENT_MAX_MS = 5_000;
/** A note that was sent on arrives within a second or two; a stuck one does not. */
const ARRIVE_MS = 10_000;
/** To an escrow that seems not to have listened. */
const ROUTE_AGAIN_MS = 1_500;
/** Whoever is putting in money is not cut off in the middle of it. */
const MORE_TIME_MS = 60_000;

export interface CashTable {
  readonly units: readonly CashUnit[];
  readonly book: CashBook;
  readonly timers: Timers;
}

/** Why nothing more is taken. `jammed`: something is stuck, and whatever comes next would be too. */
export type Ending = 'complete' | 'canceled' | 'expired' | 'jammed';
/** The session stays open, because something about it is not known yet. */
export interface Unsettled {
  readonly unsettled: string;
}

export interface TakingWish {
  readonly charge: Charge;
  readonly payable: Payable;
  readonly onShow: (show: CashToShow) => void;
  /** Whether somebody has asked to end it. */
  readonly isCanceled: () => boolean;
}

/** Takes pieces until they make the amount, the time is over, or somebody ends it. The session is in the book already. */
export async function takeCash(table: CashTable, wish: TakingWish): Promise<Ending | Unsettled> {
  const { units, timers } = table;
  const { charge, payable } = wish;
  const admit = createGate(units);
  const route = createRouter(table);
  const show = createShow(wish.onShow);
  let untilMs = timers.monotonicMs() + charge.expiresInSeconds * 1_000;
  let heardMs = timers.monotonicMs();
  let missing = missingCents(table);
  for (;;) {
    const looks = await lookAt(units);
    const nowMs = timers.monotonicMs();
    if (looks !== null) heardMs = nowMs;
    else if (nowMs - heardMs > SILENT_MAX_MS) return { unsettled: SILENT };
    const before = missing;
    missing = missingCents(table);
    if (missing < before) untilMs = Math.max(untilMs, nowMs + MORE_TIME_MS);
    const ending = endingOf(wish, looks ?? [], missing, nowMs >= untilMs);
    if (ending !== undefined) return closeCash(table, ending);
    const accepts = payable.allowed(missing - comingCents(table));
    for (const { unit, look } of looks ?? []) {
      const fits = payable.allowed(missing).includes(look.escrow?.valueCents ?? 0);
      await route(unit, look.escrow, fits ? 'stack' : 'return');
      await admit(unit, accepts, look);
    }
    const wasRefused = looks?.some(({ look }) => look.wasRefused) ?? false;
    show({ insertedCents: charge.amountCents - missing, accepts, leftMs: untilMs - nowMs }, wasRefused);
    await pause(timers, Math.min(...units.map((unit) => unit.pollMs())));
  }
}

/**
 * Ends the session that is open: shuts the machine, waits for what is on its way, compares its meters, and writes the end down.
 * @returns how it ended after all: money that was on its way may have made it complete.
 */
export async function closeCash(table: CashTable, ending: Ending): Promise<Ending | Unsettled> {
  const { units, book, timers } = table;
  if (!(await shut(table))) return { unsettled: SILENT };
  const route = createRouter(table);
  const untilMs = timers.monotonicMs() + ARRIVE_MS;
  for (;;) {
    const looks = await lookAt(units);
    const isMoving = looks?.some(({ look }) => look.escrow !== undefined) || comingCents(table) > 0;
    if (looks !== null && !isMoving) break;
    if (timers.monotonicMs() > untilMs) return { unsettled: looks === null ? SILENT : 'cash_jam' };
    for (const { unit, look } of looks ?? []) {
      // The last note may have been put in as somebody ended it: what completes the sum is taken.
      const to = look.escrow?.valueCents === missingCents(table) ? 'stack' : 'return';
      await route(unit, look.escrow, to);
    }
    await pause(timers, Math.min(...units.map((unit) => unit.pollMs())));
  }
  for (const unit of units) if (!(await unit.audit())) return { unsettled: SILENT };
  const isComplete = missingCents(table) <= 0;
  const open = book.open();
  if (open !== undefined) book.end(open.attemptId);
  return isComplete ? 'complete' : ending;
}

/** Lets nothing more in. @returns whether all have obeyed. */
export async function shut({ units, timers }: CashTable): Promise<boolean> {
  const untilMs = timers.monotonicMs() + SILENT_MAX_MS;
  for (;;) {
    let isShut = true;
    for (const unit of units) isShut = (await unit.admit([])) && isShut;
    if (isShut || timers.monotonicMs() > untilMs) return isShut;
    await pause(timers, Math.min(...units.map((unit) => unit.pollMs())));
  }
}

function endingOf(
  { isCanceled }: TakingWish,
  looks: readonly UnitLook[],
  missing: number,
  isLate: boolean,
): Ending | undefined {
  if (missing <= 0) return 'complete';
  if (looks.some(({ look }) => look.hasJam)) return 'jammed';
  if (isCanceled() || looks.some(({ look }) => look.hasLever)) return 'canceled';
  return isLate ? 'expired' : undefined;
}

/** What the session still lacks; below 0 when more came than was asked for. */
function missingCents({ book }: CashTable): number {
  const open = book.open();
  return open === undefined ? 0 : open.amountCents - open.storedCents;
}

/** Notes that were sent to a stacker and have not arrived. */
function comingCents({ units, book }: CashTable): number {
  return units.reduce((sum, { kind }) => sum + (book.unit(kind)?.stackingCents ?? 0), 0);
}

interface UnitLook {
  readonly unit: CashUnit;
  readonly look: Look;
}

/** Null while one of them is silent. */
async function lookAt(units: readonly CashUnit[]): Promise<readonly UnitLook[] | null> {
  const looks: UnitLook[] = [];
  for (const unit of units) {
    const look = await unit.look();
    if (look === null) return null;
    looks.push({ unit, look });
  }
  return looks;
}

/** Tells a unit what it may let in, when that has changed, and again when it may have forgotten. */
function createGate(units: readonly CashUnit[]) {
  const told = new Map<CashUnit, string>(units.map((unit) => [unit, '']));
  return async (unit: CashUnit, values: readonly number[], { isFresh }: Look): Promise<void> => {
    const own = values.filter((value) => unit.values().includes(value));
    const isForgotten = isFresh && told.get(unit) !== '' && (await unit.isOpen()) === false;
    if (!isForgotten && told.get(unit) === own.join()) return;
    // Not obeyed, it is told again at the next reading.
    told.set(unit, (await unit.admit(own)) ? own.join() : 'unknown');
  };
}

/** Sends the note in escrow on, if there is one, and the same note again only after a while. */
function createRouter({ timers }: CashTable) {
  let sent: { readonly number: number; readonly atMs: number } | undefined;
  return async (unit: CashUnit, note: Look['escrow'], to: 'stack' | 'return'): Promise<void> => {
    const nowMs = timers.monotonicMs();
    if (note === undefined) return;
    if (sent?.number === note.number && nowMs - sent.atMs < ROUTE_AGAIN_MS) return;
    sent = { number: note.number, atMs: nowMs };
    await unit.route(to, note.valueCents);
  };
}

/** Shows what is new. A refusal is shown until something was taken. */
function createShow(onShow: TakingWish['onShow']) {
  let shown = '';
  let refusedAtCents: number | undefined;
  return (how: Omit<CashToShow, 'isRefused'>, wasRefused: boolean): void => {
    if (wasRefused) refusedAtCents = how.insertedCents;
    const isRefused = refusedAtCents === how.insertedCents;
    const next = JSON.stringify([how.insertedCents, how.accepts, isRefused]);
    if (next === shown) return;
    shown = next;
    onShow({ ...how, isRefused });
  };
}

function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => void timers.after(ms, () => resolve()));
}
