/** Who is asking: people by role, devices by type, integrators by key, and who runs the platform. */
import type {
  ApiKeyId,
  EquipmentId,
  OwnerId,
  ServiceId,
  SessionId,
  SiteId,
  TenantId,
  UserId,
} from '../ids/id.ts';
import type { KeyScope } from './permissions.ts';

export const ROLES = ['admin', 'operator', 'technician'] as const;
export type Role = (typeof ROLES)[number];

export const DEVICE_TYPES = ['totem', 'panel', 'display'] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

/** The platform's own tenant: what belongs to no company goes into its chain. No company has this id. */
export const PLATFORM_TENANT_ID = '00000000-0000-8000-8000-000000000001' as TenantId;

export type Principal =
  | {
      readonly kind: 'user';
      readonly tenantId: TenantId;
      readonly userId: UserId;
      /** The sign-in that the token came from. */
      readonly sessionId: SessionId;
      readonly role: Role;
      /** The sites where this person works; null means every site of the tenant. */
      readonly siteIds: readonly SiteId[] | null;
      /** The services that this person may serve; null means all of them. */
      readonly serviceIds: readonly ServiceId[] | null;
    }
  | {
      readonly kind: 'device';
      readonly tenantId: TenantId;
      readonly equipmentId: EquipmentId;
      readonly type: DeviceType;
      readonly siteId: SiteId;
    }
  | {
      readonly kind: 'key';
      readonly tenantId: TenantId;
      readonly keyId: ApiKeyId;
      readonly scopes: readonly KeyScope[];
      readonly siteIds: readonly SiteId[] | null;
    }
  | {
      /** Who runs the platform. Sees tenants, and nothing inside them. */
      readonly kind: 'owner';
      readonly tenantId: typeof PLATFORM_TENANT_ID;
      readonly ownerId: OwnerId;
      readonly sessionId: SessionId;
    };
export type PrincipalOf<K extends Principal['kind']> = Extract<Principal, { kind: K }>;

/** A role of a person, a type of device, or the platform's owner. */
export type Actor = Role | DeviceType | 'platform_owner';

/** The actor of a principal; a key is none, it has its scopes. */
export function actorOf(principal: Principal): Actor | undefined {
  switch (principal.kind) {
    case 'user':
      return principal.role;
    case 'device':
      return principal.type;
    case 'owner':
      return 'platform_owner';
    case 'key':
      return undefined;
    default:
      return principal satisfies never;
  }
}

/** The sites of a principal; null means every site of its tenant. */
export function sitesOfPrincipal(principal: Principal): readonly SiteId[] | null {
  switch (principal.kind) {
    case 'user':
    case 'key':
      return principal.siteIds;
    case 'device':
      return [principal.siteId];
    case 'owner':
      return [];
    default:
      return principal satisfies never;
  }
}

/** Whether a principal may act at a site of its tenant. */
export function mayAt(principal: Principal, siteId: SiteId): boolean {
  const sites = sitesOfPrincipal(principal);
  return sites === null || sites.includes(siteId);
}
