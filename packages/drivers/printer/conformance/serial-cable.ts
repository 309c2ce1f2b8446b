/** A serial cable for tests: two pseudo-terminals that `socat` ties together, with the virtual printer at the far end. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { closeSerialPort, openSerialPort } from '../../serial/open-port.ts';
import { HELD_BYTES_MAX } from '../virtual/mechanism.ts';
import { type BodyOptions, createBody, type PrinterBody } from '../virtual/printer-body.ts';

export interface SerialCable {
  /** The two ends, as device nodes. */
  readonly near: string;
  readonly far: string;
  /** Pulls it out: both device nodes are gone. */
  pull(): Promise<void>;
}

export function hasSocat(): boolean {
  return spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0;
}

const BOTH_ENDS = 2;

/** Resolves when both ends can be opened. */
export async function plugCable(): Promise<SerialCable> {
  const folder = mkdtempSync(join(tmpdir(), 'totem-serial-'));
  const ends = ['near', 'far'].map((end) => join(folder, end));
  const pty = (link: string): string => `pty,raw,echo=0,ignoreeof,link=${link}`;
  const socat = spawn('socat', ['-d', '-d', ...ends.map(pty)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(socat, 'exit');
  const lines = createInterface({ input: socat.stderr });
  await new Promise<void>((resolve, reject) => {
    let made = 0;
    socat.once('error', reject);
    lines.on('line', (line) => {
      if (/ PTY is /.test(line)) made += 1;
      if (made === BOTH_ENDS && /starting data transfer/.test(line)) resolve();
    });
  });
  const [near = '', far = ''] = ends.map((end) => readlinkSync(end));
  return {
    near,
    far,
    pull: async () => {
      if (socat.exitCode === null && socat.signalCode === null) {
        socat.kill();
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface SerialPrinterBody extends PrinterBody {
  readonly path: string;
  /** Pulls the cable out, for good. May be called again. */
  close(): Promise<void>;
}

/** The virtual printer at the far end of a new cable. */
export async function startSerialPrinter(options: BodyOptions): Promise<SerialPrinterBody> {
  const cable = await plugCable();
  const line = await openSerialPort({ path: cable.far, baudRate: 115_200, hasFlowControl: false });
  if (line === null) throw new Error('the far end of a new cable can be opened');
  const { body, mechanism } = createBody(options, {
    answer: (bytes) => {
      if (line.isOpen) line.write(Buffer.from(bytes));
    },
    onRoom: () => line.resume(),
  });
  line.on('data', (bytes: Uint8Array) => {
    mechanism.receive(bytes);
    if (mechanism.state().heldBytes >= HELD_BYTES_MAX) line.pause();
  });
  return {
    ...body,
    path: cable.near,
    close: async () => {
      mechanism.stop();
      await closeSerialPort(line);
      await cable.pull();
    },
  };
}
