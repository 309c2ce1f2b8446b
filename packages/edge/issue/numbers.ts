/** Where the numbers of tickets stand. The business day is in the key: a new day starts at 1 and nothing is ever reset. */
import { NUMBERS_SKIPPED_AFTER_SALVAGE } from '@totem/domain';
import type { Device } from '../device.ts';
import type { WriteHandle } from '../store/connection.ts';

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
 * it are on paper in people's hands. The prefix is what a code has before the first digit or lane.
 */
export function skipPastKnown(db: WriteHandle, device: Device): void {
  const known = db.all(
    'SELECT code, business_day, max(number) AS highest FROM ticket WHERE site_id = ? AND lane = ? GROUP BY business_day, rtrim(code, ?)',
    device.siteId,
    device.lane,
    '0123456789-',
  );
  for (const row of known) {
    const prefix = /^[A-Z]+/.exec(String(row.code))?.[0] ?? '';
    db.run(
      'INSERT INTO code_counter (site_id, prefix, lane, business_day, last) VALUES (?, ?, ?, ?, ?) ' +
        'ON CONFLICT DO UPDATE SET last = max(last, excluded.last)',
      device.siteId,
      prefix,
      device.lane,
      String(row.business_day),
      Number(row.highest),
    );
  }
  // The next number is the highest that is known plus the gap.
  db.run('UPDATE code_counter SET last = last + ?', NUMBERS_SKIPPED_AFTER_SALVAGE - 1);
}
