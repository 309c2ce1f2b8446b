/**
 * Signing in and what belongs to it: sessions, one's own password, the second factor. Refusals with 401 name what is missing;
 * whoever is signed in and gets one has to refresh, or to sign in again.
 */
import { DEVICE_TYPES, KEY_SCOPES, PASSWORD_LENGTH_MAX, ROLES } from '@totem/domain';
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant } from '../schemas/fields.ts';

const username = z.string().min(1).max(120);
const password = z.string().min(1).max(PASSWORD_LENGTH_MAX);
const code = z
  .string()
  .min(1)
  .max(32)
  .describe('Six digits of the authenticator app, or a recovery code. Each counts once.');
const token = z.string().min(1).max(200);
const namedSites = z.array(z.object({ id: id<'site'>(), name: z.string() }));
const user = z.object({
  id: id<'user'>(),
  fullName: z.string(),
  role: z.enum([...ROLES, 'platform_owner']),
});

const session = {
  accessToken: z.string().describe('Goes into `Authorization: Bearer`.'),
  expiresAt: instant.describe('When the access token ends: in ten minutes.'),
  refreshToken: z
    .string()
    .describe(
      'Gets the next pair, once. Sent again within 30 seconds it gets the same one; later, the session is ended for everyone ' +
        'who has it.',
    ),
  sessionId: id<'session'>(),
  tenantId: id<'tenant'>(),
  user,
  sites: namedSites.describe('Where the person works.'),
};
const sessionSchema = z.object(session).meta({ id: 'Session' });
const signedInSchema = z
  .object({
    ...session,
    device: z.string().describe('To be kept on this device, and shown at the next sign-in there.'),
  })
  .meta({ id: 'SignedIn' });

const meSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('user'),
      tenantId: id<'tenant'>(),
      siteId: id<'site'>().nullable().describe('The place, where there is only one.'),
      user,
      sites: namedSites,
      secondFactor: z.boolean(),
    }),
    z.object({
      kind: z.literal('owner'),
      tenantId: id<'tenant'>(),
      user,
      secondFactor: z.boolean(),
    }),
    z.object({
      kind: z.literal('device'),
      tenantId: id<'tenant'>(),
      siteId: id<'site'>(),
      equipment: z.object({
        id: id<'equipment'>(),
        type: z.enum(DEVICE_TYPES),
        identifier: z.string(),
        lane: z.string().nullable(),
      }),
    }),
    z.object({
      kind: z.literal('key'),
      tenantId: id<'tenant'>(),
      keyId: id<'api_key'>(),
      scopes: z.array(z.enum(KEY_SCOPES)),
      siteIds: z.array(id<'site'>()).nullable(),
    }),
  ])
  .meta({ id: 'Me' });

const liveSessionSchema = z
  .object({
    id: id<'session'>(),
    current: z.boolean().describe('The one that asks.'),
    createdAt: instant,
    usedAt: instant,
    expiresAt: instant,
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'LiveSession' });

const shared = { tag: 'Access' } as const;
/** What asks for a password or a code has limits of its own in place of a key, and a secret is in no answer that is kept. */
const unkept = { ...shared, once: false } as const;

export const accessRoutes = {
  signIn: route({
    ...unkept,
    method: 'POST',
    path: '/v1/login',
    summary: 'Sign in with a user name and a password',
    description:
      'Wrong names, wrong passwords and people who left are refused alike. `totp_required` and `password_change_required` are ' +
      'answered to who knew the password: the same request is sent again with `code` or `newPassword`.',
    access: 'anyone',
    body: z.strictObject({
      username,
      password,
      code: code.optional(),
      newPassword: password.optional(),
      device: token.optional().describe('What an earlier sign-in gave to this device.'),
    }),
    cleansText: true,
    answer: { status: 200, schema: signedInSchema },
    errors: [
      'login_failed',
      'totp_required',
      'totp_invalid',
      'password_change_required',
      'password_too_short',
      'password_common',
      'tenant_suspended',
      'too_many_requests',
    ],
  }),
  refreshSession: route({
    ...unkept,
    method: 'POST',
    path: '/v1/refresh',
    summary: 'Go on with a session',
    access: 'anyone',
    body: z.strictObject({ refreshToken: token }),
    answer: { status: 200, schema: sessionSchema },
    errors: ['unauthorized', 'session_ended', 'token_reused', 'tenant_suspended'],
  }),
  signOut: route({
    ...unkept,
    method: 'POST',
    path: '/v1/logout',
    summary: 'End a session; its access token is refused within a minute',
    access: 'anyone',
    body: z.strictObject({ refreshToken: token }),
    answer: { status: 204 },
    errors: ['unauthorized'],
  }),
  getMe: route({
    ...shared,
    method: 'GET',
    path: '/v1/me',
    summary: 'Who is asking',
    access: 'signed_in',
    beforeSecondFactor: true,
    answer: { status: 200, schema: meSchema },
  }),
  listMySessions: route({
    ...shared,
    method: 'GET',
    path: '/v1/me/sessions',
    summary: 'Where one is signed in',
    access: 'signed_in',
    answer: { status: 200, schema: z.object({ items: z.array(liveSessionSchema) }) },
  }),
  endMySession: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/me/sessions/{id}',
    summary: 'Sign out elsewhere',
    access: 'signed_in',
    params: idParams<'session'>(),
    answer: { status: 204 },
  }),
  changeMyPassword: route({
    ...unkept,
    method: 'POST',
    path: '/v1/me/password',
    summary: 'Change one’s password; other sessions end',
    access: 'signed_in',
    body: z.strictObject({ oldPassword: password, newPassword: password }),
    answer: { status: 204 },
    errors: ['password_wrong', 'password_too_short', 'password_common', 'too_many_requests'],
  }),
  enrolSecondFactor: route({
    ...unkept,
    method: 'POST',
    path: '/v1/me/second-factor',
    summary: 'Set up time-based codes; they are asked for once the first was confirmed',
    access: 'signed_in',
    beforeSecondFactor: true,
    body: z.strictObject({ password }),
    answer: {
      status: 200,
      schema: z
        .object({
          secret: z.string().describe('Base32, to type into an app.'),
          uri: z.string().describe('`otpauth://`, to be shown as a QR code.'),
        })
        .meta({ id: 'SecondFactorEnrolment' }),
    },
    errors: ['password_wrong', 'second_factor_exists', 'too_many_requests'],
  }),
  grantHub: route({
    ...unkept,
    method: 'POST',
    path: '/v1/me/hub-grants',
    summary: 'Be let in at the hub of a site while it has no link',
    description:
      'The answer is shown to the hub once, with a PIN of the person’s own choice; with the two they sign in there for two weeks.',
    access: 'queue.serve',
    body: z.strictObject({ siteId: id<'site'>() }),
    answer: {
      status: 200,
      schema: z.object({ grant: z.string(), expiresAt: instant }).meta({ id: 'HubGrant' }),
    },
    errors: ['not_found'],
  }),
  confirmSecondFactor: route({
    ...unkept,
    method: 'POST',
    path: '/v1/me/second-factor/confirm',
    summary: 'Put time-based codes to use; answers recovery codes, which are shown once',
    access: 'signed_in',
    beforeSecondFactor: true,
    body: z.strictObject({ code }),
    answer: {
      status: 200,
      schema: z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' }),
    },
    errors: ['totp_invalid', 'second_factor_exists', 'second_factor_missing', 'too_many_requests'],
  }),
  removeMySecondFactor: route({
    ...unkept,
    method: 'POST',
    path: '/v1/me/second-factor/remove',
    summary: 'Do without time-based codes',
    access: 'signed_in',
    body: z.strictObject({ password, code }),
    answer: { status: 204 },
    errors: ['password_wrong', 'totp_invalid', 'second_factor_missing', 'too_many_requests'],
  }),
  removeUserSecondFactor: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/users/{id}/second-factor',
    summary: 'Take the second factor off a person who lost it; their sessions end',
    access: 'user.write',
    params: idParams<'user'>(),
    answer: { status: 204 },
    errors: ['second_factor_missing'],
  }),
  endUserSessions: route({
    ...shared,
    method: 'DELETE',
    path: '/v1/users/{id}/sessions',
    summary: 'Sign a person out everywhere, within a minute',
    access: 'user.write',
    params: idParams<'user'>(),
    answer: { status: 204 },
  }),
} as const;
