/**
 * `npm run shapes:any-table -- --database-url URL --port N`: the shape server over any table of a database, defined by its
 * callers as Electric's own are. For tests only: whoever reaches the port reads what the role of the URL may read.
 */
import { parseArgs } from 'node:util';
import { createLifecycle, createLog, stopOnSignals, systemEnv, systemTimers } from '@totem/host';
import { privateCaching, sharedCaching } from '@totem/sync';
import { serveAnyTable } from './any-table/server.ts';

const USAGE = `npm run shapes:any-table -- --database-url URL --port N
  --host ADDRESS          listen here (127.0.0.1)
  --caching MODE          shared: Electric's public headers; private: nothing is stored (shared)
  --cache-max-age S       of answers that are not live, with shared caching (60)
  --cache-stale-age S     for how long they may be used while they are asked for anew (300)
  --chunk-bytes N         length of an answer (10000)
  --poll-ms N             how often the database is looked at while somebody waits (25)`;

const { values } = parseArgs({
  options: {
    'database-url': { type: 'string', default: process.env.DATABASE_URL ?? '' },
    port: { type: 'string', default: '3000' },
    host: { type: 'string', default: '127.0.0.1' },
    caching: { type: 'string', default: 'shared' },
    'cache-max-age': { type: 'string', default: String(sharedCaching.maxAgeSeconds) },
    'cache-stale-age': { type: 'string', default: String(sharedCaching.staleSeconds) },
    'chunk-bytes': { type: 'string', default: '10000' },
    'poll-ms': { type: 'string', default: '25' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values['database-url'] === '' || !['shared', 'private'].includes(values.caching)) {
  console.error(USAGE);
  process.exit(2);
}

const log = createLog('shapes-any-table');
const lifecycle = createLifecycle(log);
stopOnSignals(lifecycle, log);
const server = await serveAnyTable({
  databaseUrl: values['database-url'],
  host: values.host,
  port: Number(values.port),
  caching:
    values.caching === 'private'
      ? privateCaching
      : {
          kind: 'shared',
          maxAgeSeconds: Number(values['cache-max-age']),
          staleSeconds: Number(values['cache-stale-age']),
        },
  chunkBytes: Number(values['chunk-bytes']),
  pollMs: Number(values['poll-ms']),
  env: systemEnv,
  timers: systemTimers,
  log,
});
lifecycle.onStop('shapes', () => server.close());
log.info({ url: server.url }, 'serving any table');
