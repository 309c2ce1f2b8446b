/** What the office decides of a display: versions that nobody changes, the newest of which counts. */
import type { Routes } from '@totem/api';
import {
  type DisplaySettings,
  displaySettingsOf,
  instantText,
  newId,
  type Principal,
  ProblemError,
} from '@totem/domain';
import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import { deviceSettings, media } from '../db/schema/devices.ts';
import { counter, equipment, service } from '../db/schema/tenancy.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { changesOf } from '../rest/changes.ts';
import { requireInUse } from '../rest/configured.ts';
import { record, userOf } from '../rest/entries.ts';
import { type Handler, read, write } from '../rest/mount.ts';
import { equipmentRow, placed } from '../rest/resources/equipment.ts';

/** Versions that are shown: the newest. All are kept. */
const VERSIONS_SHOWN = 50;

type Row = typeof deviceSettings.$inferSelect;
type EquipmentRow = typeof equipment.$inferSelect;

export const deviceSettingsHandlers = {
  getDeviceSettings: read(async (tx, asked) => {
    const device = await displayRow(tx, asked);
    const row = await newest(tx, device.id);
    return { body: view(row), version: row?.version ?? 0 };
  }),
  listDeviceSettings: read(async (tx, asked) => {
    const device = await displayRow(tx, asked);
    return { body: { items: (await versionsOf(tx, device.id, VERSIONS_SHOWN)).map(view) } };
  }),
  changeDeviceSettings: write(async (tx, asked) => {
    const userId = userOf(asked.principal);
    const device = await displayRow(tx, asked);
    if (userId === null) throw new ProblemError('forbidden');
    if (device.deletedAt !== null) throw new ProblemError('not_found');
    await requireShown(tx, asked.body);
    await lockDevice(tx, device);
    const before = await newest(tx, device.id);
    const version = before?.version ?? 0;
    if (version !== asked.version) throw new ProblemError('version_conflict', { extra: { version } });
    const changed = changesOf({ ...displaySettingsOf(before?.settings) }, { ...asked.body });
    if (changed === undefined) return { body: view(before), version };
    const row: Row = {
      tenantId: tx.tenantId,
      id: newId<'device_settings'>(asked.env),
      createdAt: instantText(asked.env.now()),
      equipmentId: device.id,
      version: version + 1,
      settings: asked.body,
      createdBy: userId,
    };
    await tx.orm.insert(deviceSettings).values(row);
    await record(tx, asked, { action: 'CONFIG_CHANGED', ...placed(device), data: { ...changed } });
    return { body: view(row), version: row.version };
  }),
  getOwnSettings: read(async (tx, { principal }) => {
    const row = await newest(tx, displayOf(principal));
    const settings = displaySettingsOf(row?.settings);
    return {
      body: { version: row?.version ?? 0, settings, media: await mediaOf(tx, settings) },
      version: row?.version ?? 0,
    };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** The version of a device's settings now; 0 before the first. */
export async function settingsVersion(tx: ReadHandle, equipmentId: EquipmentRow['id']): Promise<number> {
  return (await newest(tx, equipmentId))?.version ?? 0;
}

function displayOf(principal: Principal): EquipmentRow['id'] {
  if (principal.kind !== 'device' || principal.type !== 'display')
    throw new ProblemError('device_has_no_settings');
  return principal.equipmentId;
}

/** @throws ProblemError `not_found`, `device_has_no_settings`. */
async function displayRow(
  tx: ReadHandle,
  asked: { readonly principal: Principal; readonly params: { readonly id: string } },
): Promise<EquipmentRow> {
  const device = await equipmentRow(tx, asked);
  if (device.type !== 'display') throw new ProblemError('device_has_no_settings');
  return device;
}

/** Two who decide at once come one after the other. */
async function lockDevice(tx: WriteHandle, device: EquipmentRow): Promise<void> {
  await tx.orm
    .select({ id: equipment.id })
    .from(equipment)
    .where(and(eq(equipment.tenantId, tx.tenantId), eq(equipment.id, device.id)))
    .for('update');
}

async function newest(tx: ReadHandle, equipmentId: EquipmentRow['id']): Promise<Row | undefined> {
  const [row] = await versionsOf(tx, equipmentId, 1);
  return row;
}

function versionsOf(tx: ReadHandle, equipmentId: EquipmentRow['id'], limit: number): Promise<Row[]> {
  return tx.orm
    .select()
    .from(deviceSettings)
    .where(and(eq(deviceSettings.tenantId, tx.tenantId), eq(deviceSettings.equipmentId, equipmentId)))
    .orderBy(desc(deviceSettings.version))
    .limit(limit);
}

/** @throws ProblemError `reference_not_found` */
async function requireShown(tx: ReadHandle, settings: DisplaySettings): Promise<void> {
  await requireInUse(tx, service, 'serviceIds', settings.serviceIds ?? []);
  await requireInUse(tx, counter, 'counterIds', settings.counterIds ?? []);
  await requireInUse(tx, media, 'mediaIds', settings.mediaIds);
}

async function mediaOf(tx: ReadHandle, { mediaIds }: DisplaySettings) {
  if (mediaIds.length === 0) return [];
  const rows = await tx.orm
    .select({ id: media.id, type: media.type })
    .from(media)
    .where(and(eq(media.tenantId, tx.tenantId), inArray(media.id, mediaIds), isNull(media.deletedAt)));
  return mediaIds.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}

function view(row: Row | undefined) {
  return {
    version: row?.version ?? 0,
    settings: displaySettingsOf(row?.settings),
    createdAt: row?.createdAt ?? null,
    createdBy: row?.createdBy ?? null,
  };
}
