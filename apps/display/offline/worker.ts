/**
 * Keeps the display's page on the machine: a television that is switched on while the link is away shows its page and finds the hub.
 * The page is asked for anew each time and kept for when nobody answers; what never changes under its name is asked for once.
 */

/** What is used of a worker's world, whose own types cannot stand beside a page's. */
interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Lasting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Told extends Lasting {
  readonly data: { readonly parts?: readonly string[] };
}
interface Keeper {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: 'install' | 'activate', run: (event: Lasting) => void): void;
  addEventListener(name: 'fetch', run: (event: Asked) => void): void;
  addEventListener(name: 'message', run: (event: Told) => void): void;
}

const keeper = self as unknown as Keeper;
const CACHE = 'totem.display.page';
/** A server that has not answered by then is not there; somebody stands before a dark screen. */
const PAGE_MS_MAX = 5_000;
const FOR_EVER = /\/(?:assets\/|voice\/)/;

keeper.addEventListener('install', (event) => event.waitUntil(keeper.skipWaiting()));
keeper.addEventListener('activate', (event) => event.waitUntil(keeper.clients.claim()));

keeper.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(keeper.registration.scope)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (FOR_EVER.test(url.pathname)) event.respondWith(keptOrAsked(request));
});

/** The page says of what it is made: what it was before it was looked after here is got now, and what it was before that goes. */
keeper.addEventListener('message', (event) => {
  const { parts } = event.data;
  if (parts !== undefined) event.waitUntil(keep(parts));
});

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PAGE_MS_MAX) });
    if (answer.ok) await cache.put(keeper.registration.scope, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(keeper.registration.scope);
    if (kept === undefined) throw error;
    return kept;
  }
}

async function keptOrAsked(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

async function keep(parts: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map(({ url }) => url));
  for (const part of [keeper.registration.scope, ...parts])
    if (!known.has(part)) await cache.add(part).catch(() => {});
  for (const url of known) if (url.includes('/assets/') && !parts.includes(url)) await cache.delete(url);
}
