/** The system's queue: real programs that play `lp`, `lpstat` and `cancel`, and a job that is never believed to be on paper. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ManualTimers, manualTimers } from './conformance/manual-timers.ts';
import { PRINTER_LIMITS } from './printer-port.ts';
import { createSystemQueuePrinter, findQueues, isQueueName, type QueuePrograms } from './system-queue.ts';

const limits = { ...PRINTER_LIMITS, completionPollsMax: 2 };
const JOB = Uint8Array.of(0x1b, 0x40, 0x41, 0x00, 0xff, 0x0a);
let folder: string;
let programs: QueuePrograms;
let clock: ManualTimers;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totem-queue-'));
  clock = manualTimers();
  const script = (name: string, body: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\ncd '${folder}'\n${body}\n`);
    chmodSync(path, 0o700);
    return path;
  };
  programs = {
    lp: script('lp', 'echo "$@" > args; cat > job; touch held; echo "request id is Kiosk-7 (1 file(s))"'),
    lpstat: script(
      'lpstat',
      [
        'case "$1" in',
        '-e) echo Kiosk; echo "bad name";;',
        '-p) if [ -e disabled ]; then echo "printer Kiosk disabled"; else echo "printer Kiosk is idle"; fi;;',
        '-o) if [ -e stuck ]; then echo "Kiosk-7 totem 10"; fi;;',
        'esac',
      ].join('\n'),
    ),
    cancel: script('cancel', 'echo "$1" > canceled'),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const make = () => createSystemQueuePrinter({ queue: 'Kiosk', timers: clock, limits, programs });
const has = (file: string): boolean => existsSync(join(folder, file));

test('a job reaches the queue byte for byte, and its end is unknown: the queue cannot see paper', async () => {
  const port = make();
  let firstBytes = 0;
  const onFirstByte = (): void => {
    firstBytes += 1;
  };
  expect(await port.print(JOB, { onFirstByte })).toEqual({ kind: 'unknown', cause: null });
  expect(readFileSync(join(folder, 'job'))).toEqual(Buffer.from(JOB));
  expect(readFileSync(join(folder, 'args'), 'utf8').trim()).toBe('-d Kiosk -o raw -');
  expect(firstBytes).toBe(1);
  expect(has('canceled')).toBe(false);
  expect(clock.armed()).toBe(0);
  await port.close();
});

test('a job that the queue does not hand on is cancelled: it is not printed for somebody else', async () => {
  writeFileSync(join(folder, 'stuck'), '');
  clock.fireAlways(limits.pollMs);
  const port = make();
  expect(await port.print(JOB)).toEqual({ kind: 'unknown', cause: 'offline' });
  expect(readFileSync(join(folder, 'canceled'), 'utf8').trim()).toBe('Kiosk-7');
  await port.close();
});

test('a queue that is stopped, or programs that are not there, get no byte', async () => {
  writeFileSync(join(folder, 'disabled'), '');
  const stopped = make();
  expect(await stopped.print(JOB)).toEqual({ kind: 'not_sent', cause: 'offline' });
  expect(has('job')).toBe(false);
  const none = createSystemQueuePrinter({
    queue: 'Kiosk',
    timers: clock,
    programs: { lp: '/nowhere/lp', lpstat: '/nowhere/lpstat', cancel: '/nowhere/cancel' },
  });
  expect(await none.print(JOB)).toEqual({ kind: 'not_sent', cause: 'offline' });
  expect((await none.status()).reachable).toBe(false);
  await Promise.all([stopped.close(), none.close()]);
});

test('queues are listed by the names that a job can be sent to', async () => {
  expect(await findQueues(clock, programs)).toEqual(['Kiosk']);
});

test.each([
  ['Kiosk_1', true],
  ['-d', false],
  ['a;rm -rf /', false],
  ['', false],
])('I-PRN-11 a queue named %j: %s', (name, isOne) => {
  expect(isQueueName(name)).toBe(isOne);
  if (!isOne) expect(() => createSystemQueuePrinter({ queue: name, timers: clock })).toThrow(RangeError);
});
