/**
 * Stone's AutoTEF service for tests and the demo: true HTTP on this machine, a pinpad with a customer in front of it who takes
 * their time, and the acquirer's books behind it, which are also what a person finds on Stone's own list.
 */
import type { Env, Timers } from '@totem/domain';
import {
  openSimulatedServer,
  planFaults,
  type Reply,
  type Served,
  type SimulatedCall,
} from '../../http/simulated-server.ts';
import { amountText } from '../../payment/amount-text.ts';

export type AutoTefHolder = 'pays' | 'is_declined' | 'has_no_funds' | 'cancels';

export type AutoTefFault =
  /** The request is lost before the pinpad asks for anything. */
  | 'lost_before'
  | 'lost_after'
  | 'broken'
  /** The service answers that it cannot, in no form that it has agreed to. */
  | 'stumbles'
  /** The customer takes longer than anybody waits. */
  | 'slow'
  | 'other_amount';

export interface AutoTefSale {
  readonly key: string;
  readonly amountCents: number;
  readonly type: number;
  isCancelled: boolean;
}

export interface AutoTefSimulator {
  readonly baseUrl: string;
  /** What was charged, in order. */
  readonly sales: readonly AutoTefSale[];
  /** The sale that the pinpad asks for. */
  atPinpad(): { readonly amountCents: number } | undefined;
  /** Calls that wait for a customer. */
  waiting(): number;
  holders(...next: readonly AutoTefHolder[]): void;
  /** The customer acts. @returns whether there is one. */
  act(holder: AutoTefHolder): boolean;
  fault(kind: AutoTefFault): void;
  heal(): void;
  plugPinpad(isThere: boolean): void;
  close(): Promise<void>;
}

/** How long a customer takes, and one who is slow. */
const PINPAD_MS = 8_000;
const PINPAD_SLOW_MS = 400_000;
const CARD = '4111111111111111';
const REFUSALS: Readonly<Record<Exclude<AutoTefHolder, 'pays'>, Reply>> = {
  is_declined: refusal('N051', 'Transação não autorizada'),
  has_no_funds: refusal('N052', 'Saldo insuficiente'),
  cancels: refusal('N013', 'Operação cancelada pelo usuário'),
};

export async function openAutoTefSimulator(options: {
  readonly env: Env;
  readonly timers: Timers;
  /** The customer acts when somebody says so, and not by the clock. */
  readonly isByHand?: boolean;
}): Promise<AutoTefSimulator> {
  const { env, timers, isByHand = false } = options;
  const faults = planFaults<AutoTefFault>();
  const { strikes } = faults;
  const sales: AutoTefSale[] = [];
  let holders: AutoTefHolder[] = [];
  let isActivated = false;
  let hasPinpad = true;
  let pinpad: { readonly amountCents: number; act(holder: AutoTefHolder | undefined): void } | undefined;

  const noPinpad = (): Reply => refusal('N404', 'Pinpad não encontrado');
  const receiptOf = (sale: AutoTefSale): object => {
    const lines = [
      'STONE',
      '  VIA CLIENTE   CREDITO',
      `CARTAO ${CARD}`,
      `VALOR R$ ${amountText(sale.amountCents)}`,
    ];
    return {
      receipt: {
        acquirerTransactionKey: sale.key,
        initiatorTransactionKey: `I${sale.key}`,
        amount: sale.amountCents / 100,
        authorisationCode: '123456',
        maskedPrimaryAccountNumber: `411111******${CARD.slice(-4)}`,
        brandName: 'VISA',
        transactionType: sale.type,
        clientVia: lines.join('\n'),
        merchantVia: lines.join('\r\n'),
      },
      card: { holderName: 'A CUSTOMER' },
    };
  };
  const charge = (amountCents: number, type: number): Reply => {
    const key = Buffer.from(env.randomBytes(7)).toString('hex');
    const sale = {
      key,
      amountCents: amountCents + (strikes('other_amount') ? 1 : 0),
      type,
      isCancelled: false,
    };
    sales.push(sale);
    return { status: 200, body: receiptOf(sale) };
  };
  /** Asks the customer; resolves when they have acted. */
  const asked = (amountCents: number, type: number): Promise<Reply> => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const waitMs = strikes('slow') ? PINPAD_SLOW_MS : PINPAD_MS;
    const act = (by: AutoTefHolder | undefined): void => {
      stop();
      pinpad = undefined;
      const holder = by ?? holders.shift() ?? 'pays';
      resolve(holder === 'pays' ? charge(amountCents, type) : REFUSALS[holder]);
    };
    const stop = isByHand ? () => undefined : timers.after(waitMs, () => act(undefined));
    pinpad = { amountCents, act };
    return promise;
  };
  const paid = (text: string): Reply | Promise<Reply> => {
    // Read from its text: a fraction would say what the host meant, and not what it wrote.
    const [, reais = '0', part = '00'] = /"amount":(\d+)\.(\d\d)[,}]/.exec(text) ?? [];
    const amountCents = Number(reais) * 100 + Number(part);
    const { accountType } = JSON.parse(text) as { accountType?: string };
    if (amountCents < 1) return refusal('N001', 'Valor inválido');
    if (pinpad !== undefined) return refusal('N002', 'Pinpad ocupado');
    return asked(amountCents, accountType === 'debit' ? 1 : 2);
  };
  const cancelled = (text: string): Reply => {
    const body = JSON.parse(text) as CancelAsked;
    const sale = sales.find(({ key }) => key === body.acquirerTransactionKey);
    const isWhole = sale !== undefined && text.includes(`"amount":${amountText(sale.amountCents)},`);
    const isCard = sale?.type === body.transactionType && body.panMask?.endsWith(CARD.slice(-4)) === true;
    if (sale === undefined || !isWhole || !isCard) return refusal('N060', 'Transação não encontrada');
    if (sale.isCancelled) return refusal('N061', 'Transação já cancelada');
    sale.isCancelled = true;
    return { status: 200, body: receiptOf(sale) };
  };
  const route = (call: string, text: string): Reply | Promise<Reply> => {
    if (call === 'POST /api/Activate') {
      isActivated = hasPinpad;
      return hasPinpad ? { status: 200, body: '"Started"' } : noPinpad();
    }
    if (!isActivated || !hasPinpad) return noPinpad();
    if (call === 'GET /api/Healthcheck') return { status: 200, body: '"COM4"' };
    if (call === 'POST /api/Pay') return paid(text);
    if (call === 'POST /api/cancel') return cancelled(text);
    return { status: 404, body: 'Not Found' };
  };

  const serve = async ({ method, url, text }: SimulatedCall): Promise<Served> => {
    const call = `${method} ${url.pathname}`;
    // What only looks is spared, so that faults strike what moves money.
    const movesMoney = call === 'POST /api/Pay' || call === 'POST /api/cancel';
    const struck = movesMoney ? strikes('lost_before', 'lost_after', 'broken', 'stumbles') : undefined;
    if (struck === 'lost_before') return { kind: 'cut' };
    if (struck === 'stumbles') return { kind: 'reply', reply: { status: 503, body: 'Service Unavailable' } };
    const reply = await route(call, text);
    if (struck === 'lost_after') return { kind: 'cut_inside', status: reply.status };
    return { kind: 'reply', reply: struck === 'broken' ? { status: 200, body: '{"receipt": {' } : reply };
  };
  const server = await openSimulatedServer({ now: env.now, errorType: 'application/json', serve });
  return {
    baseUrl: server.origin,
    sales,
    atPinpad: () => pinpad && { amountCents: pinpad.amountCents },
    waiting: () => (pinpad === undefined ? 0 : 1),
    holders: (...next) => {
      holders = [...next];
    },
    act(holder) {
      if (pinpad === undefined) return false;
      pinpad.act(holder);
      return true;
    },
    fault: (kind) => faults.plan(kind),
    heal: faults.heal,
    plugPinpad: (isThere) => {
      hasPinpad = isThere;
      isActivated &&= isThere;
    },
    close: server.close,
  };
}

interface CancelAsked {
  readonly acquirerTransactionKey?: string;
  readonly transactionType?: number;
  readonly panMask?: string;
}

function refusal(responseCode: string, responseReason: string): Reply {
  return { status: 400, body: { responseCode, responseReason } };
}
