/**
 * The other sides of the demo's payments: a Pix provider behind the cloud, a payment manager with its pinpad beside the first
 * totem, and a cash machine beside the second. All are simulators that speak the true protocols; their customers act when somebody touches a switch.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPixSimulator, type PixSimulator } from '@totem/drivers/psp';
import { genericProfile, openTefSimulator, type TefSimulator } from '@totem/drivers/terminal';
import { systemEnv } from '@totem/host';
import type { AdminCall } from './admin-api.ts';
import { type DemoCash, openDemoCash } from './cash.ts';
import type { PaymentsState, PixSwitch, TerminalSwitch } from './page/state.ts';

/** How often the payment manager looks at its folder. */
const STEP_MS = 50;
/** The newest charges are shown. */
const CHARGES_MAX = 4;
const ACCOUNT = { clientId: 'demo', clientSecret: 'demo-secret' } as const;
const ACCOUNT_NAME = 'Demo';

export interface DemoPayments {
  /** Settings of the totem that the terminal stands beside. */
  readonly terminalSettings: Readonly<Record<string, string>>;
  readonly pix: PixSimulator;
  readonly terminal: TefSimulator;
  /** Beside the second totem. */
  readonly cash: DemoCash;
  state(): PaymentsState;
  switchPix(wish: PixSwitch): void;
  switchTerminal(wish: TerminalSwitch): void;
  /** Tells the cloud where the provider is. @throws Error when it says no. */
  enrol(call: AdminCall): Promise<void>;
  close(): Promise<void>;
}

/** @param dataDir of the demo: the folders of the payment manager are in it. */
export async function openDemoPayments(dataDir: string): Promise<DemoPayments> {
  const folders = { requestDir: join(dataDir, 'tef', 'REQ'), responseDir: join(dataDir, 'tef', 'RESP') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const terminal = openTefSimulator(genericProfile(folders), systemEnv, { isByHand: true });
  const pix = await openPixSimulator({ env: systemEnv, ...ACCOUNT, payer: 'walks_away' });
  const cash = await openDemoCash();
  let isTerminalOn = true;
  const timer = setInterval(() => {
    while (terminal.step());
  }, STEP_MS);

  return {
    terminalSettings: {
      TOTEM_TEF: 'generic',
      TOTEM_TEF_REQUEST_DIR: folders.requestDir,
      TOTEM_TEF_RESPONSE_DIR: folders.responseDir,
    },
    pix,
    terminal,
    cash,
    state: () => ({
      charges: [...pix.cobs.values()]
        .toReversed()
        .slice(0, CHARGES_MAX)
        .map(({ txid, valorCents, status, pix: paid }) => ({
          txid,
          amountCents: valorCents,
          state: paid.length > 0 ? 'paid' : status === 'ATIVA' ? 'open' : 'over',
        })),
      cash: cash.state(),
      terminal: { isOn: isTerminalOn, amountCents: terminal.atPinpad()?.amountCents ?? null },
    }),
    switchPix(wish) {
      if (wish.act === 'pay') pix.pay(wish.txid ?? '');
      else if (wish.act === 'heal') pix.heal();
      else pix.fault(wish.act === 'delay' ? 'late' : wish.act === 'overload' ? 'overloaded' : 'lost_after');
    },
    switchTerminal({ act }) {
      switch (act) {
        case 'approve':
          terminal.act('pays');
          return;
        case 'decline':
          terminal.act('is_declined');
          return;
        case 'no_funds':
          terminal.act('has_no_funds');
          return;
        case 'cancel':
          terminal.act('cancels');
          return;
        case 'lose_answer':
          terminal.fault('answer_lost');
          return;
        case 'power_off':
        case 'power_on':
          isTerminalOn = act === 'power_on';
          terminal.power(isTerminalOn);
          return;
        default:
          act satisfies never;
      }
    },
    async enrol(call) {
      const given = {
        name: ACCOUNT_NAME,
        environment: 'sandbox',
        baseUrl: pix.baseUrl,
        tokenUrl: pix.tokenUrl,
        ...ACCOUNT,
        pixKey: '7d9f0335-8dcc-4054-9bf9-0dbd61d36906',
        merchantName: 'Totem Demo',
        merchantCity: 'Sao Paulo',
      };
      const { body } = await call('GET', PATH);
      const known = (body as { items: { id: string; name: string }[] }).items.find(
        ({ name }) => name === ACCOUNT_NAME,
      );
      if (known === undefined) {
        await call('POST', PATH, { adapter: 'pix', ...given });
        return;
      }
      // The provider is at another port each time.
      const { etag } = await call('GET', `${PATH}/${known.id}`);
      await call('PATCH', `${PATH}/${known.id}`, given, etag);
    },
    async close() {
      clearInterval(timer);
      await cash.close();
      await pix.close();
    },
  };
}

const PATH = '/v1/settings/psp-accounts';
