/**
 * The agent of a totem: opens the store, serves its screen, prints, sends what happened and follows what changes. It starts
 * and works with no network at all; the link only brings it up to date.
 */
import { type Env, type ErrorCode, ProblemError, type Timers } from '@totem/domain';
import type { PrinterPort, PrinterProfile, PrinterStatus } from '@totem/drivers/printer';
import { lastAsked, type Scanner } from '@totem/drivers/scanner';
import { createLifecycle, type Lifecycle, type Log, serveHttp } from '@totem/host';
import { Hono } from 'hono';
import type { Device } from './device.ts';
import { EXPIRE_EVERY_MS, expireAtHub } from './hub/expire.ts';
import type { HubOptions } from './hub/service.ts';
import { rotateWhenDue } from './identity/key-rotation.ts';
import { type CheckIn, checkInAtTotem } from './issue/check-in.ts';
import { type CreateTicket, issueTicket } from './issue/issue.ts';
import { isReadyToIssue } from './issue/readiness.ts';
import { erasedUpTo, eraseHere } from './ledger/erase.ts';
import { openOrigin } from './ledger/origins.ts';
import type { LinkState } from './link/cloud-link.ts';
import { createLocalApi } from './local-api/app.ts';
import { createClosedApi } from './local-api/closed.ts';
import { bootToken } from './local-api/guard.ts';
import { NO_MEDIA, readMedia } from './local-api/media.ts';
import { readStaticFiles, type StaticFile } from './local-api/static-files.ts';
import { prune } from './outbox/retention.ts';
import { openParts, type Parts } from './parts.ts';
import type { MeansOptions } from './pay/means.ts';
import { queueAsked } from './print/asked.ts';
import { inspectWhenIdle } from './salvage/inspection.ts';
import { type PartReport, writeReports } from './status/board.ts';
import { createHeartbeat } from './status/heartbeat.ts';
import { obey } from './status/obey.ts';
import { type DeviceView, deviceReports, terminalReport } from './status/reports.ts';
import { readSetting } from './store/settings.ts';
import { aboutDevice } from './technician/about.ts';

export interface AgentOptions {
  /** The folder of this device's key and database. Made when it is not there; nobody else may read it. */
  readonly dataDir: string;
  readonly device: Device;
  /** Origin of the cloud, or of what carries to it. */
  readonly cloudUrl: string;
  /** Origin that customers' phones reach, for the link on the paper; null prints none. */
  readonly publicUrl: string | null;
  readonly printer: PrinterPort | null;
  /** How the printer is spoken to; the common 80 mm one by default. */
  readonly printerProfile?: PrinterProfile;
  /** What can be paid with here; nothing by default. */
  readonly means?: readonly MeansOptions[];
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  /** The built kiosk screen; without it only the API is served. */
  readonly kioskDir?: string;
  /** Pictures, films and recordings of the branch's own; none by default. */
  readonly mediaDir?: string;
  readonly host?: string;
  readonly port?: number;
  /** The token of this boot, where a screen has one already: the technician's, which goes on as the customers'. */
  readonly token?: string;
  /** How far the database may grow, in pages of 4 KiB; the product's limit by default. */
  readonly databasePagesMax?: number;
  /** Room on the disk that is held for what has begun, in bytes; none by default. */
  readonly ballastBytes?: number;
  /** Where it serves its branch when it is the hub; without it, it never does. */
  readonly hub?: HubOptions;
  /** Pages that may show the screen in a frame, as CSP sources; none by default. */
  readonly frameAncestors?: readonly string[];
  /** The newest lines of the log, for a technician to take along; none by default. */
  readonly logLines?: () => readonly string[];
  /** Shows the machine instead of the kiosk, for a technician; without it nobody can. */
  readonly leaveKiosk?: () => void;
  /** Ends this program, which its supervisor starts again. */
  readonly restart?: () => void;
  /** A reader of codes; none by default. */
  readonly scanner?: Scanner;
  /** Of this program, for a technician to read. */
  readonly appVersion?: string;
}

export interface AgentStatus {
  readonly device: Device;
  readonly parts: readonly PartReport[];
  readonly cloud: LinkState;
  readonly printer: PrinterStatus | null | undefined;
  readonly ledger: {
    readonly origin: string | null;
    readonly seq: number;
    readonly acked: number;
    readonly pending: number;
    readonly oldestAt: string | null;
    readonly attempts: number;
    readonly code: ErrorCode | null;
    readonly stalls: number;
  };
}

export interface Agent {
  /**
   * @returns where the screen is, and the token of this boot that it must show.
   * A disk that cannot be opened is tried again and again, and the screen says so meanwhile.
   * @throws MigrationError for a database from a newer program; the system's error for a port that is taken.
   */
  start(): Promise<{ readonly url: string; readonly token: string }>;
  /** Ends everything; what is on disk is complete at any moment, so this is a courtesy. */
  stop(): Promise<void>;
  /** What is known now. @throws Error before the start. */
  status(): AgentStatus;
}

/** Between two looks at a disk that has refused. */
const DISK_RETRY_MS = 5_000;
/** Without a commit for this long, the totem rests: the next customer is not there yet. */
const REST_MS = 1_500;
/** What belongs together is reported together. */
const REPORT_DELAY_MS = 200;
const FIRST_PRUNE_MS = 5 * 60_000;
const PRUNE_EVERY_MS = 6 * 60 * 60_000;
/** The clock is looked at by itself: a wrong one makes no event. */
const REPORT_EVERY_MS = 30_000;
const LOOPBACK = '127.0.0.1';

export function createAgent(options: AgentOptions): Agent {
  const { timers, log } = options;
  const lifecycle = createLifecycle(log);
  let parts: Parts | undefined;

  const running = (): Parts => {
    if (parts === undefined) throw new Error('the agent has not started');
    return parts;
  };
  return {
    async start() {
      try {
        const screen = await serveScreen(options, lifecycle);
        const open = (): void => {
          const opened = openParts(options);
          parts = opened;
          lifecycle.onStop('store', () => opened.store.close());
          screen.open(opened);
          run(opened, options, lifecycle);
          log.info({ url: screen.url }, 'the totem serves');
        };
        openWhenDiskAllows(open, timers, log, lifecycle);
        return { url: screen.url, token: screen.token };
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
    },
    stop: () => lifecycle.stop(),
    status: () => statusOf(running()),
  };
}

/** Opens at once, or again and again while the disk refuses: meanwhile the screen says so. @throws what is no disk's fault. */
function openWhenDiskAllows(open: () => void, timers: Timers, log: Log, lifecycle: Lifecycle): void {
  try {
    open();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'storage_fault') throw error;
    log.error({ err: error }, 'the disk cannot be opened: out of service until it can');
    let cancel = timers.after(DISK_RETRY_MS, function again() {
      try {
        open();
      } catch (failed) {
        log.warn({ err: failed }, 'the disk cannot be opened yet');
        cancel = timers.after(DISK_RETRY_MS, again);
      }
    });
    lifecycle.onStop('disk', () => cancel());
  }
}

interface Screen {
  readonly url: string;
  readonly token: string;
  /** From now on the totem answers; before, it said that it is out of service. */
  open(parts: Parts): void;
}

async function serveScreen(options: AgentOptions, lifecycle: Lifecycle): Promise<Screen> {
  const { env, timers, log } = options;
  const token = options.token ?? bootToken(env);
  let port = 0;
  const media = options.mediaDir === undefined ? NO_MEDIA : readMedia(options.mediaDir);
  const screen =
    options.kioskDir === undefined ? new Map<string, StaticFile>() : readStaticFiles(options.kioskDir);
  const common = {
    log,
    token,
    port: () => port,
    files: new Map([...screen, ...media.files]),
    frameAncestors: options.frameAncestors ?? [],
  };
  let app = createClosedApi(common);
  const front = new Hono().all('*', (c) => app.fetch(c.req.raw, c.env));
  const served = await serveHttp(front, { host: options.host ?? LOOPBACK, port: options.port ?? 0, log });
  port = served.port;
  lifecycle.onStop('local api', () => served.close());
  return {
    url: served.url,
    token,
    open(parts) {
      const issue = (command: CreateTicket | CheckIn) =>
        command.type === 'ticket.create'
          ? issueTicket(parts, command, parts.desk.canCharge())
          : checkInAtTotem(parts, command);
      const health = () => healthOf(parts);
      app = createLocalApi({
        ...parts,
        ...common,
        env,
        timers,
        issue,
        media: media.index,
        health,
        dataDir: options.dataDir,
        about: () => aboutDevice(parts, statusOf(parts), options.appVersion ?? ''),
        logLines: options.logLines ?? (() => []),
        scanner: options.scanner === undefined ? null : lastAsked(options.scanner),
        leaveKiosk: options.leaveKiosk ?? null,
      });
    },
  };
}

/** Starts what runs by itself, and ties it together: a commit wakes outbox and printer, a link wakes the outbox. */
function run(parts: Parts, options: AgentOptions, lifecycle: Lifecycle): void {
  const { timers, log, appVersion } = options;
  const { store, outbox, prints, replica, link, journal, salvage, ballast, upstream, hub } = parts;
  let cancelReport: (() => void) | undefined;
  const guarded = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      // The disk refuses: the screens are told by every command, and `watchDisk` goes on trying.
      log.warn({ err: error, what }, 'could not be written down');
    }
  };
  const reports = (): PartReport[] => deviceReports(viewOf(parts));
  const office = {
    store,
    link,
    log,
    logLines: options.logLines ?? (() => []),
    restart: options.restart ?? null,
  };
  const heartbeat = createHeartbeat({
    link,
    timers,
    log,
    appVersion,
    reports: () => [...reports(), ...terminalReport(parts.desk.terminals())],
    erasedUpTo: () => erasedUpTo(store),
    obey: async ({ erased, commands }) => {
      if (erased !== undefined) eraseHere(store, erased);
      await obey(office, commands);
    },
  });
  const reportSoon = (): void => {
    cancelReport ??= timers.after(REPORT_DELAY_MS, () => {
      cancelReport = undefined;
      guarded('status', () => writeReports(parts, reports()));
      // Also when the disk refuses: that is what the office must hear of.
      heartbeat.look();
    });
  };
  const watchDisk = (): void => {
    const hadRoom = ballast.hasRoom();
    ballast.look();
    if (ballast.hasRoom() !== hadRoom) reportSoon();
    if (store.fault() === undefined || !salvage.recover()) return;
    outbox.wake();
    prints.wake();
    reportSoon();
  };
  let cancelRest: (() => void) | undefined;
  const settleWhenAtRest = (): void => {
    cancelRest?.();
    cancelRest = timers.after(REST_MS, () => guarded('settling', () => store.settle()));
  };
  const stops = [
    store.onCommit(settleWhenAtRest),
    () => cancelRest?.(),
    store.onCommit(() => {
      guarded('copies', () => void queueAsked(parts));
      outbox.wake();
      prints.wake();
      journal.wake();
      upstream.wake();
      reportSoon();
    }),
    link.onUp(() => outbox.linkReturned()),
    link.onChange(reportSoon),
    outbox.onChange(reportSoon),
    prints.onChange(reportSoon),
    replica.onChange(reportSoon),
    replica.onChange(() => guarded('the salvage', () => void salvage.finish())),
    parts.desk.start(),
    rotateWhenDue({ ...parts, timers, log }),
    inspectWhenIdle(store, timers),
    every(timers, DISK_RETRY_MS, watchDisk),
    every(timers, REPORT_EVERY_MS, reportSoon),
    every(timers, EXPIRE_EVERY_MS, () => guarded('expiry', () => void expireAtHub(parts))),
    every(
      timers,
      PRUNE_EVERY_MS,
      () => guarded('retention', () => prune(store, parts.clock)),
      FIRST_PRUNE_MS,
    ),
    () => cancelReport?.(),
    () => heartbeat.stop(),
  ];
  lifecycle.onStop('timers', () => {
    for (const stop of stops) stop();
  });
  lifecycle.onStop('chosen printer', () => parts.printer.close());
  lifecycle.onStop('print queue', () => prints.stop());
  lifecycle.onStop('outbox', () => outbox.stop());
  lifecycle.onStop('replica', () => replica.stop());
  lifecycle.onStop('journal', () => journal.stop());
  lifecycle.onStop('upstream', () => upstream.stop());
  lifecycle.onStop('hub', () => hub.stop());
  prints.start();
  outbox.start();
  journal.wake();
  replica.start();
  upstream.start();
  hub.start();
  heartbeat.start();
  reportSoon();
}

/** Runs `work` again and again. @returns ends it. */
function every(timers: Timers, periodMs: number, work: () => void, firstMs: number = periodMs): () => void {
  let cancel = timers.after(firstMs, function again() {
    cancel = timers.after(periodMs, again);
    work();
  });
  return () => cancel();
}

function viewOf({ store, outbox, prints, replica, link, clock, ballast }: Parts): DeviceView {
  const stopped = store.read((db) => (isReadyToIssue(db) ? readSetting(db, 'suspended')?.code : 'not_ready'));
  return {
    link: link.state(),
    outbox: outbox.status(),
    printer: prints.printerStatus(),
    clock: clock.state(),
    diskFault: store.fault() ?? (ballast.hasRoom() ? undefined : 'NO_ROOM'),
    stopped,
    behind: replica.behind(),
  };
}

function statusOf(parts: Parts): AgentStatus {
  const view = viewOf(parts);
  const current = parts.store.read(openOrigin);
  return {
    device: parts.device,
    parts: deviceReports(view),
    cloud: view.link,
    printer: view.printer,
    ledger: {
      origin: current?.origin ?? null,
      seq: current?.head.seq ?? 0,
      acked: current?.acked ?? 0,
      ...view.outbox,
    },
  };
}

/** For whoever supervises the process. A disk that cannot even be read is said, not thrown. */
function healthOf(parts: Parts): object {
  const fault = parts.store.fault();
  if (fault !== undefined) return { status: 'fault', disk: fault };
  const reports = deviceReports(viewOf(parts));
  const has = (state: PartReport['state']) => reports.some((report) => report.state === state);
  return { status: has('fault') ? 'fault' : has('warning') ? 'warning' : 'ok', parts: reports };
}
