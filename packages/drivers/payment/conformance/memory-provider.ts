/**
 * The reference simulator: a provider in memory with books of its own, in the two manners that all protocols come in. One
 * creates a charge that the customer pays somewhere else, and is asked; the other holds an approval until it is confirmed.
 */
import { cents, type PaymentProof } from '@totem/domain';
import type { Answer, Capabilities, Charge, PaymentPort, RefundAnswer, Told } from '../port.ts';
import { type Driven, driveClock } from './drive-clock.ts';
import type { Booked, Customer, Rig, RigFault } from './rig.ts';

/** How long a customer takes at a terminal. */
const CUSTOMER_MS = 8_000;
const CARD = '4111111111111111';
const SECRET = 'secret-of-the-provider';

interface Entry {
  readonly id: string;
  readonly amountCents: number;
  state: 'open' | 'held' | 'money' | 'over';
  answer: Answer;
  readonly refunds: Map<string, { readonly amountCents: number; state: 'pending' | 'refunded' | 'failed' }>;
}

/** @param driven what time waits for besides timers, where something stands between a program and the provider. */
export function memoryRig(manner: 'polled' | 'held', driven: Driven = {}): Rig {
  const clock = driveClock(driven);
  const entries = new Map<string, Entry>();
  const customers: Customer[] = [];
  const faults: RigFault[] = [];
  const isHeld = manner === 'held';
  const strikes = (...kinds: RigFault[]): RigFault | undefined => {
    const [next] = faults;
    return next !== undefined && kinds.includes(next) ? faults.shift() : undefined;
  };
  const proofOf = (entry: Entry): PaymentProof => ({
    externalId: `P-${entry.id}`,
    amountCents: cents(entry.amountCents),
    currency: 'BRL',
    finalizationKey: `K-${entry.id}`,
    lastFour: CARD.slice(-4),
  });
  const approved = (entry: Entry): Answer => ({
    kind: isHeld ? 'authorized' : 'confirmed',
    proof: proofOf(entry),
    receipt: {
      customer: ['  REDE X', `VALOR ${entry.amountCents}`],
      merchant: ['REDE X'],
      copies: 'customer',
    },
    said: { network: 'REDE X' },
  });
  const decide = (entry: Entry, customer: Customer): void => {
    if (entry.state !== 'open') return;
    if (customer === 'pays') {
      entry.state = isHeld ? 'held' : 'money';
      entry.answer = approved(entry);
    } else if (customer === 'is_declined') {
      entry.state = 'over';
      entry.answer = { kind: 'declined', cause: 'declined' };
    } else if (customer === 'cancels') {
      entry.state = 'over';
      entry.answer = { kind: 'canceled' };
    } else if (isHeld) {
      entry.state = 'over';
      entry.answer = { kind: 'expired' };
    }
  };
  const create = (charge: Charge, amountCents = charge.amountCents as number): Entry => {
    const waiting: Answer = { kind: 'waiting', show: { copyCode: `pay ${charge.externalId}` } };
    const entry: Entry = {
      id: charge.externalId,
      amountCents,
      state: 'open',
      answer: waiting,
      refunds: new Map(),
    };
    entries.set(entry.id, entry);
    return entry;
  };
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.timers.after(ms, () => resolve()));
  const open = (): PaymentPort => createPort();

  function createPort(): PaymentPort {
    const capabilities: Capabilities = {
      method: isHeld ? 'card' : 'pix',
      isTwoPhase: isHeld,
      canCancel: !isHeld,
      canAsk: true,
      refund: { extent: 'partial', windowDays: 90 },
    };
    const lost = (cause: string): Answer => ({ kind: 'unknown', cause });
    const asked = (charge: Charge): Answer => {
      if (strikes('answer_lost', 'request_lost', 'overloaded') !== undefined) return lost('no_answer');
      const entry = entries.get(charge.externalId);
      if (entry === undefined) return { kind: 'absent' };
      const customer = customers[0] ?? 'pays';
      if (!isHeld && entry.state === 'open' && customer !== 'walks_away' && customer !== 'pays_at_last')
        decide(entry, customers.shift() ?? 'pays');
      return entry.answer;
    };
    const told = (proof: PaymentProof, state: 'money' | 'over'): Told => {
      const struck = strikes('leg_lost', 'request_lost', 'overloaded', 'refused');
      const entry = [...entries.values()].find((one) => `K-${one.id}` === proof.finalizationKey);
      if (entry?.state === 'held' && struck !== 'request_lost' && struck !== 'refused') entry.state = state;
      return struck === undefined ? 'taken' : 'not_taken';
    };
    const refundState = (charge: Charge, refundId: string): RefundAnswer => {
      const refund = entries.get(charge.externalId)?.refunds.get(refundId);
      if (refund === undefined) return { kind: 'failed', cause: 'refund_unknown' };
      if (refund.state === 'pending') refund.state = strikes('refund_fails') ? 'failed' : 'refunded';
      return refund.state === 'failed' ? { kind: 'failed', cause: 'refund_failed' } : { kind: 'refunded' };
    };
    return {
      name: `memory ${manner}`,
      capabilities,
      ready: async () => ({ ready: true }),
      async request(charge) {
        if (strikes('refused')) return { kind: 'not_sent', cause: 'refused' };
        if (strikes('request_lost', 'power_cut', 'overloaded')) return lost('no_answer');
        const entry = create(charge, charge.amountCents + (strikes('amount_changed') ? 1 : 0));
        const isLate = strikes('answer_late');
        if (isHeld) {
          const customer = customers.shift() ?? 'pays';
          if (isLate) {
            clock.timers.after(CUSTOMER_MS, () => decide(entry, customer));
            return lost('too_slow');
          }
          await wait(CUSTOMER_MS);
          decide(entry, customer);
        }
        return isLate || strikes('answer_lost') ? lost('no_answer') : entry.answer;
      },
      ask: async (charge) => {
        const answer = asked(charge);
        // A terminal in the middle of it has nothing to say yet.
        return isHeld && answer.kind === 'waiting' ? lost('in_progress') : answer;
      },
      async cancel(charge) {
        const entry = entries.get(charge.externalId);
        if (isHeld || entry === undefined) return asked(charge);
        if (customers[0] === 'pays_at_last' && entry.state === 'open') {
          customers.shift();
          decide(entry, 'pays');
        } else if (entry.state === 'open') {
          if (customers[0] === 'walks_away') customers.shift();
          entry.state = 'over';
          entry.answer = { kind: 'canceled' };
        }
        return strikes('answer_lost') ? lost('no_answer') : entry.answer;
      },
      confirm: async (proof) => told(proof, 'money'),
      undo: async (proof) => told(proof, 'over'),
      found: async () => [...entries.values()].filter(({ state }) => state === 'held').map(proofOf),
      async refund({ charge, refundId, amountCents }) {
        const struck = strikes('answer_lost', 'request_lost', 'refused', 'overloaded');
        const entry = entries.get(charge.externalId);
        if (entry === undefined) return { kind: 'failed', cause: 'not_charged' };
        if (struck === 'request_lost' || struck === 'refused') return { kind: 'unknown', cause: 'no_answer' };
        const given = refundedOf(entry);
        if (given + amountCents > entry.amountCents) return { kind: 'failed', cause: 'too_much' };
        entry.refunds.set(refundId, { amountCents, state: 'pending' });
        if (struck !== undefined) return { kind: 'unknown', cause: 'no_answer' };
        return faults[0] === 'refund_fails' ? { kind: 'pending' } : refundState(charge, refundId);
      },
      askRefund: async ({ charge, refundId }) =>
        strikes('answer_lost', 'overloaded')
          ? { kind: 'unknown', cause: 'no_answer' }
          : refundState(charge, refundId),
    };
  }

  const possible: readonly RigFault[] = [
    'refused',
    'answer_lost',
    'request_lost',
    'answer_late',
    'overloaded',
    'amount_changed',
    'refund_fails',
    'power_cut',
    ...(isHeld ? (['leg_lost'] as const) : []),
  ];
  return {
    clock,
    open,
    customers: (...next) => void customers.splice(0, customers.length, ...next),
    fault: (kind) => possible.includes(kind) && faults.push(kind) > 0,
    paysLate(externalId) {
      const entry = entries.get(externalId);
      if (isHeld || entry === undefined || entry.state === 'money') return false;
      entry.state = 'money';
      entry.answer = approved(entry);
      return true;
    },
    books: () =>
      [...entries.values()]
        .filter(({ state }) => state === 'money')
        .map(
          (entry): Booked => ({
            id: entry.id,
            chargedCents: entry.amountCents,
            refundedCents: refundedOf(entry),
          }),
        ),
    held: () => [...entries.values()].filter(({ state }) => state === 'held').length,
    heal: () => void faults.splice(0),
    traces: () => [],
    secrets: [CARD, SECRET],
    close: async () => undefined,
  };
}

function refundedOf({ refunds }: Entry): number {
  return [...refunds.values()]
    .filter(({ state }) => state === 'refunded')
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
}
