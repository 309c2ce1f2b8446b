/** The cash adapter and a simulated machine on one wire, as the suite wants them, with customers who put in what they owe. */
import { driveClock } from '../../payment/conformance/drive-clock.ts';
import type { Booked, Customer, Rig, RigFault } from '../../payment/conformance/rig.ts';
import type { Charge, PaymentPort } from '../../payment/port.ts';
import type { OpenLink } from '../../printer/link.ts';
import { type CashMachine, createCashPort, NOTES_AND_COINS } from '../adapter.ts';
import type { CashBook } from '../book.ts';
import type { Check } from '../frame.ts';
import { type CashFault, type CashSimulator, openCashSimulator } from '../simulator/cash-simulator.ts';
import { COIN_VALUES, NOTE_VALUES } from '../simulator/simulated-unit.ts';
import { type MemoryBook, memoryBook } from './memory-book.ts';
import { type CashWire, memoryWire, serialWire } from './wires.ts';

const FAULT_OF: Partial<Record<RigFault, CashFault>> = {
  refused: 'refused',
  answer_lost: 'reply_lost',
  request_lost: 'request_lost',
  answer_late: 'reply_late',
  answer_twice: 'reply_twice',
  answer_stale: 'reply_stale',
  answer_broken: 'reply_broken',
  overloaded: 'busy',
  power_cut: 'power_cut',
};

export interface CashRigOptions {
  readonly wire?: 'memory' | 'bytes' | 'serial';
  readonly check?: Check;
  readonly hasEcho?: boolean;
}

export interface CashRig extends Rig {
  readonly simulator: CashSimulator;
  readonly book: MemoryBook;
  /** The pieces that the next customer puts in, in place of the fewest that make the amount. */
  pieces(values: readonly number[]): void;
  /** Starts a program with a book of its own. */
  openWith(book: CashBook): PaymentPort;
  /** The program that speaks to the machine is gone, in the middle of whatever it was doing. */
  die(): void;
  /** The same, and nobody hears what becomes of its sale: the totem around it is gone too. */
  vanish(): void;
}

/** Between two pieces. */
const HAND_MS = 700;
/** A customer whose piece is refused again and again goes. */
const TRIES_MAX = 60;

interface Payer {
  readonly owner: string;
  readonly what: Customer;
  left: number[];
  tries: number;
  isThere: boolean;
}

export async function openCashRig(options: CashRigOptions = {}): Promise<CashRig> {
  const { wire: kind = 'memory', check = 'sum', hasEcho = true } = options;
  const machine: CashMachine = { ...NOTES_AND_COINS, check };
  const amounts = new Map<string, number>();
  const book = memoryBook();
  let customers: Customer[] = [];
  let planned: readonly number[] | undefined;
  let payer: Payer | undefined;
  let program = 0;
  let vanished = -1;
  /** They wait for the next sale. */
  let faults: CashFault[] = [];
  const clock = driveClock({ isBusy: () => wire.isBusy(), moved: () => wire.moved() });
  const simulator = openCashSimulator({
    timers: clock.timers,
    check,
    hasEcho,
    send: (bytes) => wire.send(bytes),
    onBack: (valueCents, owner) => {
      if (payer?.owner === owner) payer.left.unshift(valueCents);
    },
    onAsked: (header, [first]) => {
      // In the moment in which the host ends it.
      if (header === 228 && first === 0 && payer?.what === 'pays_at_last') atLast(payer);
    },
  });
  const wire: CashWire =
    kind === 'serial'
      ? await serialWire((bytes) => simulator.receive(bytes), clock.timers)
      : memoryWire((bytes) => simulator.receive(bytes), kind === 'bytes');

  const atLast = (one: Payer): void => {
    // What can fall in at once, and be remembered.
    const coins = one.left.filter((value) => COIN_VALUES.includes(value));
    const notes = one.left.filter((value) => NOTE_VALUES.includes(value));
    if (coins.length <= 4 && notes.length <= 1)
      one.left = [...coins, ...notes].filter((value) => !simulator.insert(value, one.owner));
  };
  const act = (one: Payer): void => {
    if (!one.isThere) return;
    const [next] = one.left;
    const isWaiting = !simulator.isOpen() || simulator.hasEscrow();
    if (one.what === 'is_declined' && simulator.isOpen()) {
      simulator.insertFalse();
      one.isThere = false;
    } else if (one.what === 'cancels' && simulator.isOpen()) {
      simulator.pullLever();
      one.isThere = false;
    } else if (one.what === 'pays' && next !== undefined && !isWaiting) {
      one.tries += 1;
      one.left.shift();
      if (!simulator.insert(next, one.owner)) one.left.unshift(next);
    }
    if (one.tries < TRIES_MAX) clock.timers.after(HAND_MS, () => act(one));
  };
  const arrive = ({ attemptId, amountCents }: Charge): Payer => {
    amounts.set(attemptId, amountCents);
    const left = [...(planned ?? piecesOf(amountCents))];
    planned = undefined;
    const one = { owner: attemptId, what: customers.shift() ?? 'pays', left, tries: 0, isThere: true };
    payer = one;
    clock.timers.after(HAND_MS, () => act(one));
    return one;
  };

  const die = (): void => {
    program += 1;
    wire.cut();
  };
  const openWith = (own: CashBook): PaymentPort => {
    // The program before is gone: it neither hears nor says anything any more.
    die();
    const mine = program;
    const openLink: OpenLink = async (signal) => (mine === program ? wire.openLink(signal) : null);
    const port = createCashPort({ machine, openLink, book: own, timers: clock.timers });
    return {
      ...port,
      request(charge, onShow) {
        const one = arrive(charge);
        for (const fault of faults.splice(0)) simulator.fault(fault);
        const answer = port.request(charge, onShow).finally(() => {
          one.isThere = false;
        });
        const never = new Promise<never>(() => undefined);
        return answer.then(
          (heard) => (mine === vanished ? never : heard),
          (error: unknown) => (mine === vanished ? never : Promise.reject(error)),
        );
      },
    };
  };

  return {
    clock,
    simulator,
    book,
    open: () => openWith(book),
    openWith,
    die,
    vanish: () => {
      vanished = program;
      die();
    },
    pieces: (values) => {
      planned = values;
    },
    customers: (...next) => {
      customers = [...next];
    },
    fault(kindOf) {
      const fault = FAULT_OF[kindOf];
      if (fault !== undefined) faults.push(fault);
      return fault !== undefined;
    },
    paysLate: () => false,
    books: () =>
      [...amounts].flatMap(([id, amountCents]): Booked[] => {
        const put = simulator.stored().filter(({ owner }) => owner === id);
        const isWhole = put.reduce((sum, { valueCents }) => sum + valueCents, 0) >= amountCents;
        return isWhole ? [{ id, chargedCents: amountCents, refundedCents: 0 }] : [];
      }),
    held: () => (simulator.hasEscrow() ? 1 : 0),
    heal: () => {
      faults = [];
      simulator.heal();
    },
    traces: () => [],
    secrets: [],
    close: () => wire.close(),
  };
}

/** The fewest pieces that make an amount. */
export function piecesOf(amountCents: number): number[] {
  const pieces: number[] = [];
  let left = amountCents;
  for (const value of [...NOTE_VALUES, ...COIN_VALUES].sort((a, b) => b - a))
    for (; left >= value; left -= value) pieces.push(value);
  return pieces;
}
