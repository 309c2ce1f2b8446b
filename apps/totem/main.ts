/**
 * The shell: a window over the whole screen that shows the agent's page, and the agent in a process of its own. It has no
 * preload script and no IPC: the page speaks to the agent over loopback HTTP, as it does in any browser.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  screen,
  session,
  utilityProcess,
} from 'electron';
import electronUpdater from 'electron-updater';
import { z } from 'zod';
import { addressIn } from './shell/agent-address.ts';
import { type AgentSupervisor, createAgentSupervisor } from './shell/agent-process.ts';
import { placed } from './shell/displays.ts';
import { electronUpdates } from './shell/electron-updates.ts';
import { lockApp, lockContents, lockSession } from './shell/lock-down.ts';
import { keepScreen, type Screen } from './shell/screen.ts';
import { realTimers } from './shell/timers.ts';
import { keepUpToDate } from './shell/updates.ts';
import { PARTITION, windowOptions } from './shell/window-options.ts';

const SCREEN_FILE = 'screen-url';
const LEAVE_FILE = 'leave-kiosk';
const LOOK_MS = 500;

const settings = z
  .object({
    TOTEM_DATA_DIR: z.string().min(1),
    /** The agent's program, as the package carries it. */
    TOTEM_AGENT_ENTRY: z.string().min(1),
    /** The branch's calls for a second display, by the hub or the cloud. */
    TOTEM_CALLS_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** A folder of new versions; without one the shell is updated by whoever looks after the machine. */
    TOTEM_UPDATE_URL: z.url({ protocol: /^https$/ }).optional(),
  })
  .parse(process.env);

const log = (message: string): void => {
  process.stdout.write(`${JSON.stringify({ name: 'shell', msg: message })}\n`);
};

if (app.requestSingleInstanceLock()) run();
else app.exit(0);

function run(): void {
  lockApp(app);
  app.enableSandbox();
  app.commandLine.appendSwitch('disable-pinch');
  app.commandLine.appendSwitch('overscroll-history-navigation', '0');
  Menu.setApplicationMenu(null);
  // Its windows can be closed by nobody; when they are gone all the same, so is the shell's reason.
  app.on('window-all-closed', () => app.exit(1));
  void app.whenReady().then(open);
}

function open(): void {
  lockSession(session.fromPartition(PARTITION));
  powerSaveBlocker.start('prevent-display-sleep');
  const agent = createAgentSupervisor({
    fork: () => utilityProcess.fork(settings.TOTEM_AGENT_ENTRY, [], { serviceName: 'totem-agent' }),
    timers: realTimers,
    onExit: (code, againInMs) => log(`the agent ended with ${code}, and starts again in ${againInMs} ms`),
  });
  agent.start();
  keepShellUpToDate(agent);
  let address: string | null = null;
  const kiosks: Screen[] = [];
  const places = placed(
    screen.getAllDisplays(),
    screen.getPrimaryDisplay().id,
    settings.TOTEM_CALLS_URL !== undefined,
  );
  for (const { bounds, shows } of places) {
    const window = new BrowserWindow(windowOptions(bounds));
    const own =
      shows === 'kiosk' ? () => originOf(address) : () => originOf(settings.TOTEM_CALLS_URL ?? null);
    lockContents(window.webContents, own);
    window.once('ready-to-show', () => window.show());
    const kept = keepScreen({ contents: window.webContents, timers: realTimers, log, onHopeless: relaunch });
    if (shows === 'kiosk') kiosks.push(kept);
    else kept.show(settings.TOTEM_CALLS_URL ?? '');
  }
  const look = (): void => {
    realTimers.after(LOOK_MS, look);
    const leaveFile = join(settings.TOTEM_DATA_DIR, LEAVE_FILE);
    if (existsSync(leaveFile)) {
      rmSync(leaveFile);
      log('a technician leaves the kiosk');
      void agent.stop().then(() => app.exit(0));
      return;
    }
    address = addressOnDisk() ?? address;
    if (address !== null) for (const kiosk of kiosks) kiosk.show(address);
  };
  look();
}

/** Only what was put in as a file of its own can replace itself: a package of the system is the system's to update. */
function keepShellUpToDate(agent: AgentSupervisor): void {
  const url = settings.TOTEM_UPDATE_URL;
  const isOwnFile = process.platform === 'win32' || process.env.APPIMAGE !== undefined;
  if (url === undefined || !isOwnFile) return;
  const updater = electronUpdates(electronUpdater.autoUpdater, url);
  keepUpToDate({
    // The agent ends in order before its files are replaced.
    updater: { ...updater, install: () => void agent.stop().then(updater.install) },
    timers: realTimers,
    idleMs: () => powerMonitor.getSystemIdleTime() * 1_000,
    log,
  });
}

function addressOnDisk(): string | null {
  try {
    return addressIn(readFileSync(join(settings.TOTEM_DATA_DIR, SCREEN_FILE), 'utf8'));
  } catch {
    // The agent has not written it yet.
    return null;
  }
}

const originOf = (url: string | null): string | null => (url === null ? null : new URL(url).origin);

function relaunch(): void {
  log('the screen does not stay: the shell starts anew');
  app.relaunch();
  app.exit(0);
}
