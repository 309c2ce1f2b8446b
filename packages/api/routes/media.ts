/** Pictures and films that displays show between calls: the tenant's own, of few kinds and bounded in size. */
import { z } from 'zod';
import { route } from '../route.ts';
import { id, idParams, instant, line, version } from '../schemas/fields.ts';

export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export const FILM_TYPES = ['video/mp4', 'video/webm'] as const;
export const MEDIA_TYPES = [...PICTURE_TYPES, ...FILM_TYPES] as const;
export const PICTURE_BYTES_MAX = 5 * 1024 * 1024;
export const FILM_BYTES_MAX = 30 * 1024 * 1024;

export const mediaSchema = z
  .object({
    id: id<'media'>(),
    name: z.string(),
    type: z.enum(MEDIA_TYPES),
    size: z.int().describe('Bytes.'),
    createdAt: instant,
    version,
  })
  .meta({ id: 'Media' });

export const mediaRoutes = {
  listMedia: route({
    tag: 'Configuration',
    method: 'GET',
    path: '/v1/media',
    summary: 'Pictures and films in use, oldest first',
    access: 'configuration.read',
    answer: { status: 200, schema: z.object({ items: z.array(mediaSchema) }) },
  }),
  addMedia: route({
    tag: 'Configuration',
    method: 'POST',
    path: '/v1/media',
    summary: 'Add a picture or a film',
    description: `The body is the file: a picture of at most ${PICTURE_BYTES_MAX} bytes, a film of at most ${FILM_BYTES_MAX}.`,
    access: 'configuration.write',
    query: z.object({ name: line(80) }),
    upload: { types: MEDIA_TYPES, bytesMax: FILM_BYTES_MAX },
    // A file that was sent twice is there twice, where the office sees it; nothing of it is shown before somebody chooses it.
    once: false,
    answer: { status: 201, schema: mediaSchema },
    errors: ['media_unreadable', 'limit_reached'],
  }),
  getMediaContent: route({
    tag: 'Configuration',
    method: 'GET',
    path: '/v1/media/{id}/content',
    summary: 'The file itself, which never changes',
    access: 'media.read',
    params: idParams<'media'>(),
    answer: {
      status: 200,
      schema: z.string().meta({ format: 'binary' }),
      contentType: 'application/octet-stream',
    },
  }),
  deleteMedia: route({
    tag: 'Configuration',
    method: 'DELETE',
    path: '/v1/media/{id}',
    summary: 'Take a picture or a film out of use; its bytes go',
    access: 'configuration.write',
    params: idParams<'media'>(),
    versioned: true,
    answer: { status: 204 },
  }),
} as const;
