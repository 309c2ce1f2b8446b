/** The technician's part of the local API: the PIN opens a session, and everything else needs one. What is done is in the ledger. */
import { join } from 'node:path';
import { instantText, type JsonObject, LOCALES, ProblemError, type Timers } from '@totem/domain';
import { decodeJob, encodeJob, PRINTER_PROFILES, paperSvg } from '@totem/drivers/printer';
import type { Scanner } from '@totem/drivers/scanner';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { PaymentDesk } from '../pay/desk.ts';
import { doubtsAt, settleDoubt } from '../pay/doubts.ts';
import type { NamedTill } from '../pay/till.ts';
import type { TotemPrinter } from '../print/printer.ts';
import type { PrintQueue } from '../print/queue.ts';
import { findPrinters } from './discovery.ts';
import { exportLogs } from './logs.ts';
import { createTechnicianPins, type PinParts, record } from './pin.ts';
import { createSessions } from './sessions.ts';
import { testPage } from './test-page.ts';

export interface TechnicianParts extends PinParts {
  readonly timers: Timers;
  readonly prints: PrintQueue;
  readonly printer: TotemPrinter;
  readonly tills: readonly NamedTill[];
  readonly desk: Pick<PaymentDesk, 'readiness'>;
  /** What the device says of itself. */
  readonly about: () => object;
  readonly logLines: () => readonly string[];
  /** A reader of codes on a serial port; null when there is none. */
  readonly scanner: Scanner | null;
  /** Shows the machine instead of the kiosk; null where nobody listens for it. */
  readonly leaveKiosk: (() => void) | null;
}

export const SESSION_HEADER = 'x-technician';
const EXPORTS_DIR = 'exports';
/** To find a code and hold it to the reader. */
const SCAN_MS = 10_000;
const pinSchema = z.strictObject({ pin: z.string().max(16) });
const printerSchema = z.strictObject({ way: z.string().max(300), profileId: z.string().max(40) });
/** What the provider's own list calls it; null when it is not there. */
const foundSchema = z.strictObject({ found: z.string().trim().min(1).max(64).nullable() });
const localeSchema = z.strictObject({ locale: z.enum(LOCALES) });
const fresh = { 'cache-control': 'no-store' };
/** Anything that a phone's camera opens; it is about the test only. */
const TEST_QR = 'https://totem.invalid/test';

export function technicianRoutes(parts: TechnicianParts): Hono {
  const { timers, clock, env, printer, prints } = parts;
  const pins = createTechnicianPins(parts);
  const sessions = createSessions(env, timers);
  const acted = (act: string, data: JsonObject = {}): void =>
    record(parts, 'TECHNICIAN_ACTED', { act, ...data });
  const app = new Hono();
  app.get('/', (c) => c.json({ pin: pins.state() }, 200, fresh));
  app.post('/sessions', async (c) => {
    await pins.check(pinSchema.parse(await c.req.json()).pin);
    return c.json({ session: sessions.open() }, 200, fresh);
  });
  app.post('/pin', async (c) => {
    const session = c.req.header(SESSION_HEADER);
    if (session !== undefined) sessions.use(session);
    await pins.choose(pinSchema.parse(await c.req.json()).pin, session !== undefined);
    return c.json({ session: session ?? sessions.open() }, 200, fresh);
  });
  // From here on only who has come in.
  app.use('/*', async (c, next) => {
    sessions.use(c.req.header(SESSION_HEADER) ?? '');
    await next();
  });
  app.post('/sessions/end', (c) => {
    sessions.end(c.req.header(SESSION_HEADER) ?? '');
    return c.body(null, 204);
  });
  app.get('/about', (c) => c.json(parts.about(), 200, fresh));
  app.get('/printers', async (c) => {
    const profiles = PRINTER_PROFILES.map(({ id, name }) => ({ id, name }));
    return c.json({ found: await findPrinters(timers), profiles, choice: printer.choice() }, 200, fresh);
  });
  app.put('/printer', async (c) => {
    const choice = printerSchema.parse(await c.req.json());
    printer.choose(choice);
    acted('printer_chosen', { ...choice });
    return c.json({ choice: printer.choice() }, 200, fresh);
  });
  app.post('/test-print', async (c) => {
    const { locale } = localeSchema.parse(await c.req.json());
    return c.json(await printTest(prints, printer, instantText(clock.env.now()), locale, acted), 200, fresh);
  });
  app.post('/sound', (c) => {
    acted('sound_tried');
    return c.body(null, 204);
  });
  app.post('/scan', async (c) => {
    const reading = await tryScanner(parts);
    acted('scanner_tried', { isRead: reading !== null });
    return c.json({ reading }, 200, fresh);
  });
  app.post('/means/:id/try', async (c) => {
    const tried = await parts.desk.readiness.tried(c.req.param('id'));
    if (tried === undefined) throw new ProblemError('not_found');
    acted('means_tried', { means: tried.means.id, state: tried.state });
    return c.json(tried, 200, fresh);
  });
  app.post('/logs', (c) => {
    const at = instantText(clock.env.now());
    const file = exportLogs(
      join(parts.dataDir, EXPORTS_DIR),
      at,
      { at, about: parts.about() },
      parts.logLines(),
    );
    acted('logs_taken', { bytes: file.bytes });
    return c.json(file, 200, fresh);
  });
  app.route('/doubts', doubtRoutes(parts.tills, acted));
  app.post('/leave', (c) => leave(c, parts, acted));
  return app;
}

/** Prints the page, and shows what should be on it. */
async function printTest(
  prints: PrintQueue,
  printer: TotemPrinter,
  at: string,
  locale: (typeof LOCALES)[number],
  acted: (act: string, data: JsonObject) => void,
): Promise<object> {
  const profile = printer.current()?.profile;
  if (profile === undefined) throw new ProblemError('printer_offline');
  const blocks = testPage(profile, locale, { at, qr: TEST_QR });
  const [slip] = decodeJob(encodeJob(blocks, profile), profile).slips;
  const outcome = await prints.printTest(blocks);
  acted('test_printed', { outcome: outcome?.kind ?? 'no_printer' });
  return { outcome, preview: slip === undefined ? null : paperSvg(slip, profile, 'test-page', 'test') };
}

/** Scan mode for a moment. @returns the reading, or null when nothing was shown to the reader in time. */
async function tryScanner({ scanner, timers }: TechnicianParts): Promise<string | null> {
  if (scanner === null) throw new ProblemError('not_found');
  const enough = new AbortController();
  const cancel = timers.after(SCAN_MS, () => enough.abort());
  try {
    return await scanner.scan(enough.signal);
  } finally {
    cancel();
  }
}

/** Payments that only the provider's own list says something of. */
function doubtRoutes(tills: readonly NamedTill[], acted: (act: string, data: JsonObject) => void): Hono {
  const app = new Hono();
  app.get('/', (c) => c.json({ doubts: doubtsAt(tills) }, 200, fresh));
  app.post('/:id', async (c) => {
    const { found } = foundSchema.parse(await c.req.json());
    const attemptId = c.req.param('id');
    const phase = await settleDoubt(tills, attemptId, found);
    acted('payment_decided', { attemptId, phase, ...(found === null ? {} : { found }) });
    return c.json({ phase }, 200, fresh);
  });
  return app;
}

function leave(c: Context, { leaveKiosk }: TechnicianParts, acted: (act: string) => void): Response {
  if (leaveKiosk === null) throw new ProblemError('not_found');
  acted('kiosk_left');
  leaveKiosk();
  return c.body(null, 204);
}
