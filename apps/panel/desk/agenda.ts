/** The appointments of the day as the desk reads and searches them. Names are known to the cloud alone; the rest to the site too. */
import type { AnswerOf, Routes } from '@totem/api';
import type { AppointmentRow } from '@totem/domain';
import type { Door } from '@totem/ui';

export interface Booking extends Pick<AppointmentRow, 'id' | 'slot' | 'code' | 'state' | 'serviceId'> {
  readonly person: { readonly name: string | null } | null;
}

/** Reads the appointments of today from the cloud, by their time. @throws DoorError */
export type AgendaSource = () => Promise<readonly Booking[]>;

const PAGE_ROWS = 200;
/** A branch has fewer on one day; beyond them the code still finds everybody. */
const PAGES_MAX = 5;

/** @param timezone of the site: its day is not that of the browser. */
export async function readAgenda(
  door: Pick<Door, 'question'>,
  { siteId, timezone, nowMs }: { readonly siteId: string; readonly timezone: string; readonly nowMs: number },
): Promise<readonly Booking[]> {
  const { from, to } = dayAt(timezone, nowMs);
  const bookings: Booking[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({ siteId, from, to, limit: String(PAGE_ROWS) });
    if (cursor !== null) query.set('cursor', cursor);
    const answer = (await door.question(`/v1/appointments?${query}`)) as AnswerOf<Routes['listAppointments']>;
    bookings.push(...answer.items);
    cursor = answer.next;
    if (cursor === null) break;
  }
  return bookings;
}

/** What is booked today as the site itself knows it, by its time: for when the cloud does not answer. */
export function bookedHere(
  rows: readonly AppointmentRow[],
  { timezone, nowMs }: { readonly timezone: string; readonly nowMs: number },
): readonly Booking[] {
  const { from, to } = dayAt(timezone, nowMs);
  return rows
    .filter(({ slot }) => slot >= from && slot < to)
    .toSorted((a, b) => (a.slot < b.slot ? -1 : 1))
    .map((row) => ({ ...row, person: null }));
}

/** The instants between which it is today there. */
function dayAt(timezone: string, nowMs: number): { readonly from: string; readonly to: string } {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timezone).startOfDay();
  return { from: instantOf(today), to: instantOf(today.add({ days: 1 })) };
}

function instantOf(at: Temporal.ZonedDateTime): string {
  return new Date(at.epochMilliseconds).toISOString();
}

/** Those whose name or code has what was typed in it, whatever its accents and capitals; all of them for nothing. */
export function searched(bookings: readonly Booking[], typed: string): readonly Booking[] {
  const wanted = plain(typed);
  return bookings.filter(
    ({ code, person }) => plain(code).includes(wanted) || plain(person?.name ?? '').includes(wanted),
  );
}

/** The one that a person means: whom they have picked, or the only one who is left and can still come. */
export function meant(found: readonly Booking[], pickedId: string | undefined): Booking | undefined {
  const open = found.filter(({ state }) => state === 'booked');
  return open.find(({ id }) => id === pickedId) ?? (open.length === 1 ? open[0] : undefined);
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
