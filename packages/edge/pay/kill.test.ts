/** A totem that is killed for good while it takes a Pix, over true sockets and a true disk: both books agree afterwards. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openPixSimulator } from '@totem/drivers/psp';
import { systemEnv } from '@totem/host';
import { proof } from '@totem/testkit/proof';
import { describe, expect, it } from 'vitest';
import { openTotem, stockUp, testPlace, unpaidOne } from '../testing/totem.ts';
import type { PayingOrder } from './testing/paying-totem.ts';

/** The crash points that a payment without a second leg passes. */
const POINTS = [
  'shown',
  'paid_written',
  'sending_written',
  'delivered',
  'answer_received',
  'intent_written',
  'before_intent',
] as const;
const PRICE = 4_590;
/** Two programs are started and ended in it; a limit for what hangs. */
const PROCESSES_MS = 120_000;
const CHILD = fileURLToPath(new URL('testing/paying-totem.ts', import.meta.url));

/** Runs the process to its end, whichever it is. */
function run(order: PayingOrder): Promise<{ readonly wasKilled: boolean; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CHILD, JSON.stringify(order)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ wasKilled: signal === 'SIGKILL', said }));
  });
}

const kills = proof('payment/kills of the process', { share: 1, full: 140, unit: 'kills' });

describe('a totem that is killed while it takes a payment', () => {
  it.each(Array.from({ length: kills }, (_, index) => [POINTS[index % POINTS.length] ?? 'shown', index]))(
    'I-TIL-1, I-TIL-2: at %s (%i): charged and queued, or neither',
    async (point) => {
      const place = testPlace({ now: systemEnv.now() });
      const account = { clientId: 'kiosk', clientSecret: 'secret' };
      const simulator = await openPixSimulator({ env: systemEnv, ...account });
      try {
        const parts = openTotem(place);
        stockUp(parts, place.catalogue);
        const ticketId = unpaidOne(parts, place, PRICE);
        parts.store.close();
        const pix = {
          ...account,
          baseUrl: simulator.baseUrl,
          tokenUrl: simulator.tokenUrl,
          key: 'key',
          merchantName: 'Loja',
          merchantCity: 'Recife',
        };
        const order: PayingOrder = { dataDir: place.dataDir, device: place.device, ticketId, pix, point };
        expect(await run(order)).toMatchObject({ wasKilled: true });
        const after = await run({ ...order, point: null });
        const found = JSON.parse(after.said) as {
          ticket: string;
          payments: { phase: string; paid_cents: number }[];
        };
        const theirs = [...simulator.cobs.values()].flatMap(({ pix: paid }) =>
          paid.map(({ valorCents }) => valorCents),
        );
        expect(found.payments.map((row) => row.paid_cents).filter((amount) => amount > 0)).toEqual(theirs);
        expect(theirs.length).toBeLessThanOrEqual(1);
        expect(found.ticket).toBe(theirs.length > 0 ? 'waiting' : 'created');
        for (const { phase } of found.payments) expect(['confirmed', 'canceled']).toContain(phase);
      } finally {
        await simulator.close();
        place.remove();
      }
    },
    PROCESSES_MS,
  );
});
