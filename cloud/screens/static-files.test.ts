/** Built screens: pages for every path of the screen, assets kept for ever, and nothing from outside of the folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, onNotFound, onProblem } from '@totem/host';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenRoutes } from './static-files.ts';

const POLICY = "default-src 'self'";
let folder: string;
let app: Hono;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'totem-screens-'));
  mkdirSync(join(folder, 'panel', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'panel', 'index.html'), '<p>panel</p>');
  writeFileSync(join(folder, 'panel', 'assets', 'app-1a2b.js'), 'let x;');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  app = new Hono();
  app.onError(onProblem(createLog('test', { level: 'silent' })));
  app.notFound(onNotFound);
  app.route('/', screenRoutes('panel', join(folder, 'panel'), POLICY));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['/panel/', 'text/html; charset=utf-8', 'no-cache'],
  ['/panel/queue/today', 'text/html; charset=utf-8', 'no-cache'],
  ['/panel/assets/app-1a2b.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
])('%s is served as %s, %s', async (path, type, caching) => {
  const answer = await app.request(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(answer.headers.get('content-security-policy')).toBe(POLICY);
  expect(answer.headers.get('cache-control')).toBe(caching);
});

test('the name without a slash leads to the page', async () => {
  const answer = await app.request('/panel');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/panel/']);
});

test.each([
  '/panel/assets/gone.js',
  '/panel/..%2fsecret.txt',
  '/panel/%2e%2e/secret.txt',
  '/panel/..%5csecret.txt',
  '/panel/%00.js',
  '/panel/%ff.js',
])('%s is not found', async (path) => {
  const answer = await app.request(path);
  expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
});
