/** Who is asking: people by role, devices by type. Permissions are one table, shared by API, screens and tests. */
import type { Command } from '../command/command.ts';
import type { EquipmentId, SiteId, TenantId, UserId } from '../ids/id.ts';
import type { ShapeName } from '../shapes/shapes.ts';

export const ROLES = ['admin', 'operator', 'technician'] as const;
export type Role = (typeof ROLES)[number];

export const DEVICE_TYPES = ['totem', 'panel', 'display'] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

export type Principal =
  | {
      readonly kind: 'user';
      readonly tenantId: TenantId;
      readonly userId: UserId;
      readonly role: Role;
      /** The sites where this person works; null means every site of the tenant. */
      readonly siteIds: readonly SiteId[] | null;
    }
  | {
      readonly kind: 'device';
      readonly tenantId: TenantId;
      readonly equipmentId: EquipmentId;
      readonly type: DeviceType;
      readonly siteId: SiteId;
    };

/** A role of a person or a type of device. */
export type Actor = Role | DeviceType;

const QUEUE: readonly Actor[] = ['admin', 'operator'];

/** Who may give which command, at the cloud or a hub. A totem's own screen is let in by its agent, for its own tickets. */
export const COMMAND_ACTORS: Record<Command['type'], readonly Actor[]> = {
  'ticket.create': QUEUE,
  'counter.open': QUEUE,
  'counter.close': QUEUE,
  'ticket.call_next': QUEUE,
  'ticket.call': QUEUE,
  'ticket.recall': QUEUE,
  'ticket.start': QUEUE,
  'ticket.requeue': QUEUE,
  'ticket.hold': QUEUE,
  'ticket.release': QUEUE,
  'ticket.no_show': QUEUE,
  'ticket.transfer': QUEUE,
  'ticket.finish': QUEUE,
  'ticket.cancel': QUEUE,
};

const EVERYONE: readonly Actor[] = [...ROLES, ...DEVICE_TYPES];
const STAFF: readonly Actor[] = [...ROLES, 'totem', 'panel'];

/** Who may follow which shape. A display sees calls and what names them, nothing of people. */
export const SHAPE_ACTORS: Record<ShapeName, readonly Actor[]> = {
  site: EVERYONE,
  service: EVERYONE,
  priority_class: EVERYONE,
  counter: EVERYONE,
  call: EVERYONE,
  ticket: STAFF,
  operator_session: STAFF,
  print_job: ['totem'],
  device_status: ['totem'],
};

/** The actor of a principal. */
export function actorOf(principal: Principal): Actor {
  return principal.kind === 'user' ? principal.role : principal.type;
}

/** Whether a principal may act at a site of its tenant. */
export function mayAt(principal: Principal, siteId: SiteId): boolean {
  if (principal.kind === 'device') return principal.siteId === siteId;
  return principal.siteIds === null || principal.siteIds.includes(siteId);
}
