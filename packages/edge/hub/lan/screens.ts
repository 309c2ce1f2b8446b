/**
 * The built screens that a hub serves. Each page is told by whom it was served: what a hub gives is opened on a day without a link,
 * and asks for a PIN instead of a password.
 */
import { ProblemError } from '@totem/domain';
import type { Env, Hono } from 'hono';
import type { StaticFile } from '../../local-api/static-files.ts';

/** Read by the screens at their start. */
const MARK = '<meta name="totem-server" content="hub">';
const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves a screen under `/<name>/`. */
export function serveScreen<E extends Env>(
  app: Hono<E>,
  name: string,
  files: ReadonlyMap<string, StaticFile>,
): void {
  const page = files.get('/');
  const marked = page && { ...page, bytes: withMark(page.bytes) };
  app.get(`/${name}`, (c) => c.redirect(`/${name}/`));
  app.get(`/${name}/*`, (c) => {
    const path = c.req.path.slice(name.length + 1);
    // Every address without an extension is the screen's page.
    const file = /\.\w+$/.test(path) && path !== '/index.html' ? files.get(path) : marked;
    if (file === undefined) throw new ProblemError('not_found');
    return c.body(file.bytes, 200, {
      'content-type': file.type,
      'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': POLICY,
    });
  });
}

function withMark(page: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(page);
  return new TextEncoder().encode(text.replace('<head>', `<head>${MARK}`));
}
