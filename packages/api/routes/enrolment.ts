/**
 * How a device comes to be known: somebody offers a code, the device shows it with its own key, and somebody confirms that key
 * by its fingerprint. Nothing secret is typed on the device or sent to it.
 */
import { DEVICE_TYPES } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant, line } from '../schemas/fields.ts';

const fingerprint = line(20).describe('As the device shows it: `7K3M-Q9TX-20AB`.');
export const signature = z
  .string()
  .regex(/^[A-Za-z0-9_-]{86}$/)
  .describe('Ed25519 (RFC 8032), base64url.');
export const publicKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('A raw Ed25519 key, base64url.');
export const about = z
  .strictObject({
    host: line(80).optional(),
    system: line(80).optional(),
    appVersion: line(40).optional(),
  })
  .describe('What the device says of itself.');

/** What a device is told of who it is. */
export const enrolledDevice = z.object({
  tenantId: id<'tenant'>(),
  siteId: id<'site'>(),
  equipmentId: id<'equipment'>(),
  type: z.enum(DEVICE_TYPES),
  identifier: z.string(),
  siteName: z.string(),
  lane: z.string().nullable(),
});

const enrolmentSchema = z
  .object({
    state: z
      .enum(['none', 'offered', 'claimed', 'confirmed', 'expired'])
      .describe('`claimed`: a device has shown the code, and waits for its key to be confirmed.'),
    expiresAt: instant.nullable(),
    claimedAt: instant.nullable(),
    fingerprint: z.string().nullable(),
    about: about.nullable(),
  })
  .meta({ id: 'Enrolment' });

const ofEquipment = {
  tag: 'Devices',
  path: '/v1/equipment/{id}/enrolment',
  access: 'equipment.write',
  params: idParams<'equipment'>(),
  // Each has another way to be repeated: an offer takes the place of the one before, the others say what is so.
  once: false,
} as const;

export const enrolmentRoutes = {
  offerEnrolment: route({
    ...ofEquipment,
    method: 'POST',
    summary: 'Offer a code for a device; it counts once, for ten minutes',
    description: 'A device that was enrolled before goes on until another key is confirmed for it.',
    answer: {
      status: 201,
      schema: z
        .object({ code: z.string().describe('`7K3M-Q9TX`, shown once.'), expiresAt: instant })
        .meta({ id: 'PairingCode' }),
    },
    errors: ['not_found', 'enrolment_unfit'],
  }),
  getEnrolment: route({
    ...ofEquipment,
    method: 'GET',
    summary: 'How far the enrolment of a device has come',
    answer: { status: 200, schema: enrolmentSchema },
    errors: ['not_found'],
  }),
  confirmEnrolment: route({
    ...ofEquipment,
    method: 'POST',
    path: '/v1/equipment/{id}/enrolment/confirmation',
    summary: 'Confirm the key of the device that has shown the code',
    body: z.strictObject({ fingerprint }),
    answer: { status: 200, schema: enrolmentSchema },
    errors: [
      'not_found',
      'enrolment_not_claimed',
      'enrolment_fingerprint_differs',
      'enrolment_key_known',
      'in_use',
    ],
  }),
  withdrawEnrolment: route({
    ...ofEquipment,
    method: 'DELETE',
    summary: 'Take back what was offered',
    answer: { status: 204 },
    errors: ['not_found'],
  }),
  claimEnrolment: route({
    tag: 'Devices',
    method: 'POST',
    path: '/v1/enrolments',
    summary: 'A device shows its code and its key',
    description:
      'Signed is `totem enrolment v1\\nclaim\\n<code>\\n<publicKey>`, the code without its hyphen.',
    access: 'anyone',
    body: z.strictObject({
      code: line(32),
      publicKey,
      signature,
      about: about.default({}),
    }),
    once: false,
    answer: {
      status: 200,
      schema: z
        .object({ enrolmentId: id<'enrolment'>(), fingerprint: z.string(), expiresAt: instant })
        .meta({ id: 'EnrolmentClaim' }),
    },
    errors: ['enrolment_code_wrong', 'unauthorized', 'too_many_requests'],
  }),
  followEnrolment: route({
    tag: 'Devices',
    method: 'POST',
    path: '/v1/enrolments/outcome',
    summary: 'What came of it: asked by the device, again and again',
    description: 'Signed is `totem enrolment v1\\nfollow\\n<enrolmentId>`.',
    access: 'anyone',
    body: z.strictObject({ enrolmentId: id<'enrolment'>(), signature }),
    once: false,
    answer: {
      status: 200,
      schema: z
        .object({
          state: z.enum(['claimed', 'confirmed', 'withdrawn', 'expired']),
          device: enrolledDevice.nullable().describe('Who the device is, once it is confirmed.'),
        })
        .meta({ id: 'EnrolmentOutcome' }),
    },
    errors: ['unauthorized', 'too_many_requests'],
  }),
} as const;
