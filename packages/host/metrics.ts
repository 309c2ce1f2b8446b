/**
 * What a process counts, for Prometheus: one registry for each process and none by default, the figures that every server
 * has, and the listener on which they are read. That is never the public one. Labels name parts of the program; nothing that
 * belongs to a tenant is ever a label.
 */
import { Hono } from 'hono';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpWatch, SocketRefusal } from './http-watch.ts';
import type { Log } from './log.ts';
import { onNotFound, onProblem } from './problem.ts';
import { type Served, serveHttp } from './serve.ts';

/** From the cheapest answer to the longest that is let run, in seconds. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function createRegistry(): Registry {
  return new Registry();
}

/** The standard figures of Node and its process: memory, CPU, open files, lag of the event loop, pauses of the collector. */
export function countProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
}

/** Rate, errors and duration for each route, and what never became a request. */
export function countRequests(registry: Registry): HttpWatch {
  const registers = [registry];
  const duration = new Histogram({
    name: 'totem_http_request_duration_seconds',
    help: 'Requests that were answered, by the time it took. Answers that wait for something to happen are counted below.',
    labelNames: ['route', 'method', 'status'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const held = new Counter({
    name: 'totem_http_held_requests_total',
    help: 'Requests whose answer waited for something to happen.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const problems = new Counter({
    name: 'totem_http_problems_total',
    help: 'Refusals and faults that were answered, by their code.',
    labelNames: ['route', 'code'],
    registers,
  });
  const open = new Gauge({
    name: 'totem_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
  });
  const refused = new Counter({
    name: 'totem_http_connections_refused_total',
    help: 'Connections that ended before there was a request.',
    labelNames: ['reason'],
    registers,
  });
  return {
    began: () => open.inc(),
    ended: ({ route, method, status, code, isHeld, isAborted, durationMs }) => {
      open.dec();
      const labels = {
        route,
        method: METHODS.has(method) ? method : 'other',
        status: isAborted ? 'aborted' : `${Math.floor(status / 100)}xx`,
      };
      if (isHeld) held.inc(labels);
      else duration.observe(labels, durationMs / 1_000);
      if (code !== undefined) problems.inc({ route, code });
    },
    refused: (reason: SocketRefusal) => refused.inc({ reason }),
  };
}

/** Serves `GET /metrics` on an address of its own. */
export function serveMetrics(
  registry: Registry,
  address: { readonly host: string; readonly port: number; readonly log: Log },
): Promise<Served> {
  const app = new Hono();
  app.onError(onProblem(address.log));
  app.notFound(onNotFound);
  app.get('/metrics', async (c) =>
    c.body(await registry.metrics(), 200, {
      'content-type': registry.contentType,
      'cache-control': 'no-store',
    }),
  );
  return serveHttp(app, address);
}

/** What a registry holds, for documents: in the order of names. */
export interface MetricSpec {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

export function metricSpecs(registry: Registry): MetricSpec[] {
  return registry
    .getMetricsAsArray()
    .map((metric) => {
      // The library's metrics have this field; its types do not.
      const { labelNames = [] } = metric as { readonly labelNames?: readonly string[] };
      return { name: metric.name, type: String(metric.type), labels: labelNames, help: metric.help };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
