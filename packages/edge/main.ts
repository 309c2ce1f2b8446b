/**
 * The agent as a service: `node packages/edge/main.ts`. Settings come from environment variables, or from the JSON file
 * that TOTEM_CONFIG names; variables win. A device that nobody has enrolled yet serves the technician's screen first.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idSchema } from '@totem/domain';
import { type CashMachine, CHECKS, NOTES_AND_COINS } from '@totem/drivers/cash';
import { createPrinter, DEFAULT_PROFILE, parsePrinterWay, profileById } from '@totem/drivers/printer';
import { createSerialScanner, type Scanner } from '@totem/drivers/scanner';
import { type AutoTefConfig, genericProfile, multiplusProfile, payGoProfile } from '@totem/drivers/terminal';
import {
  announceReady,
  ConfigError,
  createLifecycle,
  createLog,
  type Lifecycle,
  LOG_LEVELS,
  type Log,
  notifyService,
  parseConfig,
  stopOnSignals,
  systemEnv,
  systemTimers,
} from '@totem/host';
import { z } from 'zod';
import { createAgent } from './agent.ts';
import type { Device } from './device.ts';
import { laneSchema, readDevice } from './enrolment/device-file.ts';
import { createSetup } from './enrolment/setup.ts';
import type { HubOptions } from './hub/service.ts';
import { readStaticFiles } from './local-api/static-files.ts';
import packageJson from './package.json' with { type: 'json' };
import { cardByAutoTef, cardByTef, cashByCcTalk, type MeansOptions, pixByCloud } from './pay/means.ts';
import { BALLAST_BYTES } from './store/ballast.ts';
import { createLogRing } from './technician/logs.ts';

const configSchema = z.object({
  TOTEM_DATA_DIR: z.string().min(1),
  /** Who this device is, where whoever starts it says so: all four, or none and it is enrolled at its first start. */
  TOTEM_TENANT_ID: idSchema<'tenant'>().optional(),
  TOTEM_SITE_ID: idSchema<'site'>().optional(),
  TOTEM_EQUIPMENT_ID: idSchema<'equipment'>().optional(),
  TOTEM_LANE: laneSchema.optional(),
  TOTEM_CLOUD_URL: z.url(),
  TOTEM_PUBLIC_URL: z.url().optional(),
  /** `host:port`, `serial:/dev/…`, `usb:…` or `queue:…`; without it nothing is printed until a technician chooses one. */
  TOTEM_PRINTER: z.string().optional(),
  /** `serial:/dev/…` of a reader of codes; without it there is none. */
  TOTEM_SCANNER: z.string().optional(),
  TOTEM_PRINTER_PROFILE: z.string().default(DEFAULT_PROFILE.id),
  TOTEM_KIOSK_DIR: z.string().optional(),
  /** The technician's screen of the first start. */
  TOTEM_SETUP_DIR: z.string().optional(),
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
  /** `cloud` offers Pix where the cloud has a provider for it. */
  TOTEM_PIX: z.enum(['cloud', 'off']).default('cloud'),
  /** Which payment manager runs on this machine; without one no cards are taken. */
  TOTEM_TEF: z.enum(['generic', 'paygo', 'multiplus', 'autotef']).optional(),
  /** The two folders that it and the agent share, as its manual names them. */
  TOTEM_TEF_REQUEST_DIR: z.string().min(1).optional(),
  TOTEM_TEF_RESPONSE_DIR: z.string().min(1).optional(),
  /** PayGo: the record of the certification. */
  TOTEM_TEF_CERTIFICATION: z.string().default(''),
  /** Multiplus: the merchant, 14 digits. */
  TOTEM_TEF_CNPJ: z.string().default(''),
  /** AutoTEF: where Stone's service listens on this machine, the merchant there, its pinpad's port, and who integrates. */
  TOTEM_AUTOTEF_URL: z.url().refine(isThisMachine, 'is not of this machine').default('http://localhost:8000'),
  TOTEM_AUTOTEF_STONE_CODE: z.string().min(1).optional(),
  TOTEM_AUTOTEF_PINPAD: z.string().min(1).optional(),
  TOTEM_AUTOTEF_PARTNER: z.string().min(1).default('Totem'),
  /** `serial:/dev/…`, or `host:port` of a converter, of a cash machine that speaks ccTalk; without it no cash is taken. */
  TOTEM_CASH: z.string().optional(),
  /** What hangs on its line. */
  TOTEM_CASH_UNITS: z.enum(['notes', 'coins', 'both']).default('both'),
  /** How its devices check their frames. */
  TOTEM_CASH_CHECK: z.enum(CHECKS).default('sum'),
  TOTEM_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
});

/** Where the screen is, for the browser that a supervisor starts: the address with this boot's token. */
const SCREEN_FILE = 'screen-url';
const SCREEN_FILE_MODE = 0o600;
/** Made when a technician leaves the kiosk: whoever shows the screen stops showing it, and removes the file. */
const LEAVE_FILE = 'leave-kiosk';

/** The newest lines, for a technician to take along. */
const logRing = createLogRing();

await main();

type Config = z.output<typeof configSchema>;

async function main(): Promise<void> {
  const config = parseConfig(configSchema, { ...fileSettings(), ...process.env });
  const destination = {
    write(line: string) {
      process.stdout.write(line);
      logRing.write(line);
    },
  };
  const log = createLog('edge', { level: config.TOTEM_LOG_LEVEL, destination });
  const lifecycle = createLifecycle(log);
  stopOnSignals(lifecycle, log);
  const device = givenDevice(config) ?? readDevice(config.TOTEM_DATA_DIR);
  if (device !== undefined) return serve(config, device, lifecycle, log);
  const setup = createSetup({
    dataDir: config.TOTEM_DATA_DIR,
    cloudUrl: config.TOTEM_CLOUD_URL,
    appVersion: packageJson.version,
    frameAncestors: framesOf(config),
    port: config.TOTEM_PORT,
    env: systemEnv,
    timers: systemTimers,
    log,
    ...(config.TOTEM_SETUP_DIR === undefined ? {} : { setupDir: config.TOTEM_SETUP_DIR }),
  });
  lifecycle.onStop('setup', () => setup.stop());
  const { url, token, port } = await setup.start();
  tellService(lifecycle, log);
  writeScreenFile(config.TOTEM_DATA_DIR, `${url}/#token=${token}`);
  announceReady(lifecycle, { url, token });
  const enrolled = await setup.enrolled;
  await serve(config, enrolled, lifecycle, log, { token, port });
}

/** @throws ConfigError when only a part of it is given: as half another device it would print another's codes. */
function givenDevice(config: Config): Device | undefined {
  const { TOTEM_TENANT_ID: tenantId, TOTEM_SITE_ID: siteId } = config;
  const { TOTEM_EQUIPMENT_ID: equipmentId, TOTEM_LANE: lane } = config;
  const given = [tenantId, siteId, equipmentId, lane].filter((one) => one !== undefined);
  if (given.length === 0) return undefined;
  if (tenantId === undefined || siteId === undefined || equipmentId === undefined || lane === undefined)
    throw new ConfigError('TOTEM_TENANT_ID, TOTEM_SITE_ID, TOTEM_EQUIPMENT_ID and TOTEM_LANE go together');
  return { tenantId, siteId, equipmentId, lane };
}

/** @param screen the port and the token that a technician's screen has already. */
async function serve(
  config: Config,
  device: Device,
  lifecycle: Lifecycle,
  log: Log,
  screen?: { readonly token: string; readonly port: number },
): Promise<void> {
  const profile = profileById(config.TOTEM_PRINTER_PROFILE);
  if (profile === undefined) throw new ConfigError('TOTEM_PRINTER_PROFILE: no such profile');
  const way = config.TOTEM_PRINTER === undefined ? undefined : parsePrinterWay(config.TOTEM_PRINTER);
  if (way === null) throw new ConfigError('TOTEM_PRINTER: no address of a printer');
  const printer = way === undefined ? null : createPrinter(way, profile, systemTimers);
  const agent = createAgent({
    dataDir: config.TOTEM_DATA_DIR,
    device,
    cloudUrl: config.TOTEM_CLOUD_URL,
    publicUrl: config.TOTEM_PUBLIC_URL ?? null,
    printer,
    printerProfile: profile,
    means: meansIn(config),
    ballastBytes: BALLAST_BYTES,
    env: systemEnv,
    timers: systemTimers,
    log,
    port: config.TOTEM_PORT,
    frameAncestors: framesOf(config),
    ...scannerSettings(config),
    logLines: logRing.lines,
    leaveKiosk: () => writeFileSync(join(config.TOTEM_DATA_DIR, LEAVE_FILE), ''),
    // Whoever supervises the program starts it again, as after any end.
    restart: () => void process.kill(process.pid, 'SIGTERM'),
    appVersion: packageJson.version,
    ...screen,
    ...hubSettings(config),
    ...(config.TOTEM_KIOSK_DIR === undefined ? {} : { kioskDir: config.TOTEM_KIOSK_DIR }),
    ...(config.TOTEM_MEDIA_DIR === undefined ? {} : { mediaDir: config.TOTEM_MEDIA_DIR }),
  });
  lifecycle.onStop('printer', () => printer?.close());
  lifecycle.onStop('agent', () => agent.stop());
  const { url, token } = await agent.start();
  if (screen !== undefined) return;
  tellService(lifecycle, log);
  writeScreenFile(config.TOTEM_DATA_DIR, `${url}/#token=${token}`);
  announceReady(lifecycle, { url, token });
}

/** Ready is who shows a screen, also one for pairing: the service manager would end it in the middle otherwise. */
function tellService(lifecycle: Lifecycle, log: Log): void {
  const stopTelling = notifyService({ timers: systemTimers, log, environment: process.env });
  lifecycle.onStop('service manager', stopTelling);
}

function scannerSettings({ TOTEM_SCANNER: written }: Config): { readonly scanner?: Scanner } {
  if (written === undefined) return {};
  const way = parsePrinterWay(written);
  if (way?.kind !== 'serial') throw new ConfigError('TOTEM_SCANNER: no serial port');
  return { scanner: createSerialScanner(way.line, systemTimers) };
}

function framesOf(config: Config): readonly string[] {
  return config.TOTEM_FRAME_ANCESTORS.split(' ').filter((source) => source !== '');
}

/** What can be paid with, in the order in which it is offered. */
function meansIn(config: Config): readonly MeansOptions[] {
  const pix = config.TOTEM_PIX === 'cloud' ? [pixByCloud()] : [];
  return [...pix, ...cardIn(config), ...cashIn(config)];
}

function cashIn(config: Config): readonly MeansOptions[] {
  const { TOTEM_CASH: written, TOTEM_CASH_UNITS: kind, TOTEM_CASH_CHECK: check } = config;
  if (written === undefined) return [];
  const way = parsePrinterWay(written);
  if (way?.kind !== 'serial' && way?.kind !== 'tcp') throw new ConfigError('TOTEM_CASH: no such line');
  const units = NOTES_AND_COINS.units.filter((unit) => kind === 'both' || unit.kind === kind);
  const machine: CashMachine = { units, check };
  return [cashByCcTalk(way.kind === 'tcp' ? way : { kind: 'serial', path: way.line.path }, machine)];
}

function cardIn(config: Config): readonly MeansOptions[] {
  const { TOTEM_TEF: kind, TOTEM_TEF_REQUEST_DIR: requestDir, TOTEM_TEF_RESPONSE_DIR: responseDir } = config;
  if (kind === undefined) return [];
  if (kind === 'autotef') return [cardByAutoTef(autoTefIn(config))];
  if (requestDir === undefined || responseDir === undefined)
    throw new ConfigError('TOTEM_TEF: its two folders must be named');
  const folders = { requestDir, responseDir };
  switch (kind) {
    case 'generic':
      return [cardByTef(genericProfile(folders))];
    case 'paygo':
      return [cardByTef(payGoProfile(folders, config.TOTEM_TEF_CERTIFICATION))];
    case 'multiplus':
      return [cardByTef(multiplusProfile(folders, config.TOTEM_TEF_CNPJ))];
    default:
      return kind satisfies never;
  }
}

/** @throws ConfigError */
function autoTefIn(config: Config): AutoTefConfig {
  const { TOTEM_AUTOTEF_STONE_CODE: stoneCode, TOTEM_AUTOTEF_PINPAD: connectionName } = config;
  if (stoneCode === undefined || connectionName === undefined)
    throw new ConfigError('TOTEM_TEF: AutoTEF needs TOTEM_AUTOTEF_STONE_CODE and TOTEM_AUTOTEF_PINPAD');
  return {
    baseUrl: config.TOTEM_AUTOTEF_URL.replace(/\/$/, ''),
    stoneCode,
    connectionName,
    partnerName: config.TOTEM_AUTOTEF_PARTNER,
  };
}

/** Sales go to it without TLS: never over a network. */
function isThisMachine(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(URL.parse(url)?.hostname ?? '');
}

function hubSettings(config: Config): { readonly hub?: HubOptions } {
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
