/**
 * The local API of a totem whose disk cannot be opened: the screen is served from memory and every question is answered with
 * what is wrong, so that customers read that it is out of service and whoever supervises it sees why.
 */
import { ProblemError } from '@totem/domain';
import { type Log, onNotFound, onProblem } from '@totem/host';
import { Hono } from 'hono';
import { screenFile } from './app.ts';
import { guardHost, guardToken } from './guard.ts';
import type { StaticFile } from './static-files.ts';

export function createClosedApi(parts: {
  readonly token: string;
  readonly port: () => number;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly frameAncestors: readonly string[];
  readonly log: Log;
}): Hono {
  const app = new Hono();
  app.onError(onProblem(parts.log));
  app.notFound(onNotFound);
  app.use(guardHost(parts.port));
  app.get('/health', (c) =>
    c.json({ status: 'fault', disk: 'closed' }, 200, { 'cache-control': 'no-store' }),
  );
  app.use('/v1/*', guardToken(parts.token));
  app.all('/v1/*', () => {
    throw new ProblemError('storage_fault');
  });
  app.get('*', (c) => screenFile(c, parts.files, parts.frameAncestors));
  return app;
}
