/**
 * What a screen of a site must know besides its rows, the same from the cloud and from the hub: which of them commands the queue,
 * and to whom a ticket can be sent on.
 */
import { idSchema } from '@totem/domain';
import { z } from 'zod';
import { hubUrl } from './directory.ts';

export const siteDeskSchema = z.object({
  /** The hub of the site and where it serves; null while the cloud commands the queue. */
  hub: z
    .object({
      equipmentId: idSchema<'equipment'>(),
      term: z.int().min(1),
      /** Null while it has not said so. */
      url: hubUrl.nullable(),
    })
    .nullable(),
  /** Who may be given a ticket at the site, by name; empty for whoever gives none. */
  people: z.array(z.object({ userId: idSchema<'user'>(), fullName: z.string() })),
});
export type SiteDesk = z.infer<typeof siteDeskSchema>;
