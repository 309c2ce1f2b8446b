/** Print settings, as resources. */
import { eq } from 'drizzle-orm';
import { configPrint } from '../../db/schema/configuration.ts';
import { configuredHandlers, mayWriteAt, ownOrShared, requireOpenSites } from '../configured.ts';
import type { ResourceSpec } from '../resource.ts';

/** Print settings of one tenant. */
const SETTINGS_MAX = 500;

type PrintRow = typeof configPrint.$inferSelect;

const PRINT_SETTINGS: ResourceSpec<typeof configPrint, ReturnType<typeof view>> = {
  entity: 'config_print',
  table: configPrint,
  view,
  sitesFilter: ownOrShared(configPrint.siteId),
  mayWrite: (principal, { siteId }) => mayWriteAt(principal, siteId),
  siteOf: ({ siteId }) => siteId,
  max: SETTINGS_MAX,
};

export const printSettingHandlers = configuredHandlers('PrintSetting', 'PrintSettings', PRINT_SETTINGS, {
  where: ({ siteId, kind }) => [
    siteId === undefined ? undefined : eq(configPrint.siteId, siteId),
    kind === undefined ? undefined : eq(configPrint.kind, kind),
  ],
  checkNew: (tx, { principal, body }) =>
    requireOpenSites(tx, principal, 'siteId', body.siteId === null ? [] : [body.siteId]),
});

function view({ tenantId: _, ...row }: PrintRow) {
  return row;
}
