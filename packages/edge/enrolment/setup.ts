/** The first boot: serves the technician's screen until somebody has confirmed this device, and then makes room for the agent. */
import { hostname, release } from 'node:os';
import type { Env, Timers } from '@totem/domain';
import { type Log, serveHttp } from '@totem/host';
import type { Device } from '../device.ts';
import { openDeviceKey } from '../identity/device-key.ts';
import { bootToken } from '../local-api/guard.ts';
import { readStaticFiles, type StaticFile } from '../local-api/static-files.ts';
import { saveDevice } from './device-file.ts';
import { createEnrolling } from './enrolling.ts';
import { createSetupApi } from './setup-api.ts';

export interface SetupOptions {
  readonly dataDir: string;
  readonly cloudUrl: string;
  readonly appVersion: string;
  /** The built technician's screen; without it only the API is served. */
  readonly setupDir?: string;
  readonly frameAncestors?: readonly string[];
  readonly host?: string;
  readonly port?: number;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
}

export interface Setup {
  /** Where the screen is, and the token of this boot: the agent goes on with both. */
  start(): Promise<{ readonly url: string; readonly token: string; readonly port: number }>;
  /** Resolves once the device is enrolled, its screen has been told, and the port is free. */
  readonly enrolled: Promise<Device>;
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** A screen that is not there to be told does not keep the totem from working. */
const TOLD_WITHIN_MS = 10_000;

export function createSetup(options: SetupOptions): Setup {
  const { dataDir, env, timers, log } = options;
  const enrolled = Promise.withResolvers<Device>();
  const token = bootToken(env);
  let port = 0;
  let served: { close(): Promise<void> } | undefined;
  let device: Device | undefined;
  let cancelWait: (() => void) | undefined;

  const close = async (): Promise<void> => {
    cancelWait?.();
    enrolling.stop();
    const closing = served;
    served = undefined;
    await closing?.close();
  };
  const goOn = (): void => {
    const known = device;
    if (known === undefined) return;
    device = undefined;
    close().then(() => enrolled.resolve(known), enrolled.reject);
  };
  const enrolling = createEnrolling({
    cloudUrl: options.cloudUrl,
    key: openDeviceKey(dataDir),
    about: { host: hostname().slice(0, 80), system: release().slice(0, 80), appVersion: options.appVersion },
    timers,
    log,
    onConfirmed: (confirmed) => {
      saveDevice(dataDir, confirmed);
      device = confirmed;
      cancelWait = timers.after(TOLD_WITHIN_MS, goOn);
      log.info({ equipmentId: confirmed.equipmentId }, 'this device is enrolled');
    },
  });
  return {
    enrolled: enrolled.promise,
    async start() {
      const files =
        options.setupDir === undefined ? new Map<string, StaticFile>() : readStaticFiles(options.setupDir);
      const { frameAncestors = [] } = options;
      // After the answer is out: the screen must hear it before the port is closed.
      const onTold = () => void timers.after(0, goOn);
      const app = createSetupApi({ enrolling, token, port: () => port, files, frameAncestors, log, onTold });
      const listening = await serveHttp(app, {
        host: options.host ?? LOOPBACK,
        port: options.port ?? 0,
        log,
      });
      served = listening;
      port = listening.port;
      return { url: listening.url, token, port };
    },
    stop: close,
  };
}
