/** Who this device is: fixed at its enrolment, and the same in every entry, ticket code and token. */
import type { EquipmentId, SiteId, TenantId } from '@totem/domain';

export interface Device {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly equipmentId: EquipmentId;
  /** Part of every ticket's code, unique within the site. */
  readonly lane: string;
}
