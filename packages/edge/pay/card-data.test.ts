/** What a careless terminal says of a card goes nowhere: not to the disk, not onto paper, not into the log, not to the screen. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cents, newId, type PaymentView } from '@totem/domain';
import { driveClock } from '@totem/drivers/payment-conformance';
import type { PrinterPort } from '@totem/drivers/printer';
import { genericProfile, openTefSimulator } from '@totem/drivers/terminal';
import { createLog } from '@totem/host';
import { expect, it } from 'vitest';
import { issueTicket } from '../issue/issue.ts';
import { createTicket, openTotem, stockUp, testPlace } from '../testing/totem.ts';
import { cardByTef } from './means.ts';

/** What the simulated payment manager says of the card, in lines and fields that should have been masked. */
const SECRETS = ['4111111111111111', 'A CUSTOMER'];
const PRICE = 4_590;

/** Every byte below a folder, as text. */
function bytesIn(dir: string): string {
  return readdirSync(dir)
    .map((name) => join(dir, name))
    .map((path) => (statSync(path).isDirectory() ? bytesIn(path) : readFileSync(path, 'latin1')))
    .join('\n');
}

it('I-PAY-8: no card number and no name of its holder is in a file, on paper, in the log or on the screen', async () => {
  const place = testPlace();
  const folder = join(place.dataDir, '..', 'tef');
  const profile = genericProfile({ requestDir: join(folder, 'REQ'), responseDir: join(folder, 'RESP') });
  const clock = driveClock({ step: () => simulator.step() });
  const simulator = openTefSimulator(profile, clock.env);
  const said: string[] = [];
  const printed: Uint8Array[] = [];
  const printer: PrinterPort = {
    status: async () => ({ reachable: true, online: true, paper: 'adequate', coverOpen: false, error: null }),
    print: async (job) => {
      printed.push(job);
      return { kind: 'confirmed' };
    },
    close: async () => undefined,
  };
  const parts = openTotem(place, {
    env: clock.env,
    timers: clock.timers,
    means: [cardByTef(profile)],
    printer,
    log: createLog('edge', { level: 'debug', destination: { write: (line) => void said.push(line) } }),
  });
  const { service } = place.catalogue;
  const paidFirst = { ...service, paymentPolicy: 'before_queue', priceCents: cents(PRICE) } as const;
  stockUp(parts, { ...place.catalogue, service: paidFirst });
  const stops = [parts.store.onCommit(() => parts.prints.wake()), parts.desk.start()];
  parts.prints.start();
  try {
    const views: PaymentView[] = [];
    for (const holder of ['is_declined', 'pays'] as const) {
      simulator.cardHolders(holder);
      await clock.run(parts.desk.means());
      const { ticket } = issueTicket(parts, createTicket(place), parts.desk.canCharge());
      const id = newId<'payment'>(clock.env);
      parts.desk.pay({ id, ticketId: ticket?.id ?? '', meansId: 'card' });
      const follow = async (seen: number): Promise<void> => {
        const view = await parts.desk.past(id, seen, new AbortController().signal);
        views.push(view);
        if (!['paid', 'not_paid', 'unknown'].includes(view.state)) await follow(view.version);
      };
      await clock.run(follow(0));
    }
    expect(views.at(-1)).toMatchObject({ state: 'paid' });
    await clock.run(parts.prints.stop());
    expect(printed).toHaveLength(1);
    const traces = [
      bytesIn(place.dataDir),
      Buffer.concat(printed).toString('latin1'),
      said.join('\n'),
      JSON.stringify(views),
    ];
    for (const secret of SECRETS) for (const trace of traces) expect(trace).not.toContain(secret);
    // It was there to be found: the last four are kept, and printed.
    expect(traces[0]).toContain('1111');
    expect(traces[1]).toContain('************1111');
  } finally {
    for (const stop of stops) stop();
    await parts.journal.stop();
    parts.store.close();
    place.remove();
  }
});
