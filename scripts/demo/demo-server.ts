/**
 * The demo page's server: the state of everything for the page, the paper as pictures, and the switches. It listens on
 * loopback only and answers only to its own name, because its switches need no password.
 */
import { serveStatic } from '@hono/node-server/serve-static';
import { ProblemError } from '@totem/domain';
import { type Log, onNotFound, onProblem, type Served, serveHttp } from '@totem/host';
import { Hono } from 'hono';
import { z } from 'zod';
import {
  CASH_ACTS,
  type CashSwitch,
  type DemoState,
  PIX_ACTS,
  type PixSwitch,
  PRINTER_FAULTS,
  type PrinterFault,
  TERMINAL_ACTS,
  type TerminalSwitch,
} from './page/state.ts';

/** What the switches act on. */
export interface DemoSwitches {
  state(): Promise<DemoState>;
  paperSvg(id: string): string | undefined;
  cutLink(cut: boolean): void;
  setPrinter(totem: number, fault: PrinterFault, on: boolean): void;
  restartTotem(totem: number): Promise<void>;
  pix(wish: PixSwitch): void;
  terminal(wish: TerminalSwitch): void;
  cash(wish: CashSwitch): void;
}

const linkSchema = z.strictObject({ cut: z.boolean() });
const printerSchema = z.strictObject({
  totem: z.int().min(1),
  fault: z.enum(PRINTER_FAULTS),
  on: z.boolean(),
});
const pixSchema = z.strictObject({ act: z.enum(PIX_ACTS), txid: z.string().optional() });
const terminalSchema = z.strictObject({ act: z.enum(TERMINAL_ACTS) });
const cashSchema = z.strictObject({ act: z.enum(CASH_ACTS), valueCents: z.int().min(1).optional() });
const restartSchema = z.strictObject({ totem: z.int().min(1) });

export async function serveDemo(options: {
  switches: DemoSwitches;
  pageDir: string;
  port: number;
  log: Log;
}): Promise<Served> {
  const { switches, log } = options;
  const app = new Hono();
  app.onError(onProblem(log));
  app.notFound(onNotFound);
  app.use(async (c, next) => {
    const host = new URL(c.req.url).hostname;
    if (host !== '127.0.0.1' && host !== 'localhost') throw new ProblemError('wrong_host');
    // A page elsewhere can post here without reading the answer; JSON cannot be posted without asking first.
    if (c.req.method === 'POST' && c.req.header('content-type') !== 'application/json')
      throw new ProblemError('invalid_request');
    await next();
  });
  app.get('/api/state', async (c) => c.json(await switches.state()));
  app.get('/api/papers/:file{[\\w-]+\\.svg}', (c) => {
    const svg = switches.paperSvg(c.req.param('file').slice(0, -'.svg'.length));
    if (svg === undefined) throw new ProblemError('not_found');
    return c.body(svg, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'private, max-age=3600' });
  });
  app.post('/api/link', async (c) => {
    switches.cutLink(linkSchema.parse(await c.req.json()).cut);
    return c.body(null, 204);
  });
  app.post('/api/printer', async (c) => {
    const { totem, fault, on } = printerSchema.parse(await c.req.json());
    switches.setPrinter(totem, fault, on);
    return c.body(null, 204);
  });
  app.post('/api/pix', async (c) => {
    switches.pix(pixSchema.parse(await c.req.json()));
    return c.body(null, 204);
  });
  app.post('/api/terminal', async (c) => {
    switches.terminal(terminalSchema.parse(await c.req.json()));
    return c.body(null, 204);
  });
  app.post('/api/cash', async (c) => {
    switches.cash(cashSchema.parse(await c.req.json()));
    return c.body(null, 204);
  });
  app.post('/api/restart', async (c) => {
    await switches.restartTotem(restartSchema.parse(await c.req.json()).totem);
    return c.body(null, 204);
  });
  app.use('/*', serveStatic({ root: options.pageDir }));
  return await serveHttp(app, { host: '127.0.0.1', port: options.port, log });
}
