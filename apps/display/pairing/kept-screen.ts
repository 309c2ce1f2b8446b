/** Who this screen is, in the browser's own storage: its key from the first start on, and the device that it was made. */
import { type Env, idSchema } from '@totem/domain';
import { z } from 'zod';
import { newScreenKey, type ScreenKey, screenKeyOf } from './screen-key.ts';

export const pairedScreenSchema = z.object({
  tenantId: idSchema<'tenant'>(),
  siteId: idSchema<'site'>(),
  equipmentId: idSchema<'equipment'>(),
});
/** The device that a screen was made. */
export type PairedScreen = z.infer<typeof pairedScreenSchema>;

export type ScreenStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'totem.display.key';
const DEVICE = 'totem.display.device';

/** The key of this screen; a new one where there is none that can be used. */
export function keptKey(storage: ScreenStorage, env: Env): ScreenKey {
  try {
    return screenKeyOf(storage.getItem(KEY) ?? '');
  } catch {
    const key = newScreenKey(env);
    storage.setItem(KEY, key.secret);
    return key;
  }
}

export function keptScreen(storage: ScreenStorage): PairedScreen | undefined {
  try {
    return pairedScreenSchema.parse(JSON.parse(storage.getItem(DEVICE) ?? ''));
  } catch {
    return undefined;
  }
}

export function keepScreen(storage: ScreenStorage, screen: PairedScreen): void {
  storage.setItem(DEVICE, JSON.stringify(screen));
}

/** It is this device no more: the next one that it is made is another, with another key. */
export function forgetScreen(storage: ScreenStorage): void {
  storage.removeItem(DEVICE);
  storage.removeItem(KEY);
}
