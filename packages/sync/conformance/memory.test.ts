/** The suite over the change log in memory. */
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
      trim: async (tenantId) => log.trim(tenantId, 2n ** 62n),
      bumpEpoch: async (tenantId) => log.bumpEpoch(tenantId),
      close: async () => {},
    };
  }),
);
