/** The totems of the demo: each a process of its own, with its own printer and its own cable to the cloud. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EquipmentId, SiteId, TenantId } from '@totem/domain';
import { startVirtualPrinter, type VirtualPrinter } from '@totem/drivers/printer';
import { systemTimers } from '@totem/host';
import { type Cable, layCable } from '@totem/testkit/cable';
import { screenDir } from '../build-apps.ts';
import { type Child, childProcess } from './child.ts';
import { type HubPlace, hubSettings } from './hub.ts';
import type { PrinterFault, TotemState } from './page/state.ts';
import { DEMO_PORTS, freePort } from './ports.ts';

const AGENT = join(import.meta.dirname, '..', '..', 'packages', 'edge', 'main.ts');
/** An agent that does not answer its own health page within this time is shown as not running. */
const HEALTH_TIMEOUT_MS = 1_500;

export interface DemoTotem {
  readonly number: number;
  readonly cable: Cable;
  readonly printer: VirtualPrinter;
  readonly process: Child;
  setFault(fault: PrinterFault, on: boolean): void;
  state(): Promise<TotemState>;
  /** The picture of a slip, by the id that `state` names. */
  paperSvg(id: string): string | undefined;
  stop(): Promise<void>;
}

export interface DemoTotemOptions {
  readonly number: number;
  readonly name: string;
  readonly dataDir: string;
  readonly logFile: string;
  readonly device: {
    readonly tenantId: TenantId;
    readonly siteId: SiteId;
    readonly equipmentId: EquipmentId;
    readonly lane: string;
  };
  readonly cloud: { readonly port: number; readonly url: string };
  readonly pageOrigin: string;
  /** Where it serves its branch when it is the hub; without it, it never does. */
  readonly hub: HubPlace | undefined;
  /** Settings of what stands beside it to pay with. */
  readonly beside: Readonly<Record<string, string>>;
  readonly fixedPorts: boolean;
}

/** Starts a totem with all that belongs to it. @returns when its screen is served. */
export async function startTotem(options: DemoTotemOptions): Promise<DemoTotem> {
  const { number, device } = options;
  await mkdir(options.dataDir, { recursive: true });
  const port = (preferred: number) =>
    options.fixedPorts ? freePort(preferred + number) : Promise.resolve(0);
  const printer = await startVirtualPrinter({ port: await port(DEMO_PORTS.printer), timers: systemTimers });
  const cable = await layCable({ target: { host: '127.0.0.1', port: options.cloud.port } });
  const agent = childProcess({
    name: options.name,
    entry: AGENT,
    logFile: options.logFile,
    isKept: true,
    env: {
      TOTEM_DATA_DIR: options.dataDir,
      TOTEM_TENANT_ID: device.tenantId,
      TOTEM_SITE_ID: device.siteId,
      TOTEM_EQUIPMENT_ID: device.equipmentId,
      TOTEM_LANE: device.lane,
      TOTEM_CLOUD_URL: cable.url,
      TOTEM_PUBLIC_URL: options.cloud.url,
      TOTEM_PRINTER: printer.address,
      TOTEM_KIOSK_DIR: screenDir('kiosk'),
      TOTEM_PORT: String(await port(DEMO_PORTS.totem)),
      TOTEM_FRAME_ANCESTORS: options.pageOrigin,
      ...options.beside,
      ...(options.hub === undefined ? {} : hubSettings(options.hub)),
    },
  });
  await agent.start();
  const faults = new Set<PrinterFault>();
  const papers = () => printer.papers().toReversed();
  const paperId = (id: number) => `${number}-${id}`;
  return {
    number,
    cable,
    printer,
    process: agent,
    setFault(fault, on) {
      if (on) faults.add(fault);
      else faults.delete(fault);
      printer.set({
        paper: faults.has('paper_out') ? 'out' : faults.has('paper_low') ? 'low' : 'ok',
        coverOpen: faults.has('cover_open'),
        offline: faults.has('offline'),
        jam: faults.has('jam'),
      });
    },
    async state() {
      const ready = agent.ready();
      return {
        number,
        name: options.name,
        kioskUrl: ready === undefined ? '' : `${ready.url}/#token=${ready.token ?? ''}`,
        running: ready !== undefined,
        restarts: agent.restarts(),
        isHub: options.hub !== undefined,
        pending: ready === undefined ? null : await pendingOf(ready.url),
        faults: [...faults],
        papers: papers().map(({ id }) => paperId(id)),
      };
    },
    paperSvg: (id) => papers().find((paper) => paperId(paper.id) === id)?.svg,
    async stop() {
      await agent.stop();
      await cable.close();
      await printer.close();
    },
  };
}

/** Entries that a totem still holds, by its own health page; null while it does not answer. */
async function pendingOf(url: string): Promise<number | null> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const { parts } = (await answer.json()) as { parts?: { part: string; detail: { pending?: number } }[] };
    return parts?.find(({ part }) => part === 'ledger')?.detail.pending ?? null;
  } catch {
    return null;
  }
}
