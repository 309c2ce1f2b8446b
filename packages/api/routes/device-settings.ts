/** What the office decides of a display, version by version; a display reads its own. */
import { displaySettingsSchema } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant } from '../schemas/fields.ts';
import { MEDIA_TYPES } from './media.ts';

const settings = displaySettingsSchema.meta({ id: 'DisplaySettings' });
const version = z.int().min(0).describe('Named by the next change, in If-Match; 0 before the first.');

const deviceSettingsSchema = z
  .object({
    version,
    settings,
    createdAt: instant.nullable(),
    createdBy: id<'user'>().nullable(),
  })
  .meta({ id: 'DeviceSettings' });

const ofEquipment = {
  tag: 'Devices',
  path: '/v1/equipment/{id}/settings',
  params: idParams<'equipment'>(),
} as const;

export const deviceSettingsRoutes = {
  getDeviceSettings: route({
    ...ofEquipment,
    method: 'GET',
    summary: 'What is decided of a display',
    access: 'equipment.read',
    answer: { status: 200, schema: deviceSettingsSchema },
    versioned: true,
    errors: ['device_has_no_settings'],
  }),
  changeDeviceSettings: route({
    ...ofEquipment,
    method: 'PUT',
    summary: 'Decide anew; it shows so within half a minute',
    description: 'Going back is this too: with what an older version said.',
    access: 'equipment.write',
    body: settings,
    answer: { status: 200, schema: deviceSettingsSchema },
    versioned: true,
    errors: ['device_has_no_settings', 'reference_not_found'],
  }),
  listDeviceSettings: route({
    ...ofEquipment,
    method: 'GET',
    path: '/v1/equipment/{id}/settings/versions',
    summary: 'What was decided of a display, the newest fifty',
    access: 'equipment.read',
    answer: { status: 200, schema: z.object({ items: z.array(deviceSettingsSchema) }) },
    errors: ['device_has_no_settings'],
  }),
  getOwnSettings: route({
    tag: 'Devices',
    method: 'GET',
    path: '/v1/device/settings',
    summary: 'What a display is told of itself',
    access: 'device.self',
    answer: {
      status: 200,
      schema: z
        .object({
          version,
          settings,
          media: z
            .array(z.object({ id: id<'media'>(), type: z.enum(MEDIA_TYPES) }))
            .describe('Of `mediaIds`, those that are in use, in their order.'),
        })
        .meta({ id: 'OwnSettings' }),
    },
    versioned: true,
    errors: ['device_has_no_settings'],
  }),
} as const;
