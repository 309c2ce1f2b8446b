/**
 * The demo: the whole of Totem at small scale on one machine. PostgreSQL, the cloud and each totem are processes of their
 * own; between a totem and the cloud lies a cable that can be pulled. End-to-end tests start the same.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createCloud,
  createDatabase,
  createPasswords,
  type DatabaseUrls,
  type DataKeys,
  type DemoSeed,
  dataKeysSchema,
  ensureOwner,
  newDataKeys,
  newSigningKey,
  registerDeviceKey,
  type SigningKey,
  seedDemo,
  signingKeySchema,
  startEmbeddedPostgres,
} from '@totem/cloud';
import { ensureDeviceKey } from '@totem/edge';
import { createLifecycle, type Lifecycle, type Log, systemEnv, systemTimers } from '@totem/host';
import { migratePostgres } from '@totem/migrations';
import { type Cable, layCable } from '@totem/testkit/cable';
import type { z } from 'zod';
import { buildScreens, screenDir } from '../build-apps.ts';
import { signInAdmin } from './admin-api.ts';
import { type DemoTotem, startTotem } from './branch.ts';
import { centralSums } from './central.ts';
import { type Child, childProcess } from './child.ts';
import { type DemoSwitches, serveDemo } from './demo-server.ts';
import { giveHubRole, type HubPlace } from './hub.ts';
import type { DemoState } from './page/state.ts';
import { type DemoPayments, openDemoPayments } from './payments.ts';
import { anyFreePort, DEMO_PORTS, freePort } from './ports.ts';

const CLOUD = join(import.meta.dirname, '..', '..', 'cloud', 'main.ts');
/** Who runs the platform in the demo: over the API, there is no screen for it yet. */
export const DEMO_OWNER = {
  username: 'plataforma',
  fullName: 'Olga da Plataforma',
  password: 'quem olha por todas elas',
} as const;
/** Everybody's password in the demo. */
export const DEMO_PASSWORD = 'senha-da-demo-1';
const ADMIN = { username: 'admin', password: DEMO_PASSWORD } as const;
const DISPLAY_TOKEN_SECONDS = 30 * 24 * 3_600;
const SECRET_FILE_MODE = 0o600;

export interface Demo {
  readonly pageUrl: string;
  readonly panelUrl: string;
  readonly displayUrl: string;
  /** Head office is not in the branch: its link is another one. */
  readonly adminUrl: string;
  readonly seed: DemoSeed;
  readonly postgres: { readonly urls: DatabaseUrls };
  readonly cloud: Child;
  readonly cloudUrl: string;
  readonly totems: readonly DemoTotem[];
  readonly switches: DemoSwitches;
  readonly payments: DemoPayments;
  /** The cable from panel and display to the cloud. */
  readonly screens: Cable;
  /** The same screens as the hub itself gives them; null without a hub. */
  readonly atHub: DemoState['hub'];
  /** Stops every process, last started first. */
  stop(): Promise<void>;
}

export interface DemoOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** The ports of the README where they are free; else any. */
  readonly fixedPorts: boolean;
  /** Whether the first totem is the hub of the branch. */
  readonly withHub: boolean;
  /** A migrated database that somebody else runs, in place of a PostgreSQL of its own. */
  readonly database?: DatabaseUrls;
  /** Told what is being done, for people who wait. */
  readonly onStep?: (step: string) => void;
}

/** Starts everything. @throws the first failure, after stopping what was started. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const lifecycle = createLifecycle(options.log);
  try {
    return await start(options, lifecycle);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function start(options: DemoOptions, lifecycle: Lifecycle): Promise<Demo> {
  const { dataDir, log, fixedPorts, onStep = () => undefined } = options;
  const port = (preferred: number) => (fixedPorts ? freePort(preferred) : Promise.resolve(0));
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  onStep('Building the screens');
  await buildScreens({ quiet: true });

  onStep('Starting PostgreSQL');
  const urls = options.database ?? (await ownDatabase(dataDir, lifecycle));
  const secrets = await keptSecrets(dataDir);
  const { seed, displayToken } = await seedData(options, urls, secrets);

  onStep('Starting the cloud');
  const pagePort = await port(DEMO_PORTS.page);
  const cloud = await startCloud(options, urls, secrets, await port(DEMO_PORTS.cloud));
  lifecycle.onStop('cloud', () => cloud.stop());
  const cloudUrl = cloud.ready()?.url ?? '';
  const payments = await openDemoPayments(dataDir);
  lifecycle.onStop('payments', () => payments.close());
  const admin = await signInAdmin(cloudUrl, ADMIN);
  await payments.enrol(admin);

  // Panel and display stand in the branch: when its link is cut, they are cut off too.
  const target = { host: '127.0.0.1', port: Number(new URL(cloudUrl).port) };
  const screens = await layCable({ target, port: await port(DEMO_PORTS.screens) });
  lifecycle.onStop('cable of the screens', () => screens.close());
  const hub = await hubPlace(options, [screens.url, cloudUrl]);

  onStep('Starting the totems');
  const totems = await startTotems({ options, seed, cloudUrl, hub, payments, lifecycle });
  const [first] = seed.totems;
  if (hub !== undefined && first !== undefined) await giveHubRole(admin, seed.siteId, first.equipmentId);
  const screensAt = (base: string) => ({
    panelUrl: `${base}/panel/`,
    displayUrl: `${base}/display/#token=${displayToken}&tenant=${seed.tenantId}&site=${seed.siteId}`,
  });
  const { panelUrl, displayUrl } = screensAt(screens.url);
  const atHub = hub === undefined ? null : screensAt(`http://127.0.0.1:${hub.port}`);
  const sums = centralSums(urls, seed.tenantId, log);
  lifecycle.onStop('sums', () => sums.close());
  const adminUrl = `${cloudUrl}/admin/`;
  const switches = switchesOf({
    cloud,
    screens,
    totems,
    payments,
    panelUrl,
    displayUrl,
    adminUrl,
    atHub,
    sums: sums.read,
  });
  const page = await serveDemo({ switches, pageDir: screenDir('demo'), port: pagePort, log });
  lifecycle.onStop('page', () => page.close());
  return {
    pageUrl: `${page.url}/`,
    panelUrl,
    displayUrl,
    adminUrl,
    seed,
    postgres: { urls },
    cloud,
    cloudUrl,
    totems,
    switches,
    payments,
    screens,
    atHub,
    stop: () => lifecycle.stop(),
  };
}

async function startTotems(parts: {
  readonly options: DemoOptions;
  readonly seed: DemoSeed;
  readonly cloudUrl: string;
  readonly hub: HubPlace | undefined;
  readonly payments: DemoPayments;
  readonly lifecycle: Lifecycle;
}): Promise<DemoTotem[]> {
  const { options, seed, cloudUrl, lifecycle } = parts;
  const { dataDir, fixedPorts } = options;
  const totems: DemoTotem[] = [];
  for (const [index, { equipmentId, lane }] of seed.totems.entries()) {
    const number = index + 1;
    const isFirst = number === 1;
    const totem = await startTotem({
      number,
      name: isFirst ? 'Totem 1, entrance' : `Totem ${number}`,
      dataDir: totemDir(dataDir, number),
      logFile: join(dataDir, 'logs', `totem-${number}.log`),
      device: { tenantId: seed.tenantId, siteId: seed.siteId, equipmentId, lane },
      cloud: { port: Number(new URL(cloudUrl).port), url: cloudUrl },
      pageOrigin: FRAMES,
      fixedPorts,
      hub: isFirst ? parts.hub : undefined,
      beside: isFirst ? parts.payments.terminalSettings : number === 2 ? parts.payments.cash.settings : {},
    });
    totems.push(totem);
    lifecycle.onStop(`totem ${number}`, () => totem.stop());
  }
  return totems;
}

async function ownDatabase(dataDir: string, lifecycle: Lifecycle): Promise<DatabaseUrls> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    env: systemEnv,
    timers: systemTimers,
  });
  lifecycle.onStop('postgres', () => postgres.stop());
  await migratePostgres(postgres.urls.owner, systemTimers);
  return postgres.urls;
}

/** The demo page may frame the screens; nobody else. Its port is not known before they start, its host is. */
const FRAMES = 'http://127.0.0.1:*';

/** Where the first totem serves the branch, if it shall. */
async function hubPlace(options: DemoOptions, origins: readonly string[]): Promise<HubPlace | undefined> {
  if (!options.withHub) return undefined;
  const port = await fixedPort(options, DEMO_PORTS.hub);
  return { port, origins, panelDir: screenDir('panel'), displayDir: screenDir('display') };
}

/** A port that is known before anybody listens there. */
async function fixedPort({ fixedPorts }: DemoOptions, preferred: number): Promise<number> {
  const found = fixedPorts ? await freePort(preferred) : 0;
  return found === 0 ? anyFreePort() : found;
}

function totemDir(dataDir: string, number: number): string {
  return join(dataDir, `totem-${number}`);
}

/** What a cloud must be given again at each start. */
interface CloudSecrets {
  readonly signingKey: SigningKey;
  readonly dataKeys: DataKeys;
}

async function keptSecrets(dataDir: string): Promise<CloudSecrets> {
  return {
    signingKey: await kept(join(dataDir, 'signing-key.json'), signingKeySchema, newSigningKey),
    dataKeys: await kept(join(dataDir, 'data-keys.json'), dataKeysSchema, () => newDataKeys(systemEnv)),
  };
}

async function kept<T extends z.ZodType>(
  path: string,
  schema: T,
  make: () => z.output<T>,
): Promise<z.output<T>> {
  if (existsSync(path)) return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  const made = make();
  await writeFile(path, JSON.stringify(made), { mode: SECRET_FILE_MODE });
  return made;
}

/** Seeds what is missing and enrols each totem with the key that it has made. */
async function seedData(
  { dataDir, log }: DemoOptions,
  urls: DatabaseUrls,
  secrets: CloudSecrets,
): Promise<{ seed: DemoSeed; displayToken: string }> {
  const db = createDatabase({ api: urls.owner, tailer: urls.tailer }, log);
  const cloud = createCloud({
    databaseUrls: urls,
    ...secrets,
    env: systemEnv,
    timers: systemTimers,
    log,
    publicUrl: 'http://127.0.0.1',
  });
  try {
    const passwords = { admin: DEMO_PASSWORD, operador: DEMO_PASSWORD, operador2: DEMO_PASSWORD };
    const parts = { db, env: systemEnv, hashing: createPasswords() };
    const seed = await seedDemo(parts, passwords);
    await ensureOwner(parts, DEMO_OWNER);
    for (const [index, { equipmentId }] of seed.totems.entries()) {
      const folder = totemDir(dataDir, index + 1);
      await mkdir(folder, { recursive: true });
      const { x } = ensureDeviceKey(folder);
      await registerDeviceKey(db, { tenantId: seed.tenantId, equipmentId, publicKey: x });
    }
    const displayToken = await cloud.mintDeviceToken(seed.tenantId, seed.displayId, DISPLAY_TOKEN_SECONDS);
    return { seed, displayToken };
  } finally {
    await cloud.close();
    await db.close();
  }
}

async function startCloud(
  { dataDir }: DemoOptions,
  urls: DatabaseUrls,
  { signingKey, dataKeys }: CloudSecrets,
  port: number,
): Promise<Child> {
  // Started again after a kill, it must be found at the same address.
  const fixed = port === 0 ? await anyFreePort() : port;
  const cloud = childProcess({
    name: 'The cloud',
    entry: CLOUD,
    logFile: join(dataDir, 'logs', 'cloud.log'),
    isKept: true,
    env: {
      DATABASE_URL: urls.api,
      DATABASE_TAILER_URL: urls.tailer,
      SIGNING_KEY: JSON.stringify(signingKey),
      DATA_KEYS: JSON.stringify(dataKeys),
      PUBLIC_URL: `http://127.0.0.1:${fixed}`,
      HOST: '127.0.0.1',
      PORT: String(fixed),
      FRAME_ANCESTORS: FRAMES,
      PANEL_DIR: screenDir('panel'),
      DISPLAY_DIR: screenDir('display'),
      // The provider of the demo is on this machine.
      PROVIDERS_ON_LOOPBACK: 'true',
      // Whoever tries webhooks has them here too.
      RECEIVERS_ON_LOOPBACK: 'true',
      ADMIN_DIR: screenDir('admin'),
    },
  });
  await cloud.start();
  return cloud;
}

function switchesOf(parts: {
  cloud: Child;
  screens: Cable;
  atHub: DemoState['hub'];
  totems: readonly DemoTotem[];
  payments: DemoPayments;
  panelUrl: string;
  displayUrl: string;
  adminUrl: string;
  sums: ReturnType<typeof centralSums>['read'];
}): DemoSwitches {
  const { totems, cloud, screens, payments } = parts;
  const totem = (number: number) => totems.find((one) => one.number === number);
  return {
    async state() {
      return {
        linkCut: screens.isCut(),
        cloud: { running: cloud.ready() !== undefined, restarts: cloud.restarts() },
        hub: parts.atHub,
        totems: await Promise.all(totems.map((one) => one.state())),
        payments: payments.state(),
        panelUrl: parts.panelUrl,
        displayUrl: parts.displayUrl,
        adminUrl: parts.adminUrl,
        credentials: `operador / ${DEMO_PASSWORD}`,
        central: await parts.sums(),
      };
    },
    paperSvg: (id) => totem(Number(id.split('-')[0]))?.paperSvg(id),
    cutLink: (cut) => {
      for (const cable of [screens, ...totems.map((one) => one.cable)]) {
        if (cut) cable.cut();
        else cable.restore();
      }
    },
    setPrinter: (number, fault, on) => totem(number)?.setFault(fault, on),
    pix: (wish) => payments.switchPix(wish),
    terminal: (wish) => payments.switchTerminal(wish),
    cash: (wish) => payments.cash.switch(wish),
    restartTotem: async (number) => {
      await totem(number)?.process.kill();
      await totem(number)?.process.start();
    },
  };
}
