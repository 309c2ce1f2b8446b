/** The virtual printer as a peer: what it answers, what it holds, what it draws. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ManualTimers, manualTimers } from '../conformance/manual-timers.ts';
import { buildTicket } from '../conformance/tickets.ts';
import { encodeJob } from '../encode-job.ts';
import { text } from '../layout.ts';
import { PRINTER_LIMITS } from '../printer-port.ts';
import { DEFAULT_PROFILE, profileById } from '../profiles.ts';
import { createTcpPrinter } from '../tcp.ts';
import { ticketLayout } from '../ticket.ts';
import { HELD_BYTES_MAX, SLOW_ROW_MS } from './mechanism.ts';
import { PAPERS_KEPT_MAX, type Paper } from './printer-body.ts';
import { startVirtualPrinter, type VirtualPrinter } from './virtual-printer.ts';

/** One read of a socket. */
const READ_BYTES_MAX = 64 * 1024;

let clock: ManualTimers;
let printer: VirtualPrinter;
let socket: Socket;
beforeEach(async () => {
  clock = manualTimers();
  printer = await startVirtualPrinter({ timers: clock });
  socket = connect(printer.port, printer.host);
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
});
afterEach(async () => {
  socket.destroy();
  await printer.close();
});

async function answer(length: number): Promise<number[]> {
  const bytes: number[] = [];
  while (bytes.length < length) {
    const [piece] = (await once(socket, 'data')) as [Uint8Array];
    bytes.push(...piece);
  }
  return bytes;
}
async function ask(question: number[], length: number): Promise<number[]> {
  socket.write(Uint8Array.from(question));
  return answer(length);
}
const nextPaper = (): Promise<Paper> =>
  new Promise((resolve) => {
    const end = printer.onPaper((paper) => {
      end();
      resolve(paper);
    });
  });
/** One turn of the event loop, in which sockets are read. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const slip = (words: string): Uint8Array => encodeJob([text(words), { kind: 'cut' }], DEFAULT_PROFILE);

describe('answers', () => {
  test.each([
    ['ready', {}, [0x12, 0x12, 0x12, 0x12]],
    ['low on paper', { paper: 'low' }, [0x12, 0x12, 0x12, 0x1e]],
    ['out of paper', { paper: 'out' }, [0x1a, 0x32, 0x12, 0x7e]],
    ['open', { coverOpen: true }, [0x1a, 0x16, 0x12, 0x12]],
    ['off line', { offline: true }, [0x1a, 0x12, 0x12, 0x12]],
  ] as const)('real-time questions when %s', async (_what, switches, bytes) => {
    printer.set(switches);
    for (const [index, byte] of bytes.entries())
      expect(await ask([0x10, 0x04, index + 1], 1)).toEqual([byte]);
  });

  test('a question that is cut in two pieces', async () => {
    socket.write(Uint8Array.of(0x10));
    expect(await ask([0x04, 0x01], 1)).toEqual([0x12]);
  });

  test('in order, the paper status and the id of a process', async () => {
    expect(await ask([0x1d, 0x72, 0x01], 1)).toEqual([0x00]);
    expect(await ask([0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, 65, 66, 67, 68], 7)).toEqual([
      0x37, 0x22, 65, 66, 67, 68, 0,
    ]);
  });

  test('automatic status at once and on every change, once enabled', async () => {
    expect(await ask([0x1d, 0x61, 0x0e], 4)).toEqual([0x10, 0, 0, 0]);
    printer.set({ coverOpen: true });
    expect(await answer(4)).toEqual([0x38, 0, 0, 0]);
    printer.set({ coverOpen: false, paper: 'low' });
    expect(await answer(4)).toEqual([0x10, 0, 0x03, 0]);
  });

  test('nothing in order while it cannot print: the status answer comes first', async () => {
    printer.set({ coverOpen: true });
    expect(await ask([0x1d, 0x72, 0x01, 0x10, 0x04, 0x02], 1)).toEqual([0x16]);
    expect(printer.state().heldBytes).toBeGreaterThan(0);
    printer.set({ coverOpen: false });
    expect(await answer(1)).toEqual([0x00]);
  });
});

describe('paper', () => {
  test('comes out with words and a picture, numbered', async () => {
    const came = nextPaper();
    socket.write(slip('Olá'));
    expect(await came).toMatchObject({ id: 1, end: 'partial', text: 'Olá' });
    expect(printer.papers().map(({ id }) => id)).toEqual([1]);
  });

  test('held without paper comes out after the refill', async () => {
    printer.set({ paper: 'out' });
    socket.write(slip('um'));
    expect(await ask([0x10, 0x04, 0x04], 1)).toEqual([0x7e]);
    expect(printer.papers()).toEqual([]);
    printer.set({ paper: 'ok' });
    expect(printer.papers().map((paper) => paper.text)).toEqual(['um']);
  });

  test('beyond what it holds, it reads no further, and loses nothing', async () => {
    printer.set({ paper: 'out' });
    const one = slip('x'.repeat(40));
    const count = Math.ceil((4 * HELD_BYTES_MAX) / one.length);
    const all = Buffer.concat(Array.from({ length: count }, () => one));
    let came = 0;
    const done = new Promise<void>((resolve) => {
      printer.onPaper(() => {
        came += 1;
        if (came === count) resolve();
      });
    });
    socket.write(all);
    while (printer.state().heldBytes < HELD_BYTES_MAX) await nextTurn();
    // Turns in which it could read on, one piece in each.
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(printer.state().heldBytes).toBeLessThanOrEqual(HELD_BYTES_MAX + READ_BYTES_MAX);
    printer.set({ paper: 'ok' });
    await done;
    expect(printer.papers().length).toBe(PAPERS_KEPT_MAX);
    expect(printer.state().heldBytes).toBe(0);
  });

  test('is kept to a limit, the newest last', async () => {
    const last = PAPERS_KEPT_MAX + 5;
    const came = new Promise<void>((resolve) => {
      printer.onPaper(({ id }) => {
        if (id === last) resolve();
      });
    });
    socket.write(Buffer.concat(Array.from({ length: last }, (_, index) => slip(`${index + 1}`))));
    await came;
    expect(printer.papers().map(({ id }) => id)).toEqual(
      Array.from({ length: PAPERS_KEPT_MAX }, (_, index) => index + 6),
    );
  });

  test('is drawn as it was printed: sizes, weight, reversed bars, dots, and no tag out of a name', async () => {
    const came = nextPaper();
    const job = ticketLayout(buildTicket({ siteName: '<script>&"', code: 'A001' }));
    socket.write(encodeJob(job, DEFAULT_PROFILE));
    const { svg, text: words } = await came;
    expect(words).toContain('<script>&"');
    expect(svg).toContain('&lt;script&gt;&amp;&quot;');
    expect(svg).not.toContain('<script');
    expect(svg).toContain('scale(7 7)');
    expect(svg).toMatch(/<rect[^>]*>.*Pessoa com deficiência/);
    expect(svg).toMatch(/crispEdges" d="M\d+ \d+H\d+V\d+H\d+Z/);
    expect(svg.match(/<g[ >]/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
  });
});

test('a second connection is refused while one is open', async () => {
  const second = connect(printer.port, printer.host);
  second.on('error', () => second.destroy());
  await once(second, 'close');
  expect(await ask([0x10, 0x04, 0x01], 1)).toEqual([0x12]);
});

test('switched off, it frees its port and leaves no timer', async () => {
  printer.set({ slow: true });
  socket.write(slip('um'));
  await clock.fire(SLOW_ROW_MS);
  await printer.close();
  await printer.close();
  expect(clock.armed()).toBe(0);
  const again = await startVirtualPrinter({ timers: clock, port: printer.port });
  expect(again.address).toBe(printer.address);
  await again.close();
});

test('a port that is taken is an error, not a printer', async () => {
  await expect(startVirtualPrinter({ timers: clock, port: printer.port })).rejects.toThrow('EADDRINUSE');
});

describe('a printer with a presenter', () => {
  const profile = profileById('custom-80') ?? DEFAULT_PROFILE;
  const stage = async () => {
    const clock = manualTimers();
    const printer = await startVirtualPrinter({ profile, timers: clock });
    const address = { host: printer.host, port: printer.port };
    const limits = { ...PRINTER_LIMITS, mouthPollsMax: 3 };
    const port = createTcpPrinter({ address, profile, timers: clock, limits });
    return { clock, printer, port, limits };
  };
  const job = encodeJob(ticketLayout(buildTicket()), profile);

  test('I-PRN-12 draws in a slip that nobody takes, and says so, before it prints the next', async () => {
    const { clock, printer, port, limits } = await stage();
    printer.set({ slipStays: true });
    const notTaken = Promise.withResolvers<void>();
    expect(await port.print(job, { onNotTaken: notTaken.resolve })).toEqual({ kind: 'confirmed' });
    const next = port.print(job);
    expect(printer.papers().length).toBe(1);
    for (let poll = 0; poll < limits.mouthPollsMax; poll++) await clock.fire(limits.mouthPollMs);
    await notTaken.promise;
    expect(await next).toEqual({ kind: 'confirmed' });
    expect(printer.state().retracted).toBe(1);
    expect(printer.papers().length).toBe(2);
    await port.close();
    await printer.close();
  });

  test('I-PRN-12 leaves alone a slip that is taken', async () => {
    const { clock, printer, port, limits } = await stage();
    printer.set({ slipStays: true });
    await port.print(job, {
      onNotTaken: () => {
        throw new Error('it was taken');
      },
    });
    await clock.fire(limits.mouthPollMs);
    printer.set({ slipStays: false });
    clock.fireAlways(limits.mouthPollMs);
    expect((await port.status()).reachable).toBe(true);
    expect(printer.state().retracted).toBe(0);
    await port.close();
    await printer.close();
  });
});

test('I-PRN-6 words that nobody asked for confirm nothing', async () => {
  const clock = manualTimers();
  const printer = await startVirtualPrinter({ timers: clock });
  printer.set({ babbleEvery: 1 });
  const port = createTcpPrinter({
    address: { host: printer.host, port: printer.port },
    profile: DEFAULT_PROFILE,
    timers: clock,
    limits: { ...PRINTER_LIMITS, completionPollsMax: 2 },
  });
  clock.fireAlways(PRINTER_LIMITS.pollMs);
  clock.fireAlways(PRINTER_LIMITS.statusReplyMs);
  printer.set({ jam: true });
  expect((await port.print(encodeJob(ticketLayout(buildTicket()), DEFAULT_PROFILE))).kind).not.toBe(
    'confirmed',
  );
  await port.close();
  await printer.close();
});
