/** People who sign in: who they are, what they may do, and where. */
import { ROLES } from '@totem/domain';
import { z } from 'zod';
import { configuredRoutes } from '../configured.ts';
import { route } from '../route.ts';
import { id, idList, idParams, instant, line, locale, version } from '../schemas/fields.ts';

/** The length that a password may have; what else it must be is said by its refusal. */
export const newPassword = z.string().min(1).max(256);

export const username = z
  .string()
  .max(120)
  .transform((typed) => typed.trim().normalize('NFC').toLowerCase())
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{2,119}$/u, 'is no user name'))
  .meta({ type: 'string', minLength: 3, maxLength: 120, example: 'ana.souza' });

const changeable = {
  fullName: line(120),
  email: z.email().max(254).nullable().default(null),
  locale: locale.nullable().default(null),
  role: z.enum(ROLES),
  siteIds: idList<'site'>().default([]).describe('Where the person works; an admin works everywhere.'),
  serviceIds: idList<'service'>().default([]).describe('What the person may serve; none named means all.'),
  active: z.boolean().default(true),
};

export const userSchema = z
  .object({
    id: id<'user'>(),
    username: z.string(),
    fullName: z.string(),
    email: z.string().nullable(),
    locale: z.string().nullable(),
    role: z.enum(ROLES),
    siteIds: z.array(id<'site'>()),
    serviceIds: z.array(id<'service'>()),
    active: z.boolean(),
    mustChangePassword: z.boolean(),
    lastLogin: instant.nullable(),
    createdAt: instant,
    deletedAt: instant.nullable(),
    version,
  })
  .meta({ id: 'User' });

export const userRoutes = {
  ...configuredRoutes('user', {
    one: 'User',
    many: 'Users',
    path: '/v1/users',
    tag: 'People',
    reads: 'user.read',
    writes: 'user.write',
    create: { username, password: newPassword, ...changeable },
    change: changeable,
    filters: {
      role: z.enum(ROLES).optional(),
      siteId: id<'site'>().optional(),
      active: z.stringbool().optional(),
      search: z.string().max(80).optional(),
    },
    view: userSchema,
    summaries: {
      list: 'People, oldest first',
      create: 'Add a person; they choose a password of their own when they first sign in',
      get: 'One person',
      update: 'Change what is given of a person; acts within a minute',
      remove: 'Take a person out of use; acts within a minute',
    },
    createErrors: [
      'already_exists',
      'reference_not_found',
      'limit_reached',
      'password_too_short',
      'password_common',
    ],
    updateErrors: ['reference_not_found', 'last_admin'],
    removeErrors: ['last_admin'],
  }),
  setUserPassword: route({
    tag: 'People',
    method: 'PUT',
    path: '/v1/users/{id}/password',
    summary: 'Give a person a new password, which they must change; ends their sessions',
    access: 'user.write',
    params: idParams<'user'>(),
    body: z.strictObject({ password: newPassword }),
    answer: { status: 200, schema: userSchema },
    versioned: true,
    errors: ['password_too_short', 'password_common'],
  }),
} as const;
