/** What screens are told of the device, case by case, and that nothing is written when nothing is new. */
import { UNREACHABLE } from '@totem/drivers/printer';
import { describe, expect, it } from 'vitest';
import { openTotem, testPlace } from '../testing/totem.ts';
import { writeReports } from './board.ts';
import { type DeviceView, deviceReports } from './reports.ts';

const at = '2026-11-23T15:00:00.000Z';
const well: DeviceView = {
  link: { state: 'up', since: at },
  outbox: { pending: 0, oldestAt: null, attempts: 0, code: null, stalls: 0 },
  printer: { reachable: true, online: true, paper: 'adequate', coverOpen: false, error: null },
  clock: { state: 'ok', offsetMs: 0, lastServerMs: 0 },
  diskFault: undefined,
  stopped: undefined,
  behind: [],
};
const printer = (over: object): Partial<DeviceView> => ({
  printer: { ...UNREACHABLE, reachable: true, online: true, paper: 'adequate', ...over },
});
const outbox = (attempts: number) => ({
  outbox: { pending: 3, oldestAt: at, attempts, code: 'unreachable' as const, stalls: 0 },
});

const CASES: readonly [string, Partial<DeviceView>, string, string, object][] = [
  ['no answer of the cloud yet', { link: { state: 'unknown' } }, 'cloud', 'unknown', {}],
  [
    'no link',
    { link: { state: 'down', since: at, cause: 'no_link' } },
    'cloud',
    'warning',
    { cause: 'no_link' },
  ],
  ['entries wait', outbox(2), 'ledger', 'ok', { pending: 3, oldestAt: at }],
  ['entries wait and attempts fail', outbox(9), 'ledger', 'warning', { code: 'unreachable' }],
  ['no printer', { printer: null }, 'printer', 'fault', { cause: 'printer_offline' }],
  ['a printer that was not asked yet', { printer: undefined }, 'printer', 'unknown', {}],
  ['paper near its end', printer({ paper: 'near_end' }), 'printer', 'warning', { cause: null }],
  ['no paper', printer({ paper: 'out', online: false }), 'printer', 'fault', { cause: 'printer_paper_out' }],
  [
    'an open cover',
    printer({ coverOpen: true, online: false }),
    'printer',
    'fault',
    { cause: 'printer_cover_open' },
  ],
  ['a jam', printer({ error: 'recoverable' }), 'printer', 'fault', { cause: 'printer_error' }],
  [
    'a clock that drifts',
    { clock: { state: 'drift', offsetMs: 61_000, lastServerMs: 0 } },
    'clock',
    'warning',
    { offsetSeconds: 61 },
  ],
  [
    'a clock that is not believed',
    { clock: { state: 'suspect', offsetMs: 0, lastServerMs: 0 } },
    'clock',
    'warning',
    { state: 'suspect' },
  ],
  ['a full disk', { diskFault: 'SQLITE_FULL' }, 'disk', 'fault', { code: 'SQLITE_FULL' }],
  [
    'a fork',
    { stopped: 'ledger_fork' },
    'device',
    'fault',
    { code: 'device_suspended', reason: 'ledger_fork' },
  ],
  ['an old image', { stopped: 'not_ready' }, 'device', 'fault', { code: 'not_ready' }],
];

describe('the state of a device', () => {
  it('is ok in every part when all is well', () => {
    expect(new Set(deviceReports(well).map(({ state }) => state))).toEqual(new Set(['ok']));
  });

  it.each(CASES)('%s', (_title, over, part, state, detail) => {
    const report = deviceReports({ ...well, ...over }).find((one) => one.part === part);
    expect(report).toMatchObject({ state, detail });
  });

  it('is one row for each part, and is written only when it says something new', () => {
    const place = testPlace();
    const parts = openTotem(place);
    writeReports(parts, deviceReports(well));
    let commits = 0;
    parts.store.onCommit(() => {
      commits += 1;
    });
    writeReports(parts, deviceReports(well));
    expect(commits).toBe(0);
    writeReports(parts, deviceReports({ ...well, printer: null }));
    expect(commits).toBe(1);
    const rows = parts.store.read((db) => db.all('SELECT part, state FROM device_status ORDER BY part'));
    expect(rows.length).toBe(6);
    expect(rows.filter(({ state }) => state === 'fault')).toEqual([{ part: 'printer', state: 'fault' }]);
    parts.store.close();
    place.remove();
  });
});
