/** Where the numbers of tickets stand. The business day is in the key: a new day starts at 1 and nothing is ever reset. */
import { NUMBERS_SKIPPED_AFTER_SALVAGE } from '@totem/domain';
import type { Device } from '../device.ts';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';

/** Draws the next number of a prefix and day in this totem's lane. */
export function drawNumber(db: WriteHandle, device: Device, prefix: string, businessDay: string): number {
  const row = db.one(
    'INSERT INTO code_counter (site_id, prefix, lane, business_day, last) VALUES (?, ?, ?, ?, 1) ' +
      'ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last',
    device.siteId,
    prefix,
    device.lane,
    businessDay,
  );
  return Number(row?.last);
}

/**
 * Moves every counter of this lane past what anyone has seen of it: after an old image, numbers of tickets that are not in
 * it are on paper in people's hands.
 */
export function skipPastKnown(db: WriteHandle, device: Device): void {
  for (const { prefix, day, highest } of knownOf(db, device)) raise(db, device, prefix, day, highest);
  // The next number is the highest that is known plus the gap.
  db.run('UPDATE code_counter SET last = last + ?', GAP);
}

/** The same where the gap was left already: only a counter that others have seen further than it needs another. */
export function skipPastNews(db: WriteHandle, device: Device): void {
  for (const { prefix, day, highest } of knownOf(db, device)) {
    const row = db.one(
      'SELECT last FROM code_counter WHERE site_id = ? AND prefix = ? AND lane = ? AND business_day = ?',
      device.siteId,
      prefix,
      device.lane,
      day,
    );
    if (Number(row?.last ?? -1) < highest) raise(db, device, prefix, day, highest + GAP);
  }
}

/** Leaves the gap where no file says how far the numbers were in the last second: also for today's that nobody knows. */
export function skipUnknown(
  db: WriteHandle,
  device: Device,
  today: readonly { readonly prefix: string; readonly day: string }[],
): void {
  for (const { prefix, day } of today) raise(db, device, prefix, day, 0);
  db.run('UPDATE code_counter SET last = last + ?', GAP);
}

/** With the number that follows, as many are left out as a salvage skips. */
const GAP = NUMBERS_SKIPPED_AFTER_SALVAGE - 1;

/** How far the tickets of this lane go that are known here. The prefix is what a code has before the first digit or lane. */
function knownOf(db: ReadHandle, device: Device) {
  return db
    .all(
      'SELECT code, business_day, max(number) AS highest FROM ticket WHERE site_id = ? AND lane = ? GROUP BY business_day, rtrim(code, ?)',
      device.siteId,
      device.lane,
      '0123456789-',
    )
    .map((row) => ({
      prefix: /^[A-Z]+/.exec(String(row.code))?.[0] ?? '',
      day: String(row.business_day),
      highest: Number(row.highest),
    }));
}

function raise(db: WriteHandle, device: Device, prefix: string, day: string, to: number): void {
  db.run(
    'INSERT INTO code_counter (site_id, prefix, lane, business_day, last) VALUES (?, ?, ?, ?, ?) ' +
      'ON CONFLICT DO UPDATE SET last = max(last, excluded.last)',
    device.siteId,
    prefix,
    device.lane,
    day,
    to,
  );
}
