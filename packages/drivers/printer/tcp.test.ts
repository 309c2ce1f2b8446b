/** The network printer: the suite against the virtual printer on real sockets, and peers that misbehave. */
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type ManualTimers, manualTimers } from './conformance/manual-timers.ts';
import { describePrinter } from './conformance/printer-conformance.ts';
import { answering, scriptedPeer } from './conformance/scripted-peer.ts';
import { buildTicket } from './conformance/tickets.ts';
import { encodeJob } from './encode-job.ts';
import type { PrinterPort } from './port.ts';
import { PRINTER_LIMITS } from './printer-port.ts';
import type { PrinterProfile } from './profile.ts';
import { DEFAULT_PROFILE, PRINTER_PROFILES, profileById } from './profiles.ts';
import { createTcpPrinter } from './tcp.ts';
import { ticketLayout } from './ticket.ts';
import { startVirtualPrinter } from './virtual/virtual-printer.ts';

const limits = { ...PRINTER_LIMITS, completionPollsMax: 3, heldPollsMax: 2 };
const JOB = Uint8Array.of(0x1b, 0x40, 0x41, 0x0a);

for (const profile of PRINTER_PROFILES) {
  describePrinter(`TCP, ${profile.name}`, async () => {
    const clock = manualTimers();
    const printer = await startVirtualPrinter({ profile, timers: clock });
    const address = { host: printer.host, port: printer.port };
    return {
      port: createTcpPrinter({ address, profile, timers: clock, limits }),
      printer,
      clock,
      profile,
      limits,
    };
  });
}

test('a printer on IPv6 prints', async (context) => {
  const clock = manualTimers();
  const printer = await startVirtualPrinter({ host: '::1', timers: clock }).catch(() => null);
  if (printer === null) return context.skip('this machine has no IPv6 loopback');
  const port = createTcpPrinter({
    address: { host: '::1', port: printer.port },
    profile: PRINTER_PROFILES[0] as PrinterProfile,
    timers: clock,
  });
  expect(await port.print(JOB)).toEqual({ kind: 'confirmed' });
  await port.close();
  await printer.close();
});

test('an address that is none is refused when the port is made', () => {
  const make = (host: string) => () =>
    createTcpPrinter({
      address: { host, port: 9100 },
      profile: PRINTER_PROFILES[0] as PrinterProfile,
      timers: manualTimers(),
    });
  expect(make('/dev/usb/lp0')).toThrow(RangeError);
});

describe('peers that misbehave', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function stage(
    script: (socket: Socket) => void,
    completion: PrinterProfile['completion'] = 'process_id',
  ): Promise<{ port: PrinterPort; clock: ManualTimers }> {
    const peer = await scriptedPeer(script);
    open.push(() => peer.close());
    const clock = manualTimers();
    const profile = { ...DEFAULT_PROFILE, completion };
    const port = createTcpPrinter({
      address: { host: '127.0.0.1', port: peer.port },
      profile,
      timers: clock,
      limits,
    });
    open.push(() => port.close());
    return { port, clock };
  }
  const mute = (socket: Socket): void => {
    socket.resume();
    socket.on('end', () => socket.end());
  };

  test('I-PRN-3 one that accepts and says nothing gets no byte of the job', async () => {
    const { port, clock } = await stage(mute);
    const outcome = port.print(JOB);
    await clock.fire(limits.statusReplyMs);
    expect(await outcome).toEqual({ kind: 'not_sent', cause: 'offline' });
    expect(clock.armed()).toBe(0);
  });

  test('I-PRN-3 one that hangs up at once gets no byte of the job', async () => {
    const { port } = await stage((socket) => socket.destroy());
    expect(await port.print(JOB)).toEqual({ kind: 'not_sent', cause: 'offline' });
    expect((await port.status()).reachable).toBe(false);
  });

  test('I-PRN-3 one that answers a status question with rubbish gets no byte of the job', async () => {
    const { port, clock } = await stage((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
      socket.on('end', () => socket.end());
    });
    const outcome = port.print(JOB);
    await clock.fire(limits.statusReplyMs);
    expect((await outcome).kind).toBe('not_sent');
  });

  test('I-PRN-5 one that resets the connection after the job leaves it unknown', async () => {
    const { port } = await stage((socket) => answering(socket, () => socket.resetAndDestroy()));
    expect(await port.print(JOB)).toEqual({ kind: 'unknown', cause: 'offline' });
  });

  test('I-PRN-5 one that closes in peace after the job leaves it unknown', async () => {
    const { port } = await stage((socket) => answering(socket, () => socket.end()));
    expect(await port.print(JOB)).toEqual({ kind: 'unknown', cause: 'offline' });
  });

  test('I-PRN-5 one that takes the job and never answers for it leaves it unknown', async () => {
    const { port, clock } = await stage((socket) => answering(socket, () => undefined));
    const outcome = port.print(JOB);
    for (let poll = 0; poll < limits.completionPollsMax; poll++) await clock.fire(limits.pollMs);
    expect(await outcome).toEqual({ kind: 'unknown', cause: 'offline' });
    expect(clock.armed()).toBe(0);
  });

  test('I-PRN-5 one that goes silent after the job is not asked again, and leaves it unknown', async () => {
    const { port, clock } = await stage((socket) =>
      answering(socket, () => socket.removeAllListeners('data').resume()),
    );
    const outcome = port.print(JOB);
    await clock.fire(limits.pollMs);
    await clock.fire(limits.statusReplyMs);
    for (let poll = 1; poll < limits.completionPollsMax; poll++) await clock.fire(limits.pollMs);
    expect(await outcome).toEqual({ kind: 'unknown', cause: 'offline' });
  });

  test('I-PRN-5 one that stops reading leaves a large job unknown when its time is over', async () => {
    const { port, clock } = await stage((socket) => {
      answering(socket, () => socket.pause());
    });
    const outcome = port.print(new Uint8Array(32 * 1024 * 1024).fill(0x41));
    await clock.fire(limits.sendMs);
    await clock.fire(limits.closeMs);
    expect(await outcome).toEqual({ kind: 'unknown', cause: 'offline' });
  });

  test('I-PRN-6 the echo of another job confirms nothing', async () => {
    const { port, clock } = await stage((socket) =>
      answering(socket, () => socket.write(Uint8Array.of(0x37, 0x22, 0x20, 0x20, 0x20, 0x20, 0x00))),
    );
    const outcome = port.print(JOB);
    for (let poll = 0; poll < limits.completionPollsMax; poll++) await clock.fire(limits.pollMs);
    expect((await outcome).kind).toBe('unknown');
  });

  test('I-PRN-6 a cutter that fails after an answer in order makes it unknown', async () => {
    let isBroken = false;
    const onJob = (socket: Socket): void => {
      isBroken = true;
      socket.write(Uint8Array.of(0x00));
    };
    const answer = (question: number): Uint8Array =>
      Uint8Array.of(isBroken && question === 3 ? 0x12 | 0x08 : 0x12);
    const { port } = await stage((socket) => answering(socket, () => onJob(socket), answer), 'paper_status');
    expect(await port.print(JOB)).toEqual({ kind: 'unknown', cause: 'error' });
  });

  test('one that speaks unasked, with flow control and automatic status, is understood', async () => {
    const unasked = [0x13, 0x10, 0x00, 0x00, 0x00, 0x11];
    const { port } = await stage(
      (socket) =>
        answering(
          socket,
          () => socket.write(Uint8Array.of(0x11, 0x00)),
          () => Uint8Array.of(...unasked, 0x12),
        ),
      'paper_status',
    );
    expect(await port.print(JOB)).toEqual({ kind: 'confirmed' });
  });

  test('one that never says goodbye is left after the limit', async () => {
    const { port, clock } = await stage((socket) => {
      answering(socket, (bytes) => {
        const id = bytes.slice(-4);
        socket.write(Uint8Array.of(0x37, 0x22, ...id, 0x00));
      });
      socket.removeAllListeners('end');
    });
    const outcome = port.print(JOB);
    await clock.fire(limits.closeMs);
    expect(await outcome).toEqual({ kind: 'confirmed' });
  });
});

test('profiles are found by their id', () => {
  expect(PRINTER_PROFILES.map(({ id }) => profileById(id))).toEqual(PRINTER_PROFILES);
  expect(profileById('none')).toBeUndefined();
});

test('I-PRN-7 a job that was cut off in the middle of dots takes nothing of the next one', async () => {
  const clock = manualTimers();
  const printer = await startVirtualPrinter({ timers: clock });
  const address = { host: printer.host, port: printer.port };
  const port = createTcpPrinter({ address, profile: DEFAULT_PROFILE, timers: clock, limits });
  const ticket = (code: string) => encodeJob(ticketLayout(buildTicket({ code })), DEFAULT_PROFILE);
  const first = ticket('C1');
  expect(await port.print(first)).toEqual({ kind: 'confirmed' });
  // In the dots of its QR code, behind which the line breaks.
  printer.after(first.length - 4_000, () => printer.cutLine());
  expect((await port.print(ticket('C2'))).kind).toBe('unknown');
  expect(await port.print(ticket('C3'))).toEqual({ kind: 'confirmed' });
  const slips = printer.papers().map(({ text }) => ['C1', 'C2', 'C3'].filter((code) => text.includes(code)));
  expect(slips).toEqual([['C1'], ['C2'], ['C3']]);
  await port.close();
  await printer.close();
});
