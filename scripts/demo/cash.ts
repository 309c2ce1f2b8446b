/**
 * The demo's cash machine: a simulator that speaks ccTalk behind a converter on the network, as machines far from their host
 * are wired. It has no echo, and its customers act when somebody touches a switch.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { openCashSimulator } from '@totem/drivers/cash';
import { systemTimers } from '@totem/host';
import type { CashState, CashSwitch } from './page/state.ts';

export interface DemoCash {
  /** Settings of the totem that it stands beside. */
  readonly settings: Readonly<Record<string, string>>;
  state(): CashState;
  switch(wish: CashSwitch): void;
  close(): Promise<void>;
}

export async function openDemoCash(): Promise<DemoCash> {
  let host: Socket | undefined;
  let last = '';
  let trouble: CashState['trouble'] = 'none';
  let isOn = true;
  const simulator = openCashSimulator({
    timers: systemTimers,
    hasEcho: false,
    send: (bytes) => void host?.write(bytes),
    onBack: () => {
      last = 'the note came back';
    },
  });
  const server = createServer((socket) => {
    // One host at a time, and the newest: the one before it is gone.
    host?.destroy();
    host = socket;
    socket.on('data', (bytes: Buffer) => simulator.receive(bytes));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const setTrouble = (what: CashState['trouble']): void => {
    trouble = what;
    simulator.trouble(what);
  };

  return {
    settings: { TOTEM_CASH: `tcp://127.0.0.1:${port}` },
    state: () => {
      const stored = simulator.stored();
      return {
        isOn,
        isOpen: simulator.isOpen(),
        hasEscrow: simulator.hasEscrow(),
        trouble,
        storedCents: stored.reduce((sum, { valueCents }) => sum + valueCents, 0),
        pieces: stored.length,
        last,
      };
    },
    switch({ act, valueCents = 0 }) {
      last = '';
      switch (act) {
        case 'insert':
          last = simulator.insert(valueCents) ? 'taken in' : 'not taken';
          return;
        case 'insert_false':
          simulator.insertFalse();
          last = 'not taken';
          return;
        case 'pull_lever':
          simulator.pullLever();
          return;
        case 'jam':
          setTrouble('jam');
          return;
        case 'fill':
          setTrouble('full');
          return;
        case 'clear':
          setTrouble('none');
          return;
        case 'cut_power':
          simulator.cutPower();
          return;
        case 'lose_answer':
          simulator.fault('reply_lost');
          return;
        case 'power_off':
        case 'power_on':
          isOn = act === 'power_on';
          simulator.power(isOn);
          return;
        default:
          act satisfies never;
      }
    },
    async close() {
      host?.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
