/** A totem that is killed for good while it takes a payment, over true sockets, files and disks: both books agree afterwards. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPixSimulator } from '@totem/drivers/psp';
import { genericProfile, openTefSimulator } from '@totem/drivers/terminal';
import { systemEnv, systemTimers } from '@totem/host';
import { proof } from '@totem/testkit/proof';
import { describe, expect, it } from 'vitest';
import { openTotem, stockUp, type TestPlace, testPlace, unpaidOne } from '../testing/totem.ts';
import { FASTER, type PayingBy, type PayingOrder, type PayingSaid } from './testing/paying-totem.ts';

/** Where a process dies, and what else is true of that run. */
interface Death {
  readonly point: string;
  readonly delivers?: boolean;
  readonly refunds?: boolean;
}

/** A payment without a second leg. */
const WITH_ONE_LEG: readonly Death[] = [
  { point: 'shown' },
  { point: 'paid_written' },
  { point: 'sending_written' },
  { point: 'delivered' },
  { point: 'answer_received' },
  { point: 'intent_written' },
  { point: 'printing' },
  { point: 'before_intent' },
  { point: 'refund_written', refunds: true },
  { point: 'refund_answered', refunds: true },
];
/** One with a second leg, which is told or not when the power goes. */
const WITH_TWO_LEGS: readonly Death[] = [
  { point: 'authorized_written' },
  { point: 'paid_written' },
  { point: 'printing' },
  { point: 'leg_told' },
  { point: 'undo_written', delivers: false },
  { point: 'answer_received' },
  { point: 'delivered' },
  { point: 'leg_told', delivers: false },
  { point: 'delivered', delivers: false },
  { point: 'sending_written' },
  { point: 'intent_written' },
  { point: 'before_intent' },
  { point: 'refund_written', refunds: true },
  { point: 'refund_answered', refunds: true },
];
/** Each point in the proof. */
const KILLS_EACH = 20;
const PRICE = 4_590;
/** Two programs are started and ended in it; a limit for what hangs. */
const PROCESSES_MS = 120_000;
/** How often the simulated payment manager looks at its folder. */
const STEP_MS = 2;
const CHILD = fileURLToPath(new URL('testing/paying-totem.ts', import.meta.url));

/** The other side of the payments, with books of its own. */
interface OtherSide {
  readonly by: PayingBy;
  /** What it believes that it has, after refunds, in cents: one figure for each charge. */
  books(): readonly number[];
  /** Approvals that still wait for their second leg. */
  held(): number;
  close(): Promise<void> | void;
}

async function pixSide(): Promise<OtherSide> {
  const account = { clientId: 'kiosk', clientSecret: 'secret' };
  const simulator = await openPixSimulator({ env: systemEnv, ...account });
  const { baseUrl, tokenUrl } = simulator;
  const shop = { key: 'key', merchantName: 'Loja', merchantCity: 'Recife' };
  return {
    by: { kind: 'pix', config: { ...account, baseUrl, tokenUrl, ...shop } },
    books: () =>
      [...simulator.cobs.values()].flatMap(({ pix }) =>
        pix.map(({ valorCents, refunds }) =>
          refunds
            .filter(({ status }) => status === 'DEVOLVIDO')
            .reduce((left, one) => left - one.valorCents, valorCents),
        ),
      ),
    held: () => 0,
    close: () => simulator.close(),
  };
}

function tefSide(place: TestPlace): OtherSide {
  const folder = join(place.dataDir, '..', 'tef');
  const folders = { requestDir: join(folder, 'REQ'), responseDir: join(folder, 'RESP') };
  const startedMs = systemTimers.monotonicMs();
  // The customer at the pinpad lives as fast as the totem does.
  const env = { ...systemEnv, now: () => Math.floor((systemTimers.monotonicMs() - startedMs) * FASTER) };
  const simulator = openTefSimulator(genericProfile(folders), env);
  let stop = systemTimers.after(STEP_MS, function look() {
    while (simulator.step());
    stop = systemTimers.after(STEP_MS, look);
  });
  const isMoney = ({ state }: { readonly state: string }): boolean => state === 'confirmed';
  return {
    by: { kind: 'tef', ...folders },
    books: () =>
      simulator.transactions
        .filter((one) => isMoney(one) && one.cancels === undefined)
        .map(({ nsu, amountCents }) =>
          simulator.transactions
            .filter((one) => isMoney(one) && one.cancels === nsu)
            .reduce((left, one) => left - one.amountCents, amountCents),
        ),
    held: () => simulator.transactions.filter(({ state }) => state === 'pending').length,
    close: () => stop(),
  };
}

/** Runs the process to its end, whichever it is. */
function run(order: PayingOrder): Promise<{ readonly wasKilled: boolean; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CHILD, JSON.stringify(order)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ wasKilled: signal === 'SIGKILL', said }));
  });
}

async function killedAt(
  { point, delivers = true, refunds = false }: Death,
  sideOf: (place: TestPlace) => Promise<OtherSide> | OtherSide,
): Promise<void> {
  const place = testPlace({ now: systemEnv.now() });
  const side = await sideOf(place);
  try {
    const parts = openTotem(place);
    stockUp(parts, place.catalogue);
    const ticketId = unpaidOne(parts, place, PRICE);
    parts.store.close();
    const { dataDir, device } = place;
    const order: PayingOrder = { dataDir, device, ticketId, by: side.by, point, delivers, refunds };
    expect(await run(order)).toMatchObject({ wasKilled: true });
    const after = await run({ ...order, point: null });
    const { ticket, payments } = JSON.parse(after.said) as PayingSaid;
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0);
    expect(sum(payments.map((row) => row.paid_cents - row.refunded_cents))).toBe(sum(side.books()));
    expect(payments.filter((row) => row.paid_cents > 0).length).toBe(side.books().length);
    expect(side.books().length).toBeLessThanOrEqual(1);
    expect(side.held()).toBe(0);
    expect(ticket).toBe(side.books().length > 0 ? 'waiting' : 'created');
    for (const { phase } of payments)
      expect(['confirmed', 'canceled', 'undone', 'refunded']).toContain(phase);
  } finally {
    await side.close();
    place.remove();
  }
}

const cases = (deaths: readonly Death[], count: number) =>
  Array.from({ length: count }, (_, index) => {
    const death = deaths[index % deaths.length] ?? { point: 'shown' };
    const { point, delivers, refunds } = death;
    const manner = refunds === true ? ' of a refund' : delivers === false ? ' of an undoing' : '';
    return [`${point}${manner}`, index, death] as const;
  });

describe('a totem that is killed while it takes a payment', () => {
  const pixKills = proof('payment/kills of the process, Pix', {
    share: 1,
    full: WITH_ONE_LEG.length * KILLS_EACH,
    unit: 'kills',
  });
  it.each(cases(WITH_ONE_LEG, pixKills))(
    'I-TIL-1, I-TIL-2: Pix, at %s (%i): charged and queued, or neither',
    (_name, _index, death) => killedAt(death, pixSide),
    PROCESSES_MS,
  );

  const tefKills = proof('payment/kills of the process, TEF', {
    share: 2,
    full: WITH_TWO_LEGS.length * KILLS_EACH,
    unit: 'kills',
  });
  it.each(cases(WITH_TWO_LEGS, tefKills))(
    'I-TIL-1, I-TIL-2: TEF, at %s (%i): charged and queued, or neither',
    (_name, _index, death) => killedAt(death, tefSide),
    PROCESSES_MS,
  );
});
