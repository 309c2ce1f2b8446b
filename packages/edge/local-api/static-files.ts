/**
 * The kiosk's screen, served from memory: a totem whose disk has failed must still be able to show that it is out of
 * service.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** A built screen with its sounds and pictures; more is not a screen. */
const STATIC_BYTES_MAX = 64 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
};

export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Files with a hash in their name never change. */
  readonly isImmutable: boolean;
}

/** Every file of a folder by its path in a URL; `/` is `index.html`. @throws Error when the folder is missing or too large. */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  let total = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const bytes = new Uint8Array(readFileSync(path));
    total += bytes.length;
    if (total > STATIC_BYTES_MAX)
      throw new Error(`more than ${STATIC_BYTES_MAX} bytes of screen in ${folder}`);
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    const type = TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
    files.set(url, { bytes, type, isImmutable: /-[\w-]{8,}\.\w+$/.test(url) && type !== TYPES['.html'] });
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}
