/**
 * Replacing the device's own key: the successor is on the disk before anybody hears of it, the cloud takes it with both signatures,
 * and then it takes the place of the former. A device that loses its power anywhere in between finds the successor at its next start,
 * and goes on: asked again, the cloud says again what is so (I-EDG-23).
 */
import { KEY_LIFE_MS, keyRotationText, type Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type { KeyRotation } from '@totem/sync/device';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import type { RenewableKey } from './device-key.ts';

/** Between two looks at the key's age, and after a try that came to nothing. */
export const KEY_LOOK_EVERY_MS = 60 * 60_000;

/** Where a device may lose its power. */
export const ROTATION_POINTS = ['begun', 'told', 'promoted'] as const;
export type RotationPoint = (typeof ROTATION_POINTS)[number];

export interface KeyRotationParts {
  readonly key: RenewableKey;
  readonly device: Device;
  readonly link: Pick<CloudLink, 'request'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Called at each point; left out in production. */
  readonly at?: (point: RotationPoint) => void;
}

/** Replaces the key now, or goes on where it was left. @throws ProblemError when the cloud does not take it. */
export async function replaceKey({
  key,
  device,
  link,
  at,
}: Omit<KeyRotationParts, 'clock' | 'timers' | 'log'>) {
  const next = key.begin();
  at?.('begun');
  const answer = await link.request({
    method: 'POST',
    path: '/v1/device/key',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(orderOf(key, next, device)),
  });
  at?.('told');
  if (!answer.ok) {
    const problem = await problemIn(answer);
    // Another key was registered meanwhile: this one's successor is nobody's.
    if (problem.code === 'device_key_not_current') key.drop();
    throw problem;
  }
  key.promote();
  at?.('promoted');
}

function orderOf(
  key: RenewableKey,
  next: ReturnType<RenewableKey['begin']>,
  { tenantId, equipmentId }: Device,
): KeyRotation {
  const keys = { from: key.publicJwk.x, to: next.publicJwk.x };
  const text = keyRotationText(tenantId, equipmentId, keys);
  const signed = (signature: Uint8Array) => Buffer.from(signature).toString('base64url');
  return { ...keys, fromSignature: signed(key.sign(text)), toSignature: signed(next.sign(text)) };
}

/** Whether the key is old enough, or its replacement was begun. A clock that is not believed tells no age. */
export function isDue(key: RenewableKey, clock: Clock): boolean {
  if (key.successor() !== undefined) return true;
  return !clock.suspect() && clock.env.now() - key.madeAtMs() >= KEY_LIFE_MS;
}

/** Looks now and again. @returns stops it. */
export function rotateWhenDue(parts: KeyRotationParts): () => void {
  const { key, clock, timers, log } = parts;
  let stopped = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    try {
      if (isDue(key, clock)) {
        await replaceKey(parts);
        log.info('the key of this device was replaced');
      }
    } catch (error) {
      log.warn({ err: error }, 'the key of this device could not be replaced yet');
    }
    if (!stopped) cancel = timers.after(KEY_LOOK_EVERY_MS, () => void look());
  };
  cancel = timers.after(0, () => void look());
  return () => {
    stopped = true;
    cancel();
  };
}
