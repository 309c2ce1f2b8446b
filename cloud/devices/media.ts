/** Pictures and films of a tenant: taken in as they come when they are what they say, given out to its own, and never changed. */
import { FILM_TYPES, MEDIA_TYPES, PICTURE_BYTES_MAX, type Routes } from '@totem/api';
import { type Id, instantText, newId, type Principal, ProblemError, sitesOfPrincipal } from '@totem/domain';
import { and, asc, count, eq, isNull, sum } from 'drizzle-orm';
import { media } from '../db/schema/devices.ts';
import { type ReadHandle, readTenant, withTenant } from '../db/with-tenant.ts';
import { initialOf } from '../rest/changes.ts';
import { record } from '../rest/entries.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';

/** Of one tenant, in use. */
const FILES_MAX = 200;
const BYTES_MAX = 500 * 1024 * 1024;

type MediaType = (typeof MEDIA_TYPES)[number];

const COLUMNS = {
  id: media.id,
  name: media.name,
  type: media.type,
  size: media.size,
  createdAt: media.createdAt,
  version: media.version,
};

export const mediaHandlers = {
  listMedia: read(async (tx) => ({
    body: {
      items: await tx.orm
        .select(COLUMNS)
        .from(media)
        .where(inUse(tx))
        .orderBy(asc(media.createdAt), asc(media.id)),
    },
  })),
  addMedia: own(async (c, asked, { db }) => {
    const { principal, query, env } = asked;
    requireEverywhere(principal);
    const content = new Uint8Array(await c.req.arrayBuffer());
    const type = typeOf(c.req.header('content-type'), content);
    const row = {
      id: newId<'media'>(env),
      name: query.name,
      type,
      size: content.length,
      createdAt: instantText(env.now()),
    };
    await withTenant(db, principal.tenantId, async (tx) => {
      await keepWithinMax(tx, content.length);
      await tx.orm.insert(media).values({ tenantId: tx.tenantId, ...row, content });
      const { id, ...about } = row;
      await record(tx, asked, {
        action: 'CONFIG_CREATED',
        entity: 'media',
        entityId: id,
        data: { after: initialOf(about) },
      });
    });
    return c.json({ ...row, version: 1 }, 201);
  }),
  getMediaContent: own(async (c, { principal, params }, { db }) => {
    const row = await readTenant(db, principal.tenantId, async (tx) => {
      const [found] = await tx.orm
        .select({ type: media.type, content: media.content })
        .from(media)
        .where(and(inUse(tx), eq(media.id, params.id)));
      return found;
    });
    if (row === undefined) throw new ProblemError('not_found');
    return c.body(new Uint8Array(row.content), 200, {
      'content-type': row.type,
      'cache-control': 'private, max-age=31536000, immutable',
      // Opened by itself it is a picture and nothing that runs.
      'content-security-policy': `default-src 'none'; sandbox`,
    });
  }),
  deleteMedia: write(async (tx, asked) => {
    const { principal, params, env, version } = asked;
    requireEverywhere(principal);
    const [row] = await tx.orm
      .select({ version: media.version })
      .from(media)
      .where(and(inUse(tx), eq(media.id, params.id)))
      .for('update');
    if (row === undefined) throw new ProblemError('not_found');
    if (row.version !== version)
      throw new ProblemError('version_conflict', { extra: { version: row.version } });
    await tx.orm
      .update(media)
      .set({ deletedAt: instantText(env.now()), content: new Uint8Array(), version: version + 1 })
      .where(and(inUse(tx), eq(media.id, params.id)));
    await record(tx, asked, {
      action: 'CONFIG_DELETED',
      entity: 'media',
      entityId: params.id as Id<string> as Id<'media'>,
    });
    return { body: undefined };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** What all sites may show is not for who acts at some. @throws ProblemError `forbidden` */
function requireEverywhere(principal: Principal): void {
  if (sitesOfPrincipal(principal) !== null) throw new ProblemError('forbidden');
}

function inUse(tx: ReadHandle) {
  return and(eq(media.tenantId, tx.tenantId), isNull(media.deletedAt));
}

/** What a file is, by what it says and by its first bytes, which must agree. @throws ProblemError `media_unreadable` */
function typeOf(said: string | undefined, content: Uint8Array): MediaType {
  const name = (said ?? '').split(';', 1).join('').trim().toLowerCase();
  const type = MEDIA_TYPES.find((known) => known === name);
  if (type === undefined || !SIGNATURES[type](content)) throw new ProblemError('media_unreadable');
  const isFilm = (FILM_TYPES as readonly string[]).includes(type);
  if (!isFilm && content.length > PICTURE_BYTES_MAX) throw new ProblemError('media_unreadable');
  return type;
}

const begins =
  (at: number, ...bytes: readonly number[]) =>
  (content: Uint8Array): boolean =>
    bytes.every((byte, index) => content[at + index] === byte);
const ascii = (text: string): number[] => [...text].map((sign) => sign.charCodeAt(0));

/** The first bytes of each kind: ISO 10918-1, ISO 15948, RFC 9649, ISO 14496-12, RFC 8794. */
const SIGNATURES: Readonly<Record<MediaType, (content: Uint8Array) => boolean>> = {
  'image/jpeg': begins(0, 0xff, 0xd8, 0xff),
  'image/png': begins(0, 0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a),
  'image/webp': (content) => begins(0, ...ascii('RIFF'))(content) && begins(8, ...ascii('WEBP'))(content),
  'video/mp4': begins(4, ...ascii('ftyp')),
  'video/webm': begins(0, 0x1a, 0x45, 0xdf, 0xa3),
};

/** @throws ProblemError `limit_reached` */
async function keepWithinMax(tx: ReadHandle, more: number): Promise<void> {
  const [row] = await tx.orm
    .select({ files: count(), bytes: sum(media.size).mapWith(Number) })
    .from(media)
    .where(inUse(tx));
  if ((row?.files ?? 0) >= FILES_MAX) throw new ProblemError('limit_reached', { params: { max: FILES_MAX } });
  if ((row?.bytes ?? 0) + more > BYTES_MAX)
    throw new ProblemError('limit_reached', { params: { max: `${BYTES_MAX / 1024 / 1024} MB` } });
}
