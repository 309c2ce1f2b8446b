/** Devices of a site: totems, panels, displays, and what hangs on them. */
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { route } from '../route.ts';
import { id, idParams, instant, line, version } from '../schemas/fields.ts';

const TYPES = ['totem', 'panel', 'display', 'printer', 'terminal'] as const;
/** `online` and `offline` follow from when the device was last heard of. */
export const EQUIPMENT_STATUSES = ['online', 'offline', 'maintenance', 'suspended'] as const;

const changeable = {
  identifier: line(60).describe('What people call it; unique within the site.'),
  location: line(120).nullable().default(null),
  attachedTo: id<'equipment'>()
    .nullable()
    .default(null)
    .describe('The totem that a printer or terminal hangs on.'),
  maintenance: z.boolean().default(false),
};

export const equipmentSchema = z
  .object({
    id: id<'equipment'>(),
    siteId: id<'site'>(),
    type: z.enum(TYPES),
    identifier: z.string(),
    location: z.string().nullable(),
    lane: z.string().nullable().describe('Of a totem: its part of the numbering.'),
    attachedTo: id<'equipment'>().nullable(),
    status: z.enum(EQUIPMENT_STATUSES),
    appVersion: z.string().nullable(),
    lastSeen: instant.nullable(),
    enrolledAt: instant.nullable(),
    maintenanceSince: instant.nullable(),
    suspendedAt: instant.nullable(),
    suspendedReason: z.string().nullable(),
    telemetry: z.record(z.string(), z.unknown()),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'Equipment' });

const act = {
  tag: 'Devices',
  method: 'PUT',
  access: 'equipment.revoke',
  params: idParams<'equipment'>(),
  answer: { status: 200, schema: equipmentSchema },
  versioned: true,
} as const;

export const equipmentRoutes = {
  ...configuredRoutes('equipment', {
    one: 'Equipment',
    many: 'Equipment',
    path: '/v1/equipment',
    tag: 'Devices',
    reads: 'equipment.read',
    writes: 'equipment.write',
    removes: 'equipment.revoke',
    create: { siteId: id<'site'>(), type: z.enum(TYPES), ...changeable },
    change: changeable,
    filters: { siteId: id<'site'>().optional(), type: z.enum(TYPES).optional() },
    view: equipmentSchema,
    summaries: {
      list: 'Devices, oldest first',
      create: 'Add a device; a totem gets the next lane of its site',
      get: 'One device',
      update: 'Change what is given of a device',
      remove: 'Revoke a device; its tokens end within a minute',
    },
    createErrors: ['already_exists', 'reference_not_found', 'limit_reached'],
    updateErrors: ['already_exists', 'reference_not_found'],
    removeErrors: ['in_use'],
  }),
  suspendEquipment: route({
    ...act,
    path: '/v1/equipment/{id}/suspension',
    summary: 'Suspend a device; acts within a minute',
    body: z.strictObject({ reason: line(200) }),
  }),
  reinstateEquipment: route({
    ...act,
    method: 'DELETE',
    path: '/v1/equipment/{id}/suspension',
    summary: 'Let a suspended device work again',
  }),
} as const;
