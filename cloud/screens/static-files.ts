/** Built screens from a folder: hashed assets are kept by browsers for ever, pages are asked for each time. */
import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import { ProblemError } from '@totem/domain';
import { Hono } from 'hono';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
};
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EACH_TIME = 'no-cache';

/** Serves a screen under `/<name>/`; every path without an extension is the screen's page. @param policy its CSP. */
export function screenRoutes(name: string, folder: string, policy: string): Hono {
  const root = resolve(folder);
  return new Hono()
    .get(`/${name}`, (c) => c.redirect(`/${name}/`))
    .get(`/${name}/*`, async (c) => {
      const asked = decoded(c.req.path.slice(name.length + 2));
      if (asked === undefined) throw new ProblemError('not_found');
      const isPage = extname(asked) === '';
      const content = await contentOf(root, isPage ? 'index.html' : asked);
      if (content === undefined) throw new ProblemError('not_found');
      return c.body(content, 200, {
        'content-type': TYPES[isPage ? '.html' : extname(asked)] ?? 'application/octet-stream',
        'content-security-policy': policy,
        'cache-control': asked.startsWith('assets/') ? FOR_EVER : ASK_EACH_TIME,
      });
    });
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The file's bytes; undefined for one that is not there or is not within the folder. */
async function contentOf(root: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = resolve(root, name);
  if (!path.startsWith(root + sep) || name.includes('\0')) return undefined;
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(error.code))
    )
      return undefined;
    throw error;
  }
}
