/** What PostgreSQL holds of the demo's branch, in figures: read as the API's role, within the tenant, like everything else. */
import { createDatabase, type DatabaseUrls, readTenant } from '@totem/cloud';
import type { TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import type { DemoState } from './page/state.ts';

const SUMS = `
  SELECT
    (SELECT count(*) FROM ticket) AS tickets,
    (SELECT count(*) FROM ticket WHERE state = 'waiting') AS waiting,
    (SELECT count(*) FROM ticket WHERE state = 'finished') AS finished,
    (SELECT count(*) FROM audit_log) AS entries,
    (SELECT count(*) FROM (
      SELECT 1 FROM ticket GROUP BY site_id, business_day, code HAVING count(*) > 1) AS doubled) AS doubled_codes`;

export interface CentralSums {
  read(): Promise<DemoState['central']>;
  close(): Promise<void>;
}

export function centralSums(urls: DatabaseUrls, tenantId: TenantId, log: Log): CentralSums {
  const db = createDatabase(urls, log);
  return {
    async read() {
      const row = await readTenant(db, tenantId, (tx) => tx.one({ name: 'demo-sums', text: SUMS }));
      const figure = (name: string) => Number(row?.[name] ?? 0);
      return {
        tickets: figure('tickets'),
        waiting: figure('waiting'),
        finished: figure('finished'),
        entries: figure('entries'),
        doubledCodes: figure('doubled_codes'),
      };
    },
    close: () => db.close(),
  };
}
