/**
 * What a totem asks of the cloud to be, or to find, the hub of its site: who may act and speak there, by which key the cloud's
 * tokens are known, and where the hub is. It is kept on disk, so that a branch can begin its day without a link.
 */
import { DEVICE_TYPES, idSchema, isInstantText, ROLES } from '@totem/domain';
import { z } from 'zod';

/** An Ed25519 public key (RFC 8037): 32 bytes, base64url. */
const publicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const instant = z.string().refine(isInstantText, 'not an instant');
/** A certificate in PEM; ours have some 800 bytes. */
const authority = z
  .string()
  .max(4_096)
  .regex(/^-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?$/);
/** An origin, without a path. Without TLS only where nothing leaves the machine. */
export const hubUrl = z
  .url({ protocol: /^https?$/ })
  .max(200)
  .regex(/^(https:\/\/[^/?#\s@]+|http:\/\/(127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?)\/?$/);

export const PEOPLE_OF_SITE_MAX = 2_000;
export const DEVICES_OF_SITE_MAX = 1_000;

export const hubDirectorySchema = z.object({
  serverTime: instant,
  /** The hub of the asker's site; `url` and `authority` are what it has announced. */
  hub: z
    .object({
      equipmentId: idSchema<'equipment'>(),
      term: z.int().min(1),
      url: hubUrl.nullable(),
      authority: authority.nullable(),
    })
    .nullable(),
  /** Access tokens that the cloud gives are signed by it. */
  tokenKey: publicKey,
  /** Who may serve at the site now. Null means every site, or every service. */
  people: z
    .array(
      z.object({
        userId: idSchema<'user'>(),
        fullName: z.string(),
        username: z.string(),
        role: z.enum(ROLES),
        siteIds: z.array(idSchema<'site'>()).nullable(),
        serviceIds: z.array(idSchema<'service'>()).nullable(),
      }),
    )
    .max(PEOPLE_OF_SITE_MAX),
  /** Devices of the site that may speak now. */
  devices: z
    .array(
      z.object({
        equipmentId: idSchema<'equipment'>(),
        type: z.enum(DEVICE_TYPES),
        publicKey: publicKey.nullable(),
      }),
    )
    .max(DEVICES_OF_SITE_MAX),
});
export type HubDirectory = z.infer<typeof hubDirectorySchema>;

/** Where a hub serves, and the authority that speaks for it there. */
export const hubAnnouncementSchema = z.strictObject({ url: hubUrl, authority });
export type HubAnnouncement = z.infer<typeof hubAnnouncementSchema>;
