/**
 * Pix by the central bank's API: a charge is created under our own txid, its QR is shown, and its state is asked. What the
 * provider calls at our address is only a reason to ask. Source: OpenAPI of the API Pix 2.9.0.
 */
import { type Cents, cents, epochMsOf, type PaymentProof } from '@totem/domain';
import { amountText } from '../../payment/amount-text.ts';
import type { Answer, Charge, PaymentPort, RefundAnswer, RefundOrder } from '../../payment/port.ts';
import type { CallResult } from '../calls.ts';
import type { PixApi, PixConfig } from './api.ts';
import { encodeBrCode } from './br-code.ts';
import {
  type Cob,
  cobAnswer,
  type Devolution,
  devolutionAnswer,
  type ReceivedPix,
  webhookBody,
} from './messages.ts';

const REFUND_WINDOW_DAYS = 90;
/** A payment that began in time settles a little later. */
const SETTLING_MS = 10_000;
const TEXT_LENGTH_MAX = 140;
const REMOVED = 'REMOVIDA_PELO_USUARIO_RECEBEDOR';

export function createPixPort(config: PixConfig, api: PixApi): PaymentPort {
  const proofOf = (pix: ReceivedPix, amountCents: number): PaymentProof => ({
    externalId: pix.endToEndId,
    endToEndId: pix.endToEndId,
    amountCents: cents(amountCents),
    currency: 'BRL',
  });

  const saidBy = (cob: Cob): Answer => {
    const said = { status: cob.status, txid: cob.txid };
    const [pix, ...more] = cob.pix ?? [];
    if (pix !== undefined) {
      // A second Pix to one charge is money of the customer's: the record names it, and the night's comparison finds it.
      const extra = more.length === 0 ? {} : { more: more.map(({ endToEndId }) => endToEndId).join(' ') };
      return { kind: 'confirmed', proof: proofOf(pix, pix.valor), said: { ...said, ...extra } };
    }
    switch (cob.status) {
      case 'ATIVA':
        // Expiry is no status: it is ours to compute, by the provider's clock.
        return api.providerNow() > expiryMs(cob) + SETTLING_MS
          ? { kind: 'expired', said }
          : { kind: 'waiting', show: { copyCode: copyCode(cob) }, said };
      case REMOVED:
      case 'REMOVIDA_PELO_PSP':
        return { kind: 'canceled', said };
      default:
        // CONCLUIDA without its Pix is no proof yet.
        return { kind: 'unknown', cause: 'status_without_proof', said };
    }
  };

  const copyCode = (cob: Cob): string => {
    const location = cob.location ?? cob.loc?.location;
    if (cob.pixCopiaECola !== undefined || location === undefined) return cob.pixCopiaECola ?? '';
    const url = location.replace(/^https:\/\//, '');
    return encodeBrCode({
      target: { kind: 'dynamic', url },
      merchantName: config.merchantName,
      merchantCity: config.merchantCity,
      isSingleUse: true,
    });
  };

  const ask = async ({ externalId }: Charge): Promise<Answer> => {
    const result = await api.call('GET', `/cob/${externalId}`, cobAnswer, { tries: 1 });
    if (result.kind === 'done') return saidBy(result.value);
    if (result.kind !== 'problem') return { kind: 'unknown', cause: result.cause };
    if (result.status === 404) return { kind: 'absent', said: { error: result.name } };
    if (result.status === 410) return { kind: 'canceled', said: { error: result.name } };
    return { kind: 'unknown', cause: result.name };
  };

  const refund = async (order: RefundOrder): Promise<RefundAnswer> => {
    const body = {
      valor: amountText(order.amountCents),
      natureza: 'ORIGINAL',
      descricao: order.reason.slice(0, TEXT_LENGTH_MAX),
    };
    const result = await api.call('PUT', refundPath(order), devolutionAnswer, { body });
    if (result.kind !== 'problem') return refundSaid(result);
    // A repetition may be refused because the first was taken and its answer lost: what is there decides.
    const there = await api.call('GET', refundPath(order), devolutionAnswer);
    const isAbsent = there.kind === 'problem' && there.status === 404;
    return isAbsent ? { kind: 'failed', cause: result.name } : refundSaid(there);
  };

  return {
    name: 'pix',
    capabilities: {
      method: 'pix',
      isTwoPhase: false,
      canCancel: true,
      canAsk: true,
      refund: { extent: 'partial', windowDays: REFUND_WINDOW_DAYS },
    },
    async ready() {
      const authorized = await api.authorize();
      if (authorized.kind === 'done') return { ready: true };
      return { ready: false, cause: 'cause' in authorized ? authorized.cause : authorized.name };
    },
    async request(charge) {
      const result = await api.call('PUT', `/cob/${charge.externalId}`, cobAnswer, {
        body: cobBody(config, charge),
      });
      switch (result.kind) {
        case 'done':
          return saidBy(result.value);
        case 'problem':
          // A repeated creation of what is not active any more is refused: then what became of it is the answer.
          return result.name === 'CobOperacaoInvalida'
            ? ask(charge)
            : { kind: 'not_sent', cause: result.name };
        case 'not_sent':
          return { kind: 'not_sent', cause: result.cause };
        case 'lost':
          return { kind: 'unknown', cause: result.cause };
        default:
          return result satisfies never;
      }
    },
    ask,
    async cancel(charge) {
      const body = { status: REMOVED };
      const result = await api.call('PATCH', `/cob/${charge.externalId}`, cobAnswer, { body, tries: 1 });
      // The payment may have come first: only what is true after it counts. Where removing is not offered, it expires.
      if (result.kind === 'problem' && result.status === 404) return { kind: 'absent' };
      return ask(charge);
    },
    confirm: async () => 'not_taken',
    undo: async () => 'not_taken',
    found: async () => [],
    refund,
    async askRefund(order) {
      const result = await api.call('GET', refundPath(order), devolutionAnswer, { tries: 1 });
      // What was never taken is asked for again under the same id: a new id could return it twice.
      if (result.kind === 'problem' && result.status === 404) return refund(order);
      return refundSaid(result);
    },
  };
}

/** The charges that a provider's call is about. It proves nothing: each is to be asked for. */
export function chargesHinted(body: unknown): readonly string[] {
  const parsed = webhookBody.safeParse(body);
  if (!parsed.success) return [];
  return [...new Set(parsed.data.pix.flatMap(({ txid }) => (txid === undefined ? [] : [txid])))];
}

function cobBody(config: PixConfig, charge: Charge): object {
  return {
    calendario: { expiracao: charge.expiresInSeconds },
    valor: { original: amountText(charge.amountCents as Cents), modalidadeAlteracao: 0 },
    chave: config.key,
    solicitacaoPagador: charge.reference.slice(0, TEXT_LENGTH_MAX),
  };
}

function expiryMs({ calendario }: Cob): number {
  return epochMsOf(calendario.criacao) + calendario.expiracao * 1_000;
}

function refundPath({ proof, refundId }: RefundOrder): string {
  return `/pix/${encodeURIComponent(proof.endToEndId ?? proof.externalId)}/devolucao/${refundId}`;
}

function refundSaid(result: CallResult<Devolution>): RefundAnswer {
  switch (result.kind) {
    case 'done': {
      const { status, rtrId, motivo } = result.value;
      const said = { status, ...(rtrId === undefined ? {} : { rtrId }) };
      if (status === 'DEVOLVIDO') return { kind: 'refunded', said };
      if (status === 'NAO_REALIZADO') return { kind: 'failed', cause: motivo ?? status, said };
      return { kind: 'pending', said };
    }
    case 'problem':
      // Who may not look has not learned that nothing goes back.
      return { kind: 'unknown', cause: result.name };
    case 'not_sent':
    case 'lost':
      return { kind: 'unknown', cause: result.cause };
    default:
      return result satisfies never;
  }
}
