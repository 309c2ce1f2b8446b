/** The device's state for screens: one row for each part, written only when it says something new. */
import {
  type DevicePart,
  type DeviceStatusRow,
  deviceStatusTable,
  instantText,
  type JsonObject,
  newId,
  type PartState,
  rowFromSql,
} from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { upsertRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** What a part is said to be. */
export interface PartReport {
  readonly part: DevicePart;
  readonly state: PartState;
  readonly detail: JsonObject;
}

/** Writes what is new of the reports, in one transaction; nothing when nothing is. @throws ProblemError `storage_fault` */
export function writeReports(
  parts: { readonly store: Store; readonly clock: Clock; readonly device: Device },
  reports: readonly PartReport[],
): void {
  const { store, clock, device } = parts;
  const known = store.read((db) =>
    db.all('SELECT * FROM device_status').map((raw): DeviceStatusRow => rowFromSql(deviceStatusTable, raw)),
  );
  const rows = reports.flatMap(({ part, state, detail }) => {
    const before = known.find((row) => row.part === part);
    const isSame = before?.state === state && JSON.stringify(before.detail) === JSON.stringify(detail);
    if (isSame) return [];
    const at = instantText(clock.env.now());
    const row: DeviceStatusRow = {
      tenantId: device.tenantId,
      id: before?.id ?? newId<'device_status'>(clock.env),
      createdAt: before?.createdAt ?? at,
      siteId: device.siteId,
      part,
      state,
      detail,
      updatedAt: at,
    };
    return [row];
  });
  if (rows.length === 0) return;
  store.write((db) => {
    for (const row of rows) upsertRow(db, deviceStatusTable, row);
  });
}
