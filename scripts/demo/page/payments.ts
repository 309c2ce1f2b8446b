/** The other sides of payments on the demo page: charges to be paid, a pinpad to act at, and what may go wrong with both. */
import { find } from './find.ts';
import type { CashState, CashSwitch, PaymentsState, PixSwitch, TerminalSwitch } from './state.ts';

type Tell = (path: string, body: object) => Promise<void>;

const PIX_FAULTS: readonly (readonly [PixSwitch['act'], string])[] = [
  ['delay', 'Delay the next answer'],
  ['lose_answer', 'Cut the next answer'],
  ['overload', 'Overload it'],
  ['heal', 'Heal'],
];
/** What the customer does at the pinpad, and what goes wrong with it. */
const AT_PINPAD: readonly (readonly [TerminalSwitch['act'], string])[] = [
  ['approve', 'Approve'],
  ['decline', 'Decline'],
  ['no_funds', 'No funds'],
  ['cancel', 'Red key'],
];
const WITH_TERMINAL: readonly (readonly [TerminalSwitch['act'], string])[] = [
  ['lose_answer', 'Lose the next answer'],
];
const STATES = { open: 'waits', paid: 'paid', over: 'over' } as const;

const money = new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' });
/** Without the cents of what has none. */
const coin = new Intl.NumberFormat('pt-BR', {
  style: 'currency',
  currency: 'BRL',
  trailingZeroDisplay: 'stripIfInteger',
});
const CENTS = 100;

/** Shows how the other sides stand. What has not changed is left as it is, so that a button stays under the finger. */
export function showPayments({ charges, terminal, cash }: PaymentsState, tell: Tell): void {
  showCash(cash, tell);
  const list = find('#charges');
  keep(list, JSON.stringify(charges), () => {
    const items = charges.map(({ txid, amountCents, state }) => {
      const item = document.createElement('li');
      item.dataset.state = state;
      item.append(`${money.format(amountCents / CENTS)} · ${STATES[state]} `);
      if (state !== 'paid')
        item.append(
          button(state === 'open' ? 'Pay' : 'Pay late', () => tell('/api/pix', { act: 'pay', txid })),
        );
      return item;
    });
    if (items.length === 0) {
      const empty = document.createElement('li');
      empty.textContent = 'Charges appear here.';
      items.push(empty);
    }
    return items;
  });
  keep(find('#pix-switches'), 'once', () =>
    PIX_FAULTS.map(([act, name]) => button(name, () => tell('/api/pix', { act }))),
  );
  const asked = terminal.amountCents;
  find('#pinpad').textContent = !terminal.isOn
    ? 'off'
    : asked === null
      ? 'nobody pays'
      : `asks for ${money.format(asked / CENTS)}`;
  keep(find('#terminal-switches'), JSON.stringify(terminal), () => [
    ...(asked === null ? [] : AT_PINPAD).map(([act, name]) =>
      button(name, () => tell('/api/terminal', { act })),
    ),
    ...WITH_TERMINAL.map(([act, name]) => button(name, () => tell('/api/terminal', { act }))),
    button(terminal.isOn ? 'Switch off' : 'Switch on', () =>
      tell('/api/terminal', { act: terminal.isOn ? 'power_off' : 'power_on' }),
    ),
  ]);
}

/** Notes, then coins, in cents. */
const PIECES: readonly number[] = [10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5];
const AT_CASH: readonly (readonly [CashSwitch['act'], string])[] = [
  ['insert_false', 'False note'],
  ['pull_lever', 'Return lever'],
  ['jam', 'Jam the next note'],
  ['fill', 'Box full'],
  ['clear', 'Clear'],
  ['cut_power', 'Cut its power'],
  ['lose_answer', 'Lose the next answer'],
];

function showCash(cash: CashState, tell: Tell): void {
  const does = (act: CashSwitch['act'], valueCents?: number) => () => tell('/api/cash', { act, valueCents });
  const holds = `holds ${money.format(cash.storedCents / CENTS)} in ${cash.pieces}`;
  const takes = cash.hasEscrow ? 'a note in between' : cash.isOpen ? 'takes money' : 'shut';
  const how = cash.trouble === 'none' ? takes : cash.trouble;
  find('#cash').textContent = cash.isOn
    ? [how, holds, cash.last].filter((text) => text !== '').join(' · ')
    : 'off';
  keep(find('#cash-pieces'), 'once', () =>
    PIECES.map((value) => button(coin.format(value / CENTS), does('insert', value))),
  );
  keep(find('#cash-switches'), String(cash.isOn), () => [
    ...AT_CASH.map(([act, name]) => button(name, does(act))),
    button(cash.isOn ? 'Switch off' : 'Switch on', does(cash.isOn ? 'power_off' : 'power_on')),
  ]);
}

function keep(element: Element, is: string, draw: () => readonly Node[]): void {
  const shown = element as HTMLElement;
  if (shown.dataset.shown === is) return;
  shown.dataset.shown = is;
  shown.replaceChildren(...draw());
}

function button(name: string, act: () => Promise<void>): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = name;
  made.addEventListener('click', () => void act());
  return made;
}
