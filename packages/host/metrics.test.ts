/** What a process counts of its requests, and where that can be read. */
import { Hono } from 'hono';
import { afterEach, expect, test } from 'vitest';
import { createLog } from './log.ts';
import { countProcess, countRequests, createRegistry, metricSpecs, serveMetrics } from './metrics.ts';
import { onNotFound } from './problem.ts';
import { currentRequest } from './request-mark.ts';
import { type Served, serveHttp } from './serve.ts';

const log = createLog('test', { level: 'silent' });
const address = { host: '127.0.0.1', port: 0, log };
const open: Served[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close(0);
});

test('requests are counted by route, method and class of status, and refusals by their code', async () => {
  const registry = createRegistry();
  const watch = countRequests(registry);
  const { promise: twoEnded, resolve } = Promise.withResolvers<void>();
  let ended = 0;
  const app = new Hono().get('/sites/:id', (c) => {
    const mark = currentRequest();
    if (mark !== undefined) mark.route = '/sites/{id}';
    return c.text('a site');
  });
  app.notFound(onNotFound);
  const served = await serveHttp(app, {
    ...address,
    watch: {
      ...watch,
      ended: (request) => {
        watch.ended(request);
        ended += 1;
        if (ended === 2) resolve();
      },
    },
  });
  open.push(served);
  await fetch(`${served.url}/sites/of-somebody`);
  await fetch(`${served.url}/nowhere`, { method: 'POST' });
  await twoEnded;
  const text = await registry.metrics();
  expect(text).toContain(
    'totem_http_request_duration_seconds_count{route="/sites/{id}",method="GET",status="2xx"} 1',
  );
  expect(text).toContain(
    'totem_http_request_duration_seconds_count{route="unmatched",method="POST",status="4xx"} 1',
  );
  expect(text).toContain('totem_http_problems_total{route="unmatched",code="not_found"} 1');
  expect(text).toContain('totem_http_requests_in_flight 0');
  expect(text).not.toMatch(/of-somebody|nowhere/);
});

test('an answer that waited is counted, and does not spoil the durations', async () => {
  const registry = createRegistry();
  const { began, ended } = countRequests(registry);
  began();
  ended({
    method: 'GET',
    route: '/v1/shape',
    status: 200,
    code: undefined,
    durationMs: 20_000,
    isHeld: true,
    isAborted: false,
  });
  const text = await registry.metrics();
  expect(text).toContain('totem_http_held_requests_total{route="/v1/shape",method="GET",status="2xx"} 1');
  expect(text).not.toContain('totem_http_request_duration_seconds_count{');
});

test('a method that nobody knows makes no label of its own', async () => {
  const registry = createRegistry();
  const { ended } = countRequests(registry);
  for (const method of ['PROPFIND', 'BREW'])
    ended({
      method,
      route: 'unmatched',
      status: 405,
      code: undefined,
      durationMs: 1,
      isHeld: false,
      isAborted: false,
    });
  expect(await registry.metrics()).toContain('{route="unmatched",method="other",status="4xx"} 2');
});

test('they are read on an address of their own, with what Node says of itself', async () => {
  const registry = createRegistry();
  countProcess(registry);
  const served = await serveMetrics(registry, address);
  open.push(served);
  const answer = await fetch(`${served.url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await answer.text();
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
    expect(text).toContain(`${name} `);
  expect((await fetch(served.url)).status).toBe(404);
});

test('two registries share nothing', async () => {
  const [one, other] = [createRegistry(), createRegistry()];
  countRequests(one).began();
  expect(metricSpecs(other)).toEqual([]);
  expect(metricSpecs(one).map(({ name }) => name)).toContain('totem_http_requests_in_flight');
});
