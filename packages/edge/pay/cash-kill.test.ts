/** A totem that is killed for good while notes and coins go into its machine, over a true serial line and a true disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { piecesOf, type SerialCashMachine, startSerialCashMachine } from '@totem/drivers/cash-conformance';
import { hasSocat } from '@totem/drivers/serial-cable';
import { systemEnv, systemTimers } from '@totem/host';
import { proof } from '@totem/testkit/proof';
import { describe, expect, it } from 'vitest';
import { openTotem, stockUp, testPlace, unpaidOne } from '../testing/totem.ts';
import type { PayingOrder, PayingSaid } from './testing/paying-totem.ts';

const PRICE = 1_790;
const PIECES = piecesOf(PRICE);
/** Two programs are started and ended in it; a limit for what hangs. */
const PROCESSES_MS = 60_000;
/** Between two tries of the customer's hand. */
const HAND_MS = 40;
const CHILD = fileURLToPath(new URL('testing/paying-totem.ts', import.meta.url));

function start(order: PayingOrder): { readonly child: ChildProcess; readonly said: Promise<string> } {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CHILD, JSON.stringify(order)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString('utf8');
  });
  return { child, said: once(child, 'close').then(() => said) };
}

/** Puts the pieces in as the machine opens, until so many have gone in; then the program is killed. */
function putIn({ simulator }: SerialCashMachine, count: number, child: ChildProcess): Promise<void> {
  const left = [...PIECES];
  return new Promise((resolve) => {
    const hand = (): void => {
      const [next] = left;
      if (PIECES.length - left.length >= count) {
        child.kill('SIGKILL');
        resolve();
        return;
      }
      if (next !== undefined && simulator.isOpen() && simulator.insert(next)) left.shift();
      systemTimers.after(HAND_MS, hand);
    };
    hand();
  });
}

async function killedAfter(count: number): Promise<void> {
  const place = testPlace({ now: systemEnv.now() });
  const machine = await startSerialCashMachine(systemTimers);
  try {
    const parts = openTotem(place);
    stockUp(parts, place.catalogue);
    const ticketId = unpaidOne(parts, place, PRICE);
    parts.store.close();
    const { dataDir, device } = place;
    const by = { kind: 'cash', path: machine.path } as const;
    const order: PayingOrder = {
      dataDir,
      device,
      ticketId,
      by,
      point: 'never',
      delivers: true,
      refunds: false,
    };
    const dying = start(order);
    await putIn(machine, count, dying.child);
    await dying.said;
    const after = JSON.parse(await start({ ...order, point: null }).said) as PayingSaid;
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0);
    const stored = sum(machine.simulator.stored().map(({ valueCents }) => valueCents));
    const confirmed = sum(after.payments.map(({ paid_cents: cents }) => cents));
    expect(machine.simulator.hasEscrow()).toBe(false);
    expect(confirmed + after.owedCents).toBe(stored);
    expect(confirmed).toBe(stored === PRICE ? PRICE : 0);
    expect(after.ticket).toBe(stored === PRICE ? 'waiting' : 'created');
  } finally {
    await machine.close();
    place.remove();
  }
}

describe('a totem that is killed while money goes in', () => {
  const kills = proof('payment/kills of the process, cash', { share: 2, full: 60, unit: 'kills' });
  // The last piece first: what is then in the machine has to pay the ticket.
  const counts = Array.from({ length: kills }, (_, index) => PIECES.length - (index % PIECES.length));
  for (const [index, count] of counts.entries())
    it(
      `I-CSH-4: after ${count} pieces (${index}): what lies in the machine is paid or owed`,
      async (context) => {
        if (!hasSocat()) context.skip('socat is not installed: nothing was tried over a serial cable');
        await killedAfter(count);
      },
      PROCESSES_MS,
    );
});
