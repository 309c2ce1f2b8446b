/**
 * The agent as a service: `node packages/edge/main.ts`. Settings come from environment variables, or from the JSON file
 * that TOTEM_CONFIG names; variables win.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idSchema } from '@totem/domain';
import { createTcpPrinter, DEFAULT_PROFILE, parsePrinterAddress, profileById } from '@totem/drivers/printer';
import {
  announceReady,
  ConfigError,
  createLifecycle,
  createLog,
  LOG_LEVELS,
  parseConfig,
  stopOnSignals,
  systemEnv,
  systemTimers,
} from '@totem/host';
import { z } from 'zod';
import { createAgent } from './agent.ts';
import type { HubOptions } from './hub/service.ts';
import { readStaticFiles } from './local-api/static-files.ts';
import { BALLAST_BYTES } from './store/ballast.ts';

const configSchema = z.object({
  TOTEM_DATA_DIR: z.string().min(1),
  TOTEM_TENANT_ID: idSchema<'tenant'>(),
  TOTEM_SITE_ID: idSchema<'site'>(),
  TOTEM_EQUIPMENT_ID: idSchema<'equipment'>(),
  TOTEM_LANE: z.string().regex(/^[1-9][0-9]{0,3}$/),
  TOTEM_CLOUD_URL: z.url(),
  TOTEM_PUBLIC_URL: z.url().optional(),
  /** `host:port`; without it nothing is printed. */
  TOTEM_PRINTER: z.string().optional(),
  TOTEM_PRINTER_PROFILE: z.string().default(DEFAULT_PROFILE.id),
  TOTEM_KIOSK_DIR: z.string().optional(),
  /** Pictures, films and recordings of the branch's own. */
  TOTEM_MEDIA_DIR: z.string().optional(),
  /** Pages that may show the screen in a frame, as CSP sources with spaces between. */
  TOTEM_FRAME_ANCESTORS: z.string().default(''),
  TOTEM_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** The address on the branch's network where it serves when it is the hub; without it, it never does. */
  TOTEM_HUB_HOST: z.string().optional(),
  TOTEM_HUB_PORT: z.coerce.number().int().min(1).max(65_535).default(4_443),
  /** Names and addresses by which others reach it, with spaces between; the first is told to them. */
  TOTEM_HUB_NAMES: z.string().default(''),
  /** `off` serves without TLS, which only a hub at 127.0.0.1 or ::1 may. */
  TOTEM_HUB_TLS: z.enum(['on', 'off']).default('on'),
  /** Origins of pages that may ask the hub, with spaces between: the cloud's panel and display. The public URL's by default. */
  TOTEM_HUB_ORIGINS: z.string().optional(),
  /** Built screens that the hub serves. */
  TOTEM_PANEL_DIR: z.string().optional(),
  TOTEM_DISPLAY_DIR: z.string().optional(),
  TOTEM_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

/** Where the screen is, for the browser that a supervisor starts: the address with this boot's token. */
const SCREEN_FILE = 'screen-url';
const SCREEN_FILE_MODE = 0o600;

await main();

async function main(): Promise<void> {
  const config = parseConfig(configSchema, { ...fileSettings(), ...process.env });
  const log = createLog('edge', { level: config.TOTEM_LOG_LEVEL });
  const profile = profileById(config.TOTEM_PRINTER_PROFILE);
  if (profile === undefined) throw new ConfigError('TOTEM_PRINTER_PROFILE: no such profile');
  const address = config.TOTEM_PRINTER === undefined ? undefined : parsePrinterAddress(config.TOTEM_PRINTER);
  if (address === null) throw new ConfigError('TOTEM_PRINTER: not host:port');
  const printer = address === undefined ? null : createTcpPrinter({ address, profile, timers: systemTimers });
  const agent = createAgent({
    dataDir: config.TOTEM_DATA_DIR,
    device: {
      tenantId: config.TOTEM_TENANT_ID,
      siteId: config.TOTEM_SITE_ID,
      equipmentId: config.TOTEM_EQUIPMENT_ID,
      lane: config.TOTEM_LANE,
    },
    cloudUrl: config.TOTEM_CLOUD_URL,
    publicUrl: config.TOTEM_PUBLIC_URL ?? null,
    printer,
    printerProfile: profile,
    ballastBytes: BALLAST_BYTES,
    env: systemEnv,
    timers: systemTimers,
    log,
    port: config.TOTEM_PORT,
    frameAncestors: config.TOTEM_FRAME_ANCESTORS.split(' ').filter((source) => source !== ''),
    ...hubSettings(config),
    ...(config.TOTEM_KIOSK_DIR === undefined ? {} : { kioskDir: config.TOTEM_KIOSK_DIR }),
    ...(config.TOTEM_MEDIA_DIR === undefined ? {} : { mediaDir: config.TOTEM_MEDIA_DIR }),
  });
  const lifecycle = createLifecycle(log);
  lifecycle.onStop('printer', () => printer?.close());
  lifecycle.onStop('agent', () => agent.stop());
  stopOnSignals(lifecycle, log);
  const { url, token } = await agent.start();
  writeScreenFile(config.TOTEM_DATA_DIR, `${url}/#token=${token}`);
  announceReady(lifecycle, { url, token });
}

function hubSettings(config: z.output<typeof configSchema>): { readonly hub?: HubOptions } {
  const host = config.TOTEM_HUB_HOST;
  if (host === undefined) return {};
  const names = config.TOTEM_HUB_NAMES.split(' ').filter((name) => name !== '');
  if (names.length === 0) throw new ConfigError('TOTEM_HUB_NAMES: others must know where the hub is');
  const { TOTEM_PANEL_DIR: panel, TOTEM_DISPLAY_DIR: display } = config;
  const screens = {
    ...(panel === undefined ? {} : { panel: readStaticFiles(panel) }),
    ...(display === undefined ? {} : { display: readStaticFiles(display) }),
  };
  const { TOTEM_HUB_PORT: port, TOTEM_HUB_ORIGINS: origins, TOTEM_PUBLIC_URL: publicUrl } = config;
  const known = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
  const allowedOrigins = origins?.split(' ').filter((origin) => origin !== '') ?? known;
  return { hub: { host, port, names, screens, allowedOrigins, isPlain: config.TOTEM_HUB_TLS === 'off' } };
}

function fileSettings(): Record<string, unknown> {
  const path = process.env.TOTEM_CONFIG;
  if (path === undefined) return {};
  return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Written aside and moved, so that nobody reads half an address. */
function writeScreenFile(dataDir: string, text: string): void {
  const path = join(dataDir, SCREEN_FILE);
  writeFileSync(`${path}.new`, text, { mode: SCREEN_FILE_MODE });
  renameSync(`${path}.new`, path);
}
