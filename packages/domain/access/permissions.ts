/**
 * What may be done, and by whom: one table for API, screens and tests. A role or a type of device has a permission or has it
 * not; where it holds (which sites, which services) is the principal's. A key of an integrator has what its scopes open.
 */
import type { Command } from '../command/command.ts';
import type { ShapeName } from '../shapes/shapes.ts';
import { type Actor, DEVICE_TYPES, type Principal, ROLES } from './principal.ts';

/** What a key can be made for. */
export const KEY_SCOPES = [
  'configuration.read',
  'configuration.write',
  'tickets.read',
  'tickets.write',
  'payments.read',
  'reports.read',
  'audit.read',
] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

export interface PermissionSpec {
  readonly actors: readonly Actor[];
  /** The scope that opens it to a key; without one no key has it. */
  readonly scope?: KeyScope;
}

const ADMIN: readonly Actor[] = ['admin'];
const QUEUE: readonly Actor[] = ['admin', 'operator'];
const STAFF: readonly Actor[] = [...ROLES];
const TOTEM: readonly Actor[] = ['totem'];
const OWNER: readonly Actor[] = ['platform_owner'];

const allow = (actors: readonly Actor[], scope?: KeyScope): PermissionSpec =>
  scope === undefined ? { actors } : { actors, scope };

export const PERMISSIONS = {
  // The platform
  'platform.read': allow(OWNER),
  'platform.write': allow(OWNER),
  // What a tenant configures
  'tenant.read': allow(STAFF, 'configuration.read'),
  'tenant.write': allow(ADMIN),
  'configuration.read': allow(STAFF, 'configuration.read'),
  'configuration.write': allow(ADMIN, 'configuration.write'),
  'user.read': allow(ADMIN, 'configuration.read'),
  'user.write': allow(ADMIN),
  'key.read': allow(ADMIN),
  'key.write': allow(ADMIN),
  'equipment.read': allow(['admin', 'technician'], 'configuration.read'),
  'equipment.write': allow(['admin', 'technician']),
  'equipment.revoke': allow(ADMIN),
  /** What a device asks and says about itself. */
  'device.self': allow(['totem', 'display']),
  'media.read': allow([...STAFF, 'display'], 'configuration.read'),
  'integration.read': allow(ADMIN, 'configuration.read'),
  'integration.write': allow(ADMIN, 'configuration.write'),
  // The queue
  'queue.serve': allow(QUEUE),
  'queue.choose': allow(QUEUE),
  'ticket.issue': allow(QUEUE, 'tickets.write'),
  'ticket.read': allow(QUEUE, 'tickets.read'),
  /** The person's name, once the ticket is in somebody's hand. */
  'ticket.person': allow(QUEUE),
  'ticket.cancel': allow(QUEUE, 'tickets.write'),
  'ticket.override': allow(ADMIN),
  'appointment.read': allow(QUEUE, 'tickets.read'),
  'appointment.write': allow(QUEUE, 'tickets.write'),
  // Money
  'payment.read': allow(QUEUE, 'payments.read'),
  /** Asking a provider for a customer's money: the machine in front of them does. */
  'payment.charge': allow(TOTEM),
  'payment.record': allow(QUEUE),
  'payment.refund': allow(ADMIN),
  'receipt.read': allow(QUEUE, 'payments.read'),
  'receipt.reprint': allow(QUEUE),
  // Looking back
  'report.read': allow(ADMIN, 'reports.read'),
  'audit.read': allow(ADMIN, 'audit.read'),
  'audit.export': allow(ADMIN, 'audit.read'),
  /** What devices sent and nobody could read; people's names may be in it. */
  'quarantine.read': allow(ADMIN),
  'conflict.read': allow(QUEUE),
  'conflict.resolve': allow(ADMIN),
  /** All that is held of one person, in one document. */
  'person.export': allow(ADMIN),
  'person.erase': allow(ADMIN),
} as const satisfies Record<string, PermissionSpec>;
export type Permission = keyof typeof PERMISSIONS;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as Permission[];

/** The permission that each command needs, at the cloud or a hub. A totem's own screen is let in by its agent, for its own tickets. */
export const COMMAND_PERMISSIONS: Record<Command['type'], Permission> = {
  'ticket.create': 'ticket.issue',
  'appointment.check_in': 'appointment.write',
  'counter.open': 'queue.serve',
  'counter.close': 'queue.serve',
  'operator.pause': 'queue.serve',
  'operator.resume': 'queue.serve',
  'ticket.call_next': 'queue.serve',
  'ticket.call': 'queue.choose',
  'ticket.recall': 'queue.serve',
  'ticket.start': 'queue.serve',
  'ticket.requeue': 'queue.serve',
  'ticket.hold': 'queue.serve',
  'ticket.release': 'queue.serve',
  'ticket.no_show': 'queue.serve',
  'ticket.transfer': 'queue.serve',
  'ticket.finish': 'queue.serve',
  'ticket.cancel': 'ticket.cancel',
  'ticket.reprint': 'ticket.issue',
  'ticket.override': 'ticket.override',
};

/** Whether a principal has a permission at all; where it holds is asked with `mayAt` and `mayServe`. */
export function may(principal: Principal, permission: Permission): boolean {
  const spec: PermissionSpec = PERMISSIONS[permission];
  switch (principal.kind) {
    case 'user':
      return spec.actors.includes(principal.role);
    case 'device':
      return spec.actors.includes(principal.type);
    case 'owner':
      return spec.actors.includes('platform_owner');
    case 'key':
      return spec.scope !== undefined && principal.scopes.includes(spec.scope);
    default:
      return principal satisfies never;
  }
}

const EVERYONE: readonly Actor[] = [...ROLES, ...DEVICE_TYPES];
const WITH_TICKETS: readonly Actor[] = [...ROLES, 'totem', 'panel'];

/** Who may follow which shape. A display sees calls and what names them, nothing of people. */
export const SHAPE_ACTORS: Record<ShapeName, readonly Actor[]> = {
  site: EVERYONE,
  service: EVERYONE,
  priority_class: EVERYONE,
  counter: EVERYONE,
  call: EVERYONE,
  ticket: WITH_TICKETS,
  operator_session: WITH_TICKETS,
  /** By its codes people check in: for who may read them anyway, and where that is done without a link. */
  appointment: [...PERMISSIONS['appointment.read'].actors, ...TOTEM],
  print_job: ['totem'],
  device_status: ['totem'],
};
