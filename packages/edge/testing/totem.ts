/** A totem for tests: its own folder, virtual time, and waiting for facts instead of for time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CommandDone,
  type Id,
  newId,
  type PriorityClassRow,
  priorityClassTable,
  type ServiceRow,
  type SiteRow,
  serviceTable,
  siteTable,
  type Timers,
} from '@totem/domain';
import type { PaymentPort } from '@totem/drivers/payment';
import { createLog } from '@totem/host';
import { buildPriorityClass, buildService, buildSite } from '@totem/testkit/builders';
import { type VirtualWorld, virtualWorld } from '@totem/testkit/virtual';
import type { AgentOptions } from '../agent.ts';
import type { Device } from '../device.ts';
import { type CreateTicket, issueTicket } from '../issue/issue.ts';
import { openParts, type Parts } from '../parts.ts';
import { openTill, type Till } from '../pay/till.ts';
import { upsertRow } from '../store/rows.ts';

/** Nobody listens there: a totem without a network. */
export const NO_CLOUD = 'http://127.0.0.1:9';

export const silentLog = createLog('edge', { level: 'silent' });

export interface Catalogue {
  readonly site: SiteRow;
  readonly service: ServiceRow;
  readonly priorityClass: PriorityClassRow;
}

export interface TestPlace {
  readonly world: VirtualWorld;
  readonly device: Device;
  readonly catalogue: Catalogue;
  readonly dataDir: string;
  remove(): void;
}

/** A folder, a device and what its cloud would know of its site. */
export function testPlace(options: { lane?: string; seed?: number; now?: number } = {}): TestPlace {
  const world = virtualWorld(options);
  const { env } = world;
  const site = buildSite(env);
  const { tenantId } = site;
  const device: Device = {
    tenantId,
    siteId: site.id,
    equipmentId: newId<'equipment'>(env),
    lane: options.lane ?? '1',
  };
  // A copy of a disk goes beside it, and is removed with it.
  const folder = mkdtempSync(join(tmpdir(), 'totem-edge-'));
  return {
    world,
    device,
    catalogue: {
      site,
      service: buildService(env, { tenantId }),
      priorityClass: buildPriorityClass(env, { tenantId }),
    },
    dataDir: join(folder, 'disk'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the agent is given in a test; nothing runs by itself. */
export function agentOptions(place: TestPlace, over: Partial<AgentOptions> = {}): AgentOptions {
  return {
    dataDir: place.dataDir,
    device: place.device,
    cloudUrl: NO_CLOUD,
    publicUrl: 'https://totem.example',
    printer: null,
    env: place.world.env,
    timers: place.world.timers,
    log: silentLog,
    ...over,
  };
}

export function openTotem(place: TestPlace, over: Partial<AgentOptions> = {}): Parts {
  return openParts(agentOptions(place, over));
}

/** Gives a totem its catalogue, as if it had synced once. */
export function stockUp(parts: Parts, { site, service, priorityClass }: Catalogue): void {
  parts.store.write((db) => {
    upsertRow(db, siteTable, site);
    upsertRow(db, serviceTable, service);
    upsertRow(db, priorityClassTable, priorityClass);
  });
}

/** The command of a customer who wants a ticket. */
export function createTicket(place: TestPlace, over: Partial<CreateTicket> = {}): CreateTicket {
  return {
    type: 'ticket.create',
    id: newId<'command'>(place.world.env),
    serviceId: place.catalogue.service.id,
    priorityClassId: place.catalogue.priorityClass.id,
    partySize: 1,
    ...over,
  };
}

/** Issues a ticket a second after the one before. */
export function issueOne(
  parts: Parts,
  place: TestPlace,
  over: Partial<CreateTicket> = {},
): NonNullable<CommandDone['ticket']> {
  place.world.advance(1_000);
  const { ticket } = issueTicket(parts, createTicket(place, over));
  if (ticket === undefined) throw new Error('no ticket in the answer');
  return ticket;
}

/** Writes a ticket that must be paid before it is called. @returns its id. */
export function unpaidOne(parts: Parts, place: TestPlace, priceCents: number): string {
  const { service, priorityClass } = place.catalogue;
  const id = newId<string>(place.world.env) as Id<string>;
  const data = {
    state: 'created',
    serviceId: service.id,
    code: 'A001',
    businessDay: '2026-11-23',
    lane: '1',
    number: 1,
    priorityClassId: priorityClass.id,
    priority: 0,
    partySize: 1,
    channel: 'totem',
    priceCents,
  };
  const about = { siteId: place.device.siteId, userId: null, entity: 'ticket', entityId: id } as const;
  parts.ledger.commit((tx) => {
    tx.append([{ ...about, action: 'TICKET_CREATE', data }]);
  });
  return id;
}

/** A till of a totem over any port, in any time. */
export function tillAt(parts: Parts, port: PaymentPort, timers: Timers): Till {
  return openTill({ ...parts, port, timers, terminal: 'one' });
}

/** Lets the disk fail as it does when a sector cannot be read: what reads or writes next is refused until it recovers. */
export function failDisk({ store }: Parts): void {
  try {
    store.read(() => {
      throw Object.assign(new Error('a test breaks the disk'), { code: 'SQLITE_IOERR_READ' });
    });
  } catch {
    // The store has seen it: that was the purpose.
  }
}

/** Resolves when `isTrue` is, looking again whenever one of the sources says that something happened. */
export function until(
  isTrue: () => boolean,
  ...sources: ((listener: () => void) => () => void)[]
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = [];
    const look = (): void => {
      try {
        if (!isTrue()) return;
        for (const stop of stops) stop();
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    for (const source of sources) stops.push(source(look));
    look();
  });
}
