/**
 * `npm run bench -- kiosk`: the kiosk as a device. From the start of the agent's process to its first page, beside a Node that
 * does nothing; from a touch to the next screen in Chromium, beside an empty frame; how much script the screen is; and how much
 * memory the agent keeps after a long day. Agent and screen are measured as they are shipped: built, and the agent one file.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  openTotem,
  stockUp,
  type TestPlace,
  testPlace,
  createTicket as ticketCommand,
} from '@totem/edge/testing';
import { systemEnv } from '@totem/host';
import { launchBrowser } from '@totem/testkit/browser';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { type Child, childProcess } from '../demo/child.ts';
import { bundleAgent, ROOT } from '../package/agent-bundle.ts';
import { type Bench, type Figures, quantiles } from './harness.ts';

const FOLDER = join(ROOT, '.cache', 'bench');
const STARTS = 5;
const TOUCHES = 30;
const TICKETS = 5_000;
/** So many customers ask at once: the day of a branch in a minute. */
const AT_ONCE = 8;
const START_MS_ASKED = 1_500;
const TOUCH_MS_ASKED = 100;
const SCRIPT_BYTES_ASKED = 250_000;
const MEMORY_MIB_ASKED = 150;
const KIB = 1_024;
/** After a touch the page is deaf for a moment, so that a trembling finger chooses nothing twice. */
const DEAF_MS = 400;

export const bench: Bench = {
  name: 'kiosk',
  about: 'start of the agent, touch to next screen, script that is shipped, memory after 5,000 tickets',
  physicalLimit: 'node_start_ms_p50',
  rounds: 1,
  goals: [
    {
      name: 'script of the kiosk within 250 kB',
      of: 'script_of_what_is_asked',
      limit: 1,
      must: 'be at most',
    },
    {
      name: 'memory after a long day within 150 MiB',
      of: 'memory_of_what_is_asked',
      limit: 1,
      must: 'be at most',
    },
  ],
  round: async () => {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'kiosk-'));
    const place: TestPlace = { ...testPlace({ now: systemEnv.now() }), dataDir: join(folder, 'totem') };
    const parts = openTotem(place);
    stockUp(parts, place.catalogue);
    parts.store.close();
    await buildKiosk(kioskOf(folder));
    await bundleAgent(folder, process.arch === 'arm64' ? 'arm64' : 'x64');
    const agent = agentOf(place, folder);
    try {
      const starts = await measureStarts(agent);
      const { url, token = '' } = await agent.start();
      const touches = await measureTouches(`${url}/#token=${token}`);
      await issueMany(url, token, place);
      return {
        ...starts,
        ...touches,
        kiosk_script_bytes: scriptBytes(kioskOf(folder)),
        agent_memory_mib: memoryMib(agent),
      };
    } finally {
      await agent.stop();
      rmSync(folder, { recursive: true, force: true });
      place.remove();
    }
  },
  ratios: (figures) => {
    const of = (figure: string, limit: number): number => (figures[figure] ?? 0) / limit;
    return {
      agent_start_over_node_start: of('agent_start_ms_p50', figures.node_start_ms_p50 ?? 1),
      start_of_what_is_asked: of('agent_start_ms_p99', START_MS_ASKED),
      touch_of_what_is_asked: of('touch_ms_p99', TOUCH_MS_ASKED),
      script_of_what_is_asked: of('kiosk_script_bytes', SCRIPT_BYTES_ASKED),
      memory_of_what_is_asked: of('agent_memory_mib', MEMORY_MIB_ASKED),
    };
  },
};

const kioskOf = (folder: string): string => join(folder, 'kiosk');

/** Anew, for production: what lies in the checkout may have been built for tests. */
async function buildKiosk(outDir: string): Promise<void> {
  const configFile = join(ROOT, 'apps', 'kiosk', 'vite.config.ts');
  await build({ configFile, mode: 'production', logLevel: 'error', build: { outDir, emptyOutDir: true } });
}

function agentOf({ device, dataDir }: TestPlace, folder: string): Child {
  return childProcess({
    name: 'The agent',
    entry: join(folder, 'agent', 'main.js'),
    logFile: join(folder, 'agent.log'),
    // As its service starts it.
    nodeFlags: ['--max-semi-space-size=2'],
    env: {
      TOTEM_DATA_DIR: dataDir,
      TOTEM_TENANT_ID: device.tenantId,
      TOTEM_SITE_ID: device.siteId,
      TOTEM_EQUIPMENT_ID: device.equipmentId,
      TOTEM_LANE: device.lane,
      // Nobody listens there: a totem without a network.
      TOTEM_CLOUD_URL: 'http://127.0.0.1:9',
      TOTEM_KIOSK_DIR: kioskOf(folder),
      TOTEM_LOG_LEVEL: 'error',
    },
  });
}

/** From the start of the process to its first page, and of a Node that does nothing. */
async function measureStarts(agent: Child): Promise<Figures> {
  const bare: number[] = [];
  const agents: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const bareFrom = performance.now();
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--eval', '0']);
    bare.push(performance.now() - bareFrom);
    const from = performance.now();
    const { url } = await agent.start();
    const page = await fetch(`${url}/index.html`);
    if (!page.ok) throw new Error(`no page: ${page.status}`);
    // Read to its end: the agent waits for whoever is still being answered.
    await page.arrayBuffer();
    agents.push(performance.now() - from);
    await agent.stop();
  }
  return { ...quantiles('node_start_ms', bare), ...quantiles('agent_start_ms', agents) };
}

/** From a touch to the frame that shows the next screen, back and forth between the first two. */
async function measureTouches(url: string): Promise<Figures> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, hasTouch: true });
    const page = await context.newPage();
    await page.goto(url);
    const start = page.getByRole('button', { name: 'Toque para começar' });
    const again = page.getByRole('button', { name: 'Recomeçar' });
    const touches: number[] = [];
    for (let touch = 0; touch < TOUCHES; touch += 1) {
      const button = touch % 2 === 0 ? start : again;
      await button.waitFor();
      await page.waitForTimeout(DEAF_MS);
      const nextFrame = page.evaluate<number>(TOUCH_TO_FRAME);
      await button.tap();
      touches.push(await nextFrame);
    }
    return { ...quantiles('frame_ms', await emptyFrames(page)), ...quantiles('touch_ms', touches) };
  } finally {
    await browser.close();
  }
}

/** Run in the page, as text: these files are checked for Node. From the finger's lifting to the frame after the page has changed. */
const TOUCH_TO_FRAME = `new Promise((resolve) => {
  let from;
  addEventListener('pointerup', (event) => { from = event.timeStamp; }, { once: true, capture: true });
  const watch = new MutationObserver(() => {
    if (from === undefined) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from), 0));
  });
  watch.observe(document.getElementById('root'), { childList: true, subtree: true });
})`;
const EMPTY_FRAME = `new Promise((resolve) => {
  const from = performance.now();
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from), 0));
})`;

async function emptyFrames(page: Page): Promise<number[]> {
  const frames: number[] = [];
  for (let frame = 0; frame < TOUCHES; frame += 1) frames.push(await page.evaluate<number>(EMPTY_FRAME));
  return frames;
}

/** What customers' screens load at their start; the technician's page comes by itself, when it is wanted. */
function scriptBytes(kiosk: string): number {
  const html = readFileSync(join(kiosk, 'index.html'), 'utf8');
  return readdirSync(join(kiosk, 'assets'))
    .filter((file) => file.endsWith('.js') && html.includes(file))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(kiosk, 'assets', file))).length, 0);
}

async function issueMany(url: string, token: string, place: TestPlace): Promise<void> {
  let left = TICKETS;
  const ask = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await fetch(`${url}/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...ticketCommand(place), id: crypto.randomUUID() }),
      });
      if (!answer.ok) throw new Error(`not issued: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
}

/** What the process keeps in memory, as the kernel counts it. */
function memoryMib(agent: Child): number {
  const status = readFileSync(`/proc/${agent.pid()}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / KIB;
}
