/** What a device tells its technician: who it is, what its parts and its means of payment say, how far its ledger is, how its disk and clock are. */
import { siteTable } from '@totem/domain';
import type { AgentStatus } from '../agent.ts';
import type { Parts } from '../parts.ts';
import { rowByKey } from '../store/rows.ts';

export function aboutDevice(
  { store, device, clock, printer, ballast, desk }: Parts,
  { parts, cloud, ledger, printer: printerStatus }: AgentStatus,
  appVersion: string,
): object {
  const site = store.read((db) => rowByKey(db, siteTable, device.tenantId, device.siteId));
  const pages = store.read((db) =>
    Number(db.one('SELECT page_count FROM pragma_page_count')?.page_count ?? 0),
  );
  const current = printer.current();
  return {
    device: { ...device, siteName: site?.name ?? null, appVersion },
    parts,
    cloud,
    ledger,
    printer: {
      choice: printer.choice(),
      profileId: current?.profile.id ?? null,
      status: printerStatus ?? null,
    },
    means: desk.readiness.states(),
    clock: clock.state(),
    disk: { databasePages: pages, hasRoom: ballast.hasRoom(), fault: store.fault() ?? null },
  };
}
