/**
 * How a screen without a keyboard comes to be known: it shows a code, and somebody who may enters it for a device of theirs. Nothing
 * is typed at the screen and nothing secret is sent to it: what it is known by is its own key.
 */
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant, line } from '../schemas/fields.ts';
import { about, enrolledDevice, publicKey, signature } from './enrolment.ts';
import { equipmentSchema } from './equipment.ts';

const atScreen = { tag: 'Devices', method: 'POST', access: 'anyone', once: false } as const;

export const pairingRoutes = {
  askPairing: route({
    ...atScreen,
    path: '/v1/pairings',
    summary: 'A screen asks for a code to show; it counts once, for ten minutes',
    description:
      'Signed is `totem pairing v1\\nask\\n<publicKey>`. A new code takes the place of the one that the same key had before.',
    body: z.strictObject({ publicKey, signature, about: about.default({}) }),
    answer: {
      status: 201,
      schema: z
        .object({
          pairingId: id<'pairing'>(),
          code: z.string().describe('`7K3M-Q9TX`.'),
          expiresAt: instant,
        })
        .meta({ id: 'Pairing' }),
    },
    errors: ['unauthorized', 'too_many_requests'],
  }),
  followPairing: route({
    ...atScreen,
    path: '/v1/pairings/outcome',
    summary: 'What came of it: asked by the screen, again and again',
    description: 'Signed is `totem enrolment v1\\nfollow\\n<pairingId>`.',
    body: z.strictObject({ pairingId: id<'pairing'>(), signature }),
    answer: {
      status: 200,
      schema: z
        .object({
          state: z.enum(['waiting', 'paired', 'expired']),
          device: enrolledDevice.nullable().describe('Who the screen is, once it is paired.'),
        })
        .meta({ id: 'PairingOutcome' }),
    },
    errors: ['unauthorized', 'too_many_requests'],
  }),
  pairEquipment: route({
    tag: 'Devices',
    method: 'POST',
    path: '/v1/equipment/{id}/pairing',
    summary: 'Make the display that shows this code the device',
    description: 'A display that was the device before is out within ten minutes.',
    access: 'equipment.write',
    params: idParams<'equipment'>(),
    body: z.strictObject({ code: line(32) }),
    // A code counts once: a repetition is told that it is used up, and looks at the device.
    once: false,
    answer: { status: 200, schema: equipmentSchema },
    errors: [
      'not_found',
      'pairing_code_wrong',
      'enrolment_unfit',
      'enrolment_key_known',
      'too_many_requests',
    ],
  }),
} as const;
