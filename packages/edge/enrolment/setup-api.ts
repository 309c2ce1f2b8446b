/**
 * What a totem serves before it knows who it is: the technician's screen, from which the code is typed. Under the same guards
 * as the screen of customers, and at the same address, so that the browser stays where it is.
 */
import { type Log, onNotFound, onProblem } from '@totem/host';
import { Hono } from 'hono';
import { z } from 'zod';
import { screenFile } from '../local-api/app.ts';
import { guardBody, guardHost, guardToken } from '../local-api/guard.ts';
import type { StaticFile } from '../local-api/static-files.ts';
import type { Enrolling } from './enrolling.ts';

const BODY_BYTES_MAX = 1_024;
const CODE_LENGTH_MAX = 32;
const codeSchema = z.strictObject({ code: z.string().min(1).max(CODE_LENGTH_MAX) });

export function createSetupApi(parts: {
  readonly enrolling: Enrolling;
  readonly token: string;
  readonly port: () => number;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly frameAncestors: readonly string[];
  readonly log: Log;
  /** The screen has been told that it is done. */
  readonly onTold: () => void;
}): Hono {
  const { enrolling } = parts;
  const app = new Hono();
  app.onError(onProblem(parts.log));
  app.notFound(onNotFound);
  app.use(guardHost(parts.port));
  app.get('/health', (c) => c.json({ status: 'setup' }, 200, { 'cache-control': 'no-store' }));
  app.use('/v1/*', guardToken(parts.token));
  app.use('/v1/*', guardBody(BODY_BYTES_MAX));
  const answer = () => ({ ...enrolling.state(), ownFingerprint: enrolling.fingerprint });
  app.get('/v1/setup', (c) => {
    if (enrolling.state().step === 'done') parts.onTold();
    return c.json(answer(), 200, { 'cache-control': 'no-store' });
  });
  app.post('/v1/setup/code', async (c) => {
    const { code } = codeSchema.parse(await c.req.json());
    await enrolling.show(code);
    return c.json(answer(), 200, { 'cache-control': 'no-store' });
  });
  app.post('/v1/setup/again', (c) => {
    enrolling.again();
    return c.json(answer(), 200, { 'cache-control': 'no-store' });
  });
  app.get('*', (c) => screenFile(c, parts.files, parts.frameAncestors));
  return app;
}
