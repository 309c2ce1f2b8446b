/** The suite over the change log in memory. */
import { proof } from '@totem/testkit/proof';
import { matches } from '../shape/filter.ts';
import { createMemoryChangeLog } from '../shape/memory-log.ts';
import { describeShapeServer } from './shape-conformance.ts';
import { conformanceTables } from './tables.ts';
import { worldOver } from './world.ts';

const tables = Object.fromEntries(
  Object.entries(conformanceTables).map(([name, { primaryKey }]) => [name, primaryKey]),
);

describeShapeServer(
  'memory',
  worldOver(async () => {
    const log = createMemoryChangeLog({ tables });
    return {
      log,
      write: async (tenantId, operations) => log.write(tenantId, operations),
      overlap: async (tenantId, transactions, commits) => {
        let head = 0n;
        for (const index of commits) head = log.write(tenantId, transactions[index] ?? []);
        return head;
      },
      rows: async (shape) => log.rows(shape.tenantId, shape.table).filter((row) => matches(shape, row)),
      trim: async (tenantId) => log.trim(tenantId, 2n ** 62n),
      bumpEpoch: async (tenantId) => log.bumpEpoch(tenantId),
      close: async () => {},
    };
  }),
  { seeds: proof('sync/many shapes over a long history, in memory', { share: 1, full: 20, unit: 'seeds' }) },
);
