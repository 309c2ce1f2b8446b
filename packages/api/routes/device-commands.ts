/** What the office asks of a device: once, bounded in time, and with what came of it. A device hears of it when it says how it is. */
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant } from '../schemas/fields.ts';

export const DEVICE_COMMAND_KINDS = ['restart', 'logs'] as const;
/** `expired` is a `waiting` or `taken` one whose time is over. */
const STATES = ['waiting', 'taken', 'done', 'failed', 'expired'] as const;
/** Signs of a log that a device hands over: less than a body may have. */
export const DEVICE_LOG_LENGTH_MAX = 40_000;

const deviceCommandSchema = z
  .object({
    id: id<'device_command'>(),
    kind: z.enum(DEVICE_COMMAND_KINDS),
    state: z.enum(STATES),
    createdAt: instant,
    createdBy: id<'user'>(),
    expiresAt: instant,
    takenAt: instant.nullable(),
    endedAt: instant.nullable(),
    hasLog: z.boolean(),
  })
  .meta({ id: 'DeviceCommand' });

const ofEquipment = {
  tag: 'Devices',
  path: '/v1/equipment/{id}/commands',
  params: idParams<'equipment'>(),
} as const;
const one = { tag: 'Devices', params: idParams<'device_command'>() } as const;

export const deviceCommandRoutes = {
  askDevice: route({
    ...ofEquipment,
    method: 'POST',
    summary: 'Ask something of a totem or a display; it counts for ten minutes',
    access: 'equipment.write',
    body: z.strictObject({ kind: z.enum(DEVICE_COMMAND_KINDS) }),
    answer: { status: 201, schema: deviceCommandSchema },
    errors: ['device_takes_no_commands', 'limit_reached'],
  }),
  listDeviceCommands: route({
    ...ofEquipment,
    method: 'GET',
    summary: 'What was asked of a device, the newest twenty',
    access: 'equipment.read',
    answer: { status: 200, schema: z.object({ items: z.array(deviceCommandSchema) }) },
  }),
  getDeviceLog: route({
    ...one,
    method: 'GET',
    path: '/v1/device-commands/{id}/log',
    summary: 'The lines that a device has handed over',
    access: 'equipment.write',
    answer: { status: 200, schema: z.object({ log: z.string() }) },
  }),
  endDeviceCommand: route({
    ...one,
    method: 'POST',
    path: '/v1/device-commands/{id}/end',
    summary: 'A device says what came of what it was asked',
    access: 'device.self',
    body: z.strictObject({
      isDone: z.boolean(),
      log: z.string().max(DEVICE_LOG_LENGTH_MAX).nullable().default(null),
    }),
    // The first word counts; the next ones change nothing.
    once: false,
    answer: { status: 204 },
  }),
} as const;
