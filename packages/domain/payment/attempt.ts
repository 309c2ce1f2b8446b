/**
 * One attempt to pay, and how the strict side moves it: `takeStep` asks the machine, and whoever calls writes down what it
 * answers before acting on it.
 */
import { type Cents, cents } from '../money/money.ts';
import {
  isInFlight,
  PAYMENT_COMMANDS,
  type PaymentPhase,
  type PaymentRefusal,
  STATUS_OF_PHASE,
} from './machine.ts';
import { type PaymentProof, provesAmount } from './proof.ts';

/** Who says that an attempt has ended. `never_sent`: nothing of it left this machine. */
export const SETTLERS = ['provider', 'person', 'never_sent'] as const;
export type Settler = (typeof SETTLERS)[number];

/** What the machine needs to know of an attempt. Amounts in cents. */
export interface Attempt {
  readonly phase: PaymentPhase;
  readonly amountCents: Cents;
  readonly currency: string;
  readonly paidCents: Cents;
  readonly refundedCents: Cents;
  /** What has been asked back and not answered; 0 when nothing is. */
  readonly refundAskedCents: Cents;
  readonly proof: PaymentProof | null;
}

/** One step, with what makes it true. */
export type PaymentStep =
  | { readonly action: 'PAYMENT_SEND' | 'PAYMENT_WAIT' | 'PAYMENT_LOSE' | 'PAYMENT_UNDO' | 'PAYMENT_UNDONE' }
  | { readonly action: 'PAYMENT_AUTHORIZE'; readonly proof: PaymentProof }
  /** Without a proof: what was authorized is delivered. */
  | { readonly action: 'PAYMENT_CONFIRM'; readonly proof?: PaymentProof }
  | { readonly action: 'PAYMENT_DECLINE' | 'PAYMENT_CANCEL' | 'PAYMENT_EXPIRE'; readonly by: Settler }
  | { readonly action: 'PAYMENT_REFUND_ASK'; readonly amountCents: Cents }
  | { readonly action: 'PAYMENT_REFUND_DONE' | 'PAYMENT_REFUND_FAIL' };

export type StepRefusal =
  | PaymentRefusal
  | 'payment_without_proof'
  | 'payment_amount_differs'
  | 'refund_exceeds';
export type StepTaken =
  | { readonly ok: true; readonly attempt: Attempt }
  | { readonly ok: false; readonly refuse: StepRefusal };

const no = (refuse: StepRefusal): StepTaken => ({ ok: false, refuse });

/** A new attempt. @param amountCents the price that was shown when the customer agreed to it. */
export function newAttempt(amountCents: Cents, currency: string): Attempt {
  return {
    phase: 'intent',
    amountCents,
    currency,
    paidCents: cents(0),
    refundedCents: cents(0),
    refundAskedCents: cents(0),
    proof: null,
  };
}

/** Takes a step by the strict machine. Pure; the attempt that is passed in stays as it is. */
export function takeStep(attempt: Attempt, step: PaymentStep): StepTaken {
  const cell = PAYMENT_COMMANDS[step.action][attempt.phase];
  if ('refuse' in cell) return no(cell.refuse);
  const refuse = whyNot(attempt, step);
  return refuse === undefined ? { ok: true, attempt: stepped(attempt, step, cell.to) } : no(refuse);
}

function whyNot(attempt: Attempt, step: PaymentStep): StepRefusal | undefined {
  switch (step.action) {
    case 'PAYMENT_AUTHORIZE':
      // Another amount than was asked for is still authorized money: it is taken down, and can only be undone.
      return undefined;
    case 'PAYMENT_CONFIRM': {
      const proof = step.proof ?? attempt.proof;
      if (proof === null) return 'payment_without_proof';
      return provesAmount(proof, attempt) ? undefined : 'payment_amount_differs';
    }
    case 'PAYMENT_DECLINE':
    case 'PAYMENT_CANCEL':
    case 'PAYMENT_EXPIRE':
      return step.by === 'never_sent' && attempt.phase !== 'intent' && attempt.phase !== 'sent'
        ? 'payment_phase'
        : undefined;
    case 'PAYMENT_REFUND_ASK':
      return step.amountCents < 1 || step.amountCents > attempt.paidCents - attempt.refundedCents
        ? 'refund_exceeds'
        : undefined;
    default:
      return undefined;
  }
}

function stepped(attempt: Attempt, step: PaymentStep, to: PaymentPhase | 'by_sum'): Attempt {
  const next = { ...attempt, ...amountsAfter(attempt, step) };
  const proof = 'proof' in step && step.proof !== undefined ? step.proof : attempt.proof;
  return { ...next, proof, phase: to === 'by_sum' ? phaseBySum(next) : to };
}

function amountsAfter(attempt: Attempt, step: PaymentStep): Partial<Attempt> {
  switch (step.action) {
    case 'PAYMENT_CONFIRM':
      return { paidCents: attempt.amountCents };
    case 'PAYMENT_REFUND_ASK':
      return { refundAskedCents: step.amountCents };
    case 'PAYMENT_REFUND_DONE':
      return {
        refundedCents: cents(attempt.refundedCents + attempt.refundAskedCents),
        refundAskedCents: cents(0),
      };
    case 'PAYMENT_REFUND_FAIL':
      return { refundAskedCents: cents(0) };
    default:
      return {};
  }
}

/** The phase of an attempt that was paid, by what has been returned of it. */
export function phaseBySum(attempt: {
  readonly paidCents: number;
  readonly refundedCents: number;
}): Extract<PaymentPhase, 'confirmed' | 'partially_refunded' | 'refunded'> {
  if (attempt.refundedCents <= 0) return 'confirmed';
  return attempt.refundedCents < attempt.paidCents ? 'partially_refunded' : 'refunded';
}

/** What stands in the way of another attempt. */
export type StartRefusal =
  | 'payment_already_paid'
  | 'payment_in_progress'
  | 'terminal_busy'
  | 'payment_amount';

/**
 * Whether an attempt may begin: one at a time for a ticket, one at a time for a terminal, and none for what is paid
 * (I-PAY-2). An attempt whose outcome is unknown is still one.
 * @param ofTicket phases of all attempts of the ticket. @param ofTerminal phases of all attempts at the terminal.
 */
export function whyNotStart(
  amountCents: number,
  ofTicket: readonly PaymentPhase[],
  ofTerminal: readonly PaymentPhase[],
): StartRefusal | undefined {
  if (!Number.isSafeInteger(amountCents) || amountCents < 1) return 'payment_amount';
  if (ofTicket.some((phase) => STATUS_OF_PHASE[phase] === 'paid')) return 'payment_already_paid';
  if (ofTicket.some(isInFlight)) return 'payment_in_progress';
  return ofTerminal.some(isInFlight) ? 'terminal_busy' : undefined;
}
