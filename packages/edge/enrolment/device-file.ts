/** Who this device is, as its enrolment has said: kept in its folder beside its key. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { idSchema } from '@totem/domain';
import { z } from 'zod';
import type { Device } from '../device.ts';

const DEVICE_FILE = 'device.json';
const DEVICE_FILE_MODE = 0o600;
const DATA_DIR_MODE = 0o700;

/** The lane is part of every ticket's code. */
export const laneSchema = z.string().regex(/^[1-9][0-9]{0,3}$/);

const deviceSchema = z.object({
  tenantId: idSchema<'tenant'>(),
  siteId: idSchema<'site'>(),
  equipmentId: idSchema<'equipment'>(),
  lane: laneSchema,
});

/** The device of this folder; undefined before its enrolment. @throws Error for a file that is there and says nothing right. */
export function readDevice(dataDir: string): Device | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, DEVICE_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // What cannot be read is not guessed at: as another device it would print another's codes.
  return deviceSchema.parse(JSON.parse(text));
}

/** Keeps the device, on the disk before this returns. Written aside and moved, so that a power cut leaves all of it or nothing. */
export function saveDevice(dataDir: string, device: Device): void {
  mkdirSync(dataDir, { recursive: true, mode: DATA_DIR_MODE });
  const path = join(dataDir, DEVICE_FILE);
  const { tenantId, siteId, equipmentId, lane } = device;
  const file = openSync(`${path}.new`, 'w', DEVICE_FILE_MODE);
  try {
    writeSync(file, JSON.stringify({ tenantId, siteId, equipmentId, lane }));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
