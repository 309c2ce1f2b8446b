/** The simulated machine at the far end of a real cable, in the time of this world: for programs that are processes of their own. */
import type { Timers } from '@totem/domain';
import { plugCable } from '../../printer/conformance/serial-cable.ts';
import { closeSerialPort, openSerialPort } from '../../serial/open-port.ts';
import { type CashSimulator, openCashSimulator } from '../simulator/cash-simulator.ts';

export interface SerialCashMachine {
  readonly simulator: CashSimulator;
  /** Where a program finds it. */
  readonly path: string;
  close(): Promise<void>;
}

export async function startSerialCashMachine(timers: Timers): Promise<SerialCashMachine> {
  const cable = await plugCable();
  const line = await openSerialPort({ path: cable.far, baudRate: 9_600, hasFlowControl: false });
  if (line === null) throw new Error('the far end of a new cable can be opened');
  const simulator = openCashSimulator({
    timers,
    send: (bytes) => {
      if (line.isOpen) line.write(Buffer.from(bytes));
    },
  });
  line.on('data', (bytes: Uint8Array) => simulator.receive(bytes));
  return {
    simulator,
    path: cable.near,
    close: async () => {
      await closeSerialPort(line);
      await cable.pull();
    },
  };
}
