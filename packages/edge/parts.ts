/** The parts of an agent, opened in the order in which they need each other. Nothing here starts by itself. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { epochMsOf, ProblemError, type TicketId } from '@totem/domain';
import { DEFAULT_PROFILE } from '@totem/drivers/printer';
import type { AgentOptions } from './agent.ts';
import { type Clock, type ClockMemory, createClock } from './clock/clock.ts';
import type { Device } from './device.ts';
import { openBranch } from './hub/branch.ts';
import type { Upstream } from './hub/client/upstream.ts';
import type { HubService } from './hub/service.ts';
import { ticketCapability, ticketUrl } from './identity/capability.ts';
import { openDeviceKey, type RenewableKey } from './identity/device-key.ts';
import { skipPastKnown } from './issue/numbers.ts';
import { createJournal, type Journal } from './journal/journal.ts';
import { createLedger, type Ledger } from './ledger/ledger.ts';
import { type CloudLink, createCloudLink } from './link/cloud-link.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { createPaymentDesk, type PaymentDesk } from './pay/desk.ts';
import type { NamedTill } from './pay/till.ts';
import { openTills } from './pay/tills.ts';
import { createTotemPrinter, type TotemPrinter } from './print/printer.ts';
import { createPrintQueue, type PrintQueue } from './print/queue.ts';
import type { Replica } from './replica/replica.ts';
import { createSalvage, lastUsedIn, readAwaiting, type Salvage } from './salvage/salvage.ts';
import { type Ballast, createBallast } from './store/ballast.ts';
import type { ReadHandle } from './store/connection.ts';
import { DATABASE_FILE, JOURNAL_DIR } from './store/files.ts';
import { clearSetting, parseSetting, readSetting, writeSetting } from './store/settings.ts';
import { openStore, type Store } from './store/store.ts';

export interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly key: RenewableKey;
  readonly ledger: Ledger;
  readonly link: CloudLink;
  readonly outbox: Outbox;
  readonly replica: Replica;
  readonly prints: PrintQueue;
  readonly printer: TotemPrinter;
  readonly desk: PaymentDesk;
  readonly tills: readonly NamedTill[];
  readonly journal: Journal;
  readonly salvage: Salvage;
  readonly ballast: Ballast;
  /** Whom this totem follows. */
  readonly upstream: Upstream;
  /** What this totem does when it is the hub. */
  readonly hub: HubService;
  /** Where a phone follows a ticket; null where phones do not reach the cloud. */
  readonly followUrl: (ticketId: TicketId) => string | null;
}

const DATA_DIR_MODE = 0o700;

/** @throws ProblemError `storage_fault`; MigrationError for a database from a newer program. */
export function openParts(options: AgentOptions): Parts {
  const { dataDir, device, env, timers, log, publicUrl } = options;
  mkdirSync(dataDir, { recursive: true, mode: DATA_DIR_MODE });
  const key = openDeviceKey(dataDir);
  const store = openStore(join(dataDir, DATABASE_FILE), log, options.databasePagesMax);
  const damaged = readAwaiting(store, device);
  const clock = createClock({
    env,
    timers,
    memory:
      store.read((db) => readSetting(db, 'clock')) ??
      parseSetting('clock', damaged?.settings.get('clock') ?? ''),
    lastUsedMs: damaged === undefined ? store.read(lastUsedMs) : lastUsedIn(damaged),
  });
  const ballast = createBallast({ dir: dataDir, bytes: options.ballastBytes ?? 0, log });
  const ledger = createLedger({ store, clock, device, hasRoom: ballast.hasRoom });
  const journal = createJournal({ dir: join(dataDir, JOURNAL_DIR), store, timers, log });
  const link = createCloudLink({
    cloudUrl: options.cloudUrl,
    device,
    key,
    clock,
    timers,
    onLearned: (memory) => keepClock(store, memory),
  });
  const base = { store, clock, device, ledger, key, link, dataDir, timers, log };
  const { upstream, replica, hub, linkAfterOthers } = openBranch({
    ...base,
    options: options.hub,
    onLeft: () => outbox.linkReturned(),
    onFork: () => outbox.forked(),
  });
  const salvage = createSalvage({ store, clock, device, ledger, journal, replica, ballast, log }, damaged);

  let isRenewing = false;
  /** Issuing waits until the tickets that others know of are here: their numbers are on paper. */
  const renewOldImage = async (): Promise<void> => {
    if (isRenewing) return;
    isRenewing = true;
    try {
      await replica.refetch('ticket');
      const headSeq = store.read((db) => readSetting(db, 'restoring'))?.headSeq;
      if (headSeq === undefined) return;
      ledger.renew('restored_image', headSeq, (db) => {
        skipPastKnown(db, device);
        clearSetting(db, 'restoring');
      });
      log.warn('a new origin has begun after an old image');
      outbox.wake();
    } catch (error) {
      log.error({ err: error }, 'an old image could not be brought up to date yet');
    } finally {
      isRenewing = false;
    }
  };
  const outbox = createOutbox({
    ...base,
    link: linkAfterOthers,
    isCarried: () => upstream.isCarried(),
    onOldImage: () => void renewOldImage(),
    onLostHistory: (_origin, after) => void ledger.renew('restored_cloud', after, () => {}),
  });
  const { printer: port, printerProfile: profile = DEFAULT_PROFILE } = options;
  const printer = createTotemPrinter({ store, timers, given: port === null ? null : { port, profile } });
  const prints = createPrintQueue({ ...base, publicUrl, printer });
  const tills = openTills({ ...base, means: options.means ?? [] });
  const desk = createPaymentDesk({ ...base, prints, tills });
  return {
    store,
    clock,
    device,
    key,
    ledger,
    link,
    outbox,
    replica,
    prints,
    printer,
    desk,
    tills,
    journal,
    salvage,
    ballast,
    upstream,
    hub,
    followUrl: (ticketId) =>
      publicUrl === null ? null : ticketUrl(publicUrl, ticketCapability(key, device.tenantId, ticketId)),
  };
}

/** The effective time of the newest entry: what a clock that is not believed goes on from. */
function lastUsedMs(db: ReadHandle): number | undefined {
  const row = db.one('SELECT max(occurred_at) AS at FROM audit_log');
  return row?.at == null ? undefined : epochMsOf(String(row.at));
}

/** A disk that refuses costs what was learned, and not the answer that it was learned from. */
function keepClock(store: Store, memory: ClockMemory): void {
  try {
    store.write((db) => writeSetting(db, 'clock', memory));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}
