/** A totem that replaces its key, as a process of its own, so that it can be killed for good; or one that only signs in. */
import { createLog, systemEnv, systemTimers } from '@totem/host';
import { createClock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import { createCloudLink } from '../../link/cloud-link.ts';
import { openDeviceKey } from '../device-key.ts';
import { type RotationPoint, replaceKey } from '../key-rotation.ts';

/** What the process is told, as its one argument. */
export interface RotatingOrder {
  readonly dataDir: string;
  readonly device: Device;
  readonly cloudUrl: string;
  /** Where it kills itself; null replaces the key to its end, and `sign_in` asks the cloud who it is and no more. */
  readonly point: RotationPoint | 'sign_in' | null;
}

/** What it says at its end. */
export interface RotatingSaid {
  /** The key that it signs with. */
  readonly key: string;
  readonly hasSuccessor: boolean;
  /** The code of what was refused; null when all went well. */
  readonly refused: string | null;
}

const argument = process.argv[2];
if (argument !== undefined) await main(JSON.parse(argument) as RotatingOrder);

async function main({ dataDir, device, cloudUrl, point }: RotatingOrder): Promise<void> {
  const key = openDeviceKey(dataDir);
  const clock = createClock({
    env: systemEnv,
    timers: systemTimers,
    memory: undefined,
    lastUsedMs: undefined,
  });
  const link = createCloudLink({ cloudUrl, device, key, clock, timers: systemTimers, onLearned: () => {} });
  const log = createLog('edge', { level: 'silent' });
  let refused: string | null = null;
  try {
    if (point === 'sign_in') await link.request({ method: 'GET', path: '/v1/me' });
    else
      await replaceKey({
        key,
        device,
        link,
        at: (here) => {
          if (here === point) process.kill(process.pid, 'SIGKILL');
        },
      });
  } catch (error) {
    log.info({ err: error }, 'refused');
    refused = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  const said: RotatingSaid = { key: key.publicJwk.x, hasSuccessor: key.successor() !== undefined, refused };
  process.stdout.write(JSON.stringify(said));
}
