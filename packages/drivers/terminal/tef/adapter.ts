/**
 * Card terminals by file exchange ("TEF discado"): the payment manager drives pinpad, network and acquirer; the host hands
 * over one request at a time, and an approved one waits for its confirmation (CNF) or undoing (NCN). An answer stays on disk
 * until its second leg was taken, so that it is found again after a crash.
 */
import {
  cents,
  type Env,
  lastFourOf,
  type PaymentProof,
  sha256Hex,
  type Timers,
  withoutCardNumbers,
} from '@totem/domain';
import type {
  Answer,
  Charge,
  DeclineCause,
  PaymentPort,
  ReceiptLines,
  RefundAnswer,
  RefundOrder,
  Said,
  Told,
} from '../../payment/port.ts';
import { linesOf, type TefFields } from './fields.ts';
import { openTefFiles } from './files.ts';
import type { TefProfile } from './profile.ts';

/** Within this time a manager that runs takes a request. */
export const TAKEN_WITHIN_MS = 7_000;
/** At most four looks in a second; fewer once the customer is slow. */
const POLL_MS = 250;
const POLL_SLOW_MS = 1_000;
const SLOW_AFTER_MS = 10_000;
/** A customer may take minutes. After this nobody stands there, and the outcome is to be found out. */
const ANSWER_WITHIN_MS = 600_000;
/** A manager that took something this lately is there. */
const FRESH_MS = 10_000;
/** A cancel is the acquirer's to allow on the day of the sale; later it is a refund at the acquirer. */
const REFUND_WINDOW_DAYS = 0;

/** Fields of an answer that the record of the exchange keeps. */
const KEPT = {
  '009-000': 'result',
  '010-000': 'network',
  '011-000': 'type',
  '012-000': 'nsu',
  '030-000': 'message',
} as const;

export function createTefPort(
  profile: TefProfile,
  { env, timers }: { env: Env; timers: Timers },
): PaymentPort {
  const files = openTefFiles(profile.requestDir, profile.responseDir);

  let heardMs = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> | undefined;
  /** The manager takes one request at a time, and its one answer file belongs to whoever asked. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last === undefined ? work() : last.then(work);
    const over: Promise<unknown> = turn
      .catch(() => undefined)
      .then(() => {
        if (last === over) last = undefined;
      });
    last = over;
    return turn;
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => void timers.after(ms, () => resolve()));

  /** Hands a request over, and waits until it is taken. `withdrawn`: it was not, and will not be. */
  const handOver = async (
    command: string,
    requestId: string,
    fields: readonly (readonly [string, string])[],
  ): Promise<'taken' | 'withdrawn' | 'vanished'> => {
    files.put([['000-000', command], ['001-000', requestId], ...fields]);
    const untilMs = timers.monotonicMs() + TAKEN_WITHIN_MS;
    for (;;) {
      if (files.wasTaken(requestId)) {
        heardMs = timers.monotonicMs();
        return 'taken';
      }
      if (timers.monotonicMs() >= untilMs) return files.withdraw() ? 'withdrawn' : 'vanished';
      await pause(POLL_MS);
    }
  };

  /** Waits for the answer to a request that was taken; nothing can end it sooner. */
  const answerTo = async (requestId: string): Promise<TefFields | undefined> => {
    const startedMs = timers.monotonicMs();
    for (;;) {
      const fields = files.answer();
      if (fields?.get('001-000') === requestId) return fields;
      // An answer to an older request: if it was approved, the manager itself reminds of it at the next sale.
      if (fields !== undefined) files.removeAnswer();
      const waitedMs = timers.monotonicMs() - startedMs;
      if (waitedMs > ANSWER_WITHIN_MS) return undefined;
      await pause(waitedMs > SLOW_AFTER_MS ? POLL_SLOW_MS : POLL_MS);
    }
  };

  const exchange = async (
    command: string,
    requestId: string,
    fields: readonly (readonly [string, string])[],
  ): Promise<TefFields | 'withdrawn' | undefined> => {
    const handed = await handOver(command, requestId, fields);
    return handed === 'withdrawn' ? handed : answerTo(requestId);
  };

  /** Whether the manager is there with nothing else to do: it takes one request at a time. */
  const isIdle = async (): Promise<boolean> => (await handOver('ATV', randomId(env), [])) === 'taken';

  /** What is left of a request whose answer nobody has seen. */
  const traceOf = async (requestId: string): Promise<TefFields | 'never_taken' | 'gone' | 'silent'> => {
    const fields = files.answer();
    if (fields?.get('001-000') === requestId) return fields;
    if (files.withdraw()) return 'never_taken';
    return (await isIdle()) ? 'gone' : 'silent';
  };

  const secondLeg = async (command: 'CNF' | 'NCN', proof: PaymentProof): Promise<Told> => {
    const handed = await handOver(command, randomId(env), [
      ['010-000', proof.network ?? ''],
      ['012-000', proof.nsu ?? ''],
      ['027-000', proof.finalizationKey ?? ''],
    ]);
    if (handed !== 'taken') return 'not_taken';
    if (files.answer()?.get('027-000') === proof.finalizationKey) files.removeAnswer();
    return 'taken';
  };

  const refundSaid = (fields: TefFields, order: RefundOrder): RefundAnswer => {
    const said = saidIn(fields);
    const reminder = reminderIn(fields, order.charge.amountCents);
    if (reminder !== undefined) return { kind: 'pending_found', proof: reminder, said };
    if (fields.get('009-000') !== '0') return { kind: 'failed', cause: 'declined', said };
    const receipt = receiptIn(fields);
    const proof = proofIn(fields, order.amountCents);
    return needsSecondLeg(fields) ? { kind: 'held', proof, receipt, said } : { kind: 'refunded', said };
  };

  const requested = async (charge: Charge): Promise<Answer> => {
    const requestId = requestIdOf(charge.externalId);
    files.removeAnswer();
    const fields = await exchange('CRT', requestId, saleFields(profile, charge, requestId));
    if (fields === 'withdrawn') return { kind: 'not_sent', cause: 'terminal_silent' };
    return fields === undefined ? { kind: 'unknown', cause: 'no_answer' } : saleSaid(fields, charge);
  };
  const asked = async (charge: Charge): Promise<Answer> => {
    const trace = await traceOf(requestIdOf(charge.externalId));
    if (trace === 'silent') return { kind: 'unknown', cause: 'terminal_silent' };
    // Taken and forgotten, or never taken: without our confirmation nothing is charged, and what the manager still holds
    // it names at the next sale, where it is undone.
    return typeof trace === 'string' ? { kind: 'absent', said: { trace } } : saleSaid(trace, charge);
  };
  const found = async (): Promise<readonly PaymentProof[]> => {
    const fields = files.answer();
    if (fields === undefined) return [];
    if (fields.get('009-000') === '0' && needsSecondLeg(fields)) return [proofIn(fields, 1)];
    files.removeAnswer();
    return [];
  };
  const refunded = async (order: RefundOrder): Promise<RefundAnswer> => {
    const requestId = requestIdOf(order.refundId);
    files.removeAnswer();
    const fields = await exchange('CNC', requestId, cancelFields(order));
    if (fields === 'withdrawn') return { kind: 'failed', cause: 'terminal_silent' };
    return fields === undefined ? { kind: 'unknown', cause: 'no_answer' } : refundSaid(fields, order);
  };
  const askedRefund = async (order: RefundOrder): Promise<RefundAnswer> => {
    const trace = await traceOf(requestIdOf(order.refundId));
    if (trace === 'silent') return { kind: 'unknown', cause: 'terminal_silent' };
    return typeof trace === 'string' ? { kind: 'failed', cause: trace } : refundSaid(trace, order);
  };

  return {
    name: profile.name,
    capabilities: {
      method: 'card',
      isTwoPhase: true,
      canCancel: false,
      canAsk: true,
      refund: { extent: 'full', windowDays: REFUND_WINDOW_DAYS },
    },
    ready: () =>
      inTurn(async () => {
        const isFresh = timers.monotonicMs() - heardMs < FRESH_MS;
        return isFresh || (await isIdle()) ? { ready: true } : { ready: false, cause: 'terminal_silent' };
      }),
    request: (charge) => inTurn(() => requested(charge)),
    ask: (charge) => inTurn(() => asked(charge)),
    // The host cannot take a sale away from the pinpad: the customer ends it there.
    cancel: async () => ({ kind: 'unknown', cause: 'cannot_cancel' }),
    confirm: (proof) => inTurn(() => secondLeg('CNF', proof)),
    undo: (proof) => inTurn(() => secondLeg('NCN', proof)),
    found: () => inTurn(found),
    refund: (order) => inTurn(() => refunded(order)),
    askRefund: (order) => inTurn(() => askedRefund(order)),
  };
}

/** Ten digits from one of our names, the same each time: what a crash leaves behind is found by it. */
export function requestIdOf(name: string): string {
  return String((BigInt(`0x${sha256Hex(name).slice(0, 15)}`) % 9_000_000_000n) + 1_000_000_000n);
}

/** Confirmations are named anew each time, as managers want it. */
function randomId(env: Env): string {
  return requestIdOf(Buffer.from(env.randomBytes(16)).toString('hex'));
}

function saleFields(
  profile: TefProfile,
  charge: Charge,
  requestId: string,
): readonly (readonly [string, string])[] {
  return [
    ['002-000', requestId],
    ['003-000', String(charge.amountCents)],
    ['004-000', '0'],
    ...profile.saleFields(charge),
  ];
}

function cancelFields({ proof, amountCents }: RefundOrder): readonly (readonly [string, string])[] {
  return [
    ['003-000', String(amountCents)],
    ['010-000', proof.network ?? ''],
    ['012-000', proof.nsu ?? ''],
    ['013-000', proof.authorizationCode ?? ''],
    ['022-000', proof.providerDate ?? ''],
    ['023-000', proof.providerTime ?? ''],
    ['027-000', proof.finalizationKey ?? ''],
  ];
}

function saleSaid(fields: TefFields, charge: Charge): Answer {
  const said = saidIn(fields);
  if (fields.get('009-000') === '0') {
    const proof = proofIn(fields, charge.amountCents);
    const receipt = receiptIn(fields);
    return { kind: needsSecondLeg(fields) ? 'authorized' : 'confirmed', proof, receipt, said };
  }
  const reminder = reminderIn(fields, charge.amountCents);
  if (reminder !== undefined) return { kind: 'pending_found', proof: reminder, said };
  const message = withoutCardNumbers(fields.get('030-000') ?? '');
  if (/CANCELAD/i.test(message)) return { kind: 'canceled', said };
  return { kind: 'declined', cause: causeIn(message), message, said };
}

/** What the customer can do something about, as managers word it; they have no codes for it. */
function causeIn(message: string): DeclineCause {
  if (/SALDO|LIMITE|INSUFICIENTE/i.test(message)) return 'insufficient_funds';
  if (/SENHA/i.test(message)) return 'wrong_pin';
  return /LEITURA|CHIP|TRILHA/i.test(message) ? 'card_unreadable' : 'declined';
}

/** Of a sale that was not approved but carries the keys of another: that one waits for its second leg. */
function reminderIn(fields: TefFields, amountCents: number): PaymentProof | undefined {
  const isReminder = fields.get('009-000') !== '0' && fields.has('012-000') && fields.has('027-000');
  return isReminder ? proofIn(fields, amountCents) : undefined;
}

function needsSecondLeg(fields: TefFields): boolean {
  const told = fields.get('729-000');
  return told === undefined ? Number(fields.get('028-000') ?? 0) > 0 : told === '2';
}

/** @param elseCents where the manager does not repeat the amount. */
function proofIn(fields: TefFields, elseCents: number): PaymentProof {
  const amountCents = cents(Number(fields.get('003-000') ?? elseCents));
  const nsu = fields.get('012-000') ?? '';
  const optional = {
    network: fields.get('010-000'),
    nsu,
    authorizationCode: fields.get('013-000'),
    finalizationKey: fields.get('027-000'),
    brand: fields.get('040-000'),
    lastFour: lastFourOf(fields.get('740-000') ?? ''),
    providerDate: fields.get('022-000'),
    providerTime: fields.get('023-000'),
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined && value !== '');
  return { externalId: nsu, amountCents, currency: 'BRL', ...Object.fromEntries(given) };
}

/** Copies apart where the manager has them, else one for both; unchanged, but for card numbers that should not be there. */
function receiptIn(fields: TefFields): ReceiptLines {
  const all = linesOf(fields, '029').map(withoutCardNumbers);
  const customer = linesOf(fields, '713').map(withoutCardNumbers);
  const merchant = linesOf(fields, '715').map(withoutCardNumbers);
  return {
    customer: customer.length > 0 ? customer : all,
    merchant: merchant.length > 0 ? merchant : all,
    copies: COPIES[fields.get('737-000') ?? ''] ?? 'customer',
  };
}

/** Which copies a manager wants printed. One that does not say means the customer's: nobody stands at a kiosk for the merchant. */
const COPIES: Readonly<Record<string, ReceiptLines['copies']>> = {
  '1': 'customer',
  '2': 'merchant',
  '3': 'both',
};

function saidIn(fields: TefFields): Said {
  const kept = Object.entries(KEPT).flatMap(([id, name]) => {
    const value = fields.get(id);
    return value === undefined ? [] : [[name, withoutCardNumbers(value)] as const];
  });
  return Object.fromEntries(kept);
}
