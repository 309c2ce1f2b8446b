/** The books of the simulated provider, and the payer in front of them: what each call of the API does to them. */
import { type Env, instantText } from '@totem/domain';
import type { Reply } from '../../http/simulated-server.ts';
import { amountFromText, amountText } from '../../payment/amount-text.ts';
import { encodeBrCode } from './br-code.ts';

/** What a payer does with a QR that is shown. */
export type Payer = 'pays' | 'walks_away' | 'pays_at_last';
/** What becomes of the next call. */
export type PixFault =
  | 'lost_before'
  | 'lost_after'
  | 'late'
  | 'broken'
  | 'overloaded'
  | 'other_amount'
  | 'refund_fails'
  | 'token_ended'
  /** The next question is refused, as by an account that may write and not read. */
  | 'reading_denied';

interface SimulatedRefund {
  readonly id: string;
  readonly valorCents: number;
  status: 'EM_PROCESSAMENTO' | 'DEVOLVIDO' | 'NAO_REALIZADO';
}

export interface SimulatedCob {
  readonly txid: string;
  readonly valorCents: number;
  readonly criacaoMs: number;
  readonly expiracao: number;
  status: 'ATIVA' | 'CONCLUIDA' | 'REMOVIDA_PELO_USUARIO_RECEBEDOR';
  payer: Payer | undefined;
  readonly pix: {
    readonly endToEndId: string;
    readonly valorCents: number;
    readonly atMs: number;
    readonly refunds: SimulatedRefund[];
  }[];
}

export interface SimulatedBank {
  readonly cobs: ReadonlyMap<string, SimulatedCob>;
  payers(...next: readonly Payer[]): void;
  settle(cob: SimulatedCob): void;
  onCob(method: string, txid: string, body: Record<string, never>): Reply;
  onRefund(method: string, endToEndId: string, id: string, body: Record<string, never>): Reply;
  onList(query: URLSearchParams): Reply;
}

const ISPB = '12345678';
const ERROR_BASE = 'https://pix.bcb.gov.br/api/v2/error/';

/** @param strikes takes the next planned fault when it is one of these. */
export function createBank(options: {
  readonly env: Env;
  readonly now: () => number;
  readonly strikes: (...kinds: PixFault[]) => PixFault | undefined;
  readonly tellsCopyCode: boolean;
  /** What payers do of whom nothing else was said. */
  readonly payer: Payer;
}): SimulatedBank {
  const { env, now, strikes, tellsCopyCode } = options;
  const cobs = new Map<string, SimulatedCob>();
  let payers: Payer[] = [];

  const settle = (cob: SimulatedCob): void => {
    const differs = strikes('other_amount') === undefined ? 0 : 1;
    const stamp = instantText(now()).replace(/\D/g, '').slice(0, 12);
    const random = Buffer.from(env.randomBytes(6)).toString('hex').slice(0, 11);
    cob.status = 'CONCLUIDA';
    cob.pix.push({
      endToEndId: `E${ISPB}${stamp}${random}`,
      valorCents: cob.valorCents + differs,
      atMs: now(),
      refunds: [],
    });
  };
  const isPayable = (cob: SimulatedCob): boolean =>
    cob.status === 'ATIVA' && now() <= cob.criacaoMs + cob.expiracao * 1_000;
  /** The payer acts when the host looks for the first time, or in the moment in which it is taken away. */
  const payerActs = (cob: SimulatedCob, isLast: boolean): void => {
    cob.payer ??= payers.shift() ?? options.payer;
    if (cob.payer === (isLast ? 'pays_at_last' : 'pays') && isPayable(cob)) settle(cob);
  };

  const cobSaid = (cob: SimulatedCob): object => {
    const location = `pix.example.com/qr/v2/${cob.txid}`;
    const copy = encodeBrCode({
      target: { kind: 'dynamic', url: location },
      merchantName: 'Loja',
      merchantCity: 'Sao Paulo',
      isSingleUse: true,
    });
    return {
      txid: cob.txid,
      revisao: 0,
      status: cob.status,
      calendario: { criacao: instantText(cob.criacaoMs), expiracao: cob.expiracao },
      valor: { original: amountText(cob.valorCents) },
      location,
      ...(tellsCopyCode ? { pixCopiaECola: copy } : {}),
      ...(cob.pix.length === 0 ? {} : { pix: cob.pix.map((pix) => pixSaid(cob, pix)) }),
      somethingNewer: true,
    };
  };
  const pixSaid = (cob: SimulatedCob, pix: SimulatedCob['pix'][number]): object => ({
    endToEndId: pix.endToEndId,
    txid: cob.txid,
    valor: amountText(pix.valorCents),
    horario: instantText(pix.atMs),
    devolucoes: pix.refunds.map(refundSaid),
  });

  const putCob = (txid: string, body: Record<string, never>): Reply => {
    const old = cobs.get(txid);
    if (old !== undefined && old.status !== 'ATIVA') return problem(400, 'CobOperacaoInvalida');
    const { valor, calendario } = body as {
      valor?: { original?: string };
      calendario?: { expiracao?: number };
    };
    const valorCents = amountFromText(valor?.original ?? '');
    if (!/^[a-zA-Z0-9]{26,35}$/.test(txid) || !valorCents) return problem(400, 'RequisicaoInvalida');
    const expiracao = calendario?.expiracao ?? 86_400;
    const cob: SimulatedCob = {
      txid,
      valorCents,
      criacaoMs: now(),
      expiracao,
      status: 'ATIVA',
      payer: old?.payer,
      pix: [],
    };
    cobs.set(txid, cob);
    return { status: 201, body: cobSaid(cob) };
  };
  const onCob = (method: string, txid: string, body: Record<string, never>): Reply => {
    if (method === 'PUT') return putCob(txid, body);
    const cob = cobs.get(txid);
    if (cob === undefined) return problem(404, 'CobNaoEncontrado');
    payerActs(cob, method === 'PATCH');
    if (method === 'PATCH') {
      if (cob.status !== 'ATIVA') return problem(400, 'CobOperacaoInvalida');
      cob.status = 'REMOVIDA_PELO_USUARIO_RECEBEDOR';
    }
    return { status: 200, body: cobSaid(cob) };
  };
  const onRefund = (method: string, endToEndId: string, id: string, body: Record<string, never>): Reply => {
    const pix = [...cobs.values()].flatMap((cob) => cob.pix).find((one) => one.endToEndId === endToEndId);
    if (pix === undefined) return problem(404, 'PixNaoEncontrado');
    const old = pix.refunds.find((one) => one.id === id);
    if (method === 'GET') {
      if (old === undefined) return problem(404, 'PixDevolucaoNaoEncontrada');
      if (old.status === 'EM_PROCESSAMENTO')
        old.status = strikes('refund_fails') ? 'NAO_REALIZADO' : 'DEVOLVIDO';
      return { status: 200, body: refundSaid(old) };
    }
    if (old !== undefined) return problem(400, 'PixDevolucaoInvalida');
    const valorCents = amountFromText((body as { valor?: string }).valor ?? '');
    const taken = pix.refunds
      .filter(({ status }) => status !== 'NAO_REALIZADO')
      .reduce((sum, { valorCents: one }) => sum + one, 0);
    if (!valorCents || taken + valorCents > pix.valorCents) return problem(400, 'PixDevolucaoInvalida');
    const refund: SimulatedRefund = { id, valorCents, status: 'EM_PROCESSAMENTO' };
    pix.refunds.push(refund);
    return { status: 201, body: refundSaid(refund) };
  };
  const onList = (query: URLSearchParams): Reply => {
    const from = Date.parse(query.get('inicio') ?? '');
    const to = Date.parse(query.get('fim') ?? '');
    const page = Number(query.get('paginacao.paginaAtual') ?? 0);
    const items = Number(query.get('paginacao.itensPorPagina') ?? 100);
    const all = [...cobs.values()].flatMap((cob) =>
      cob.pix.filter(({ atMs }) => atMs >= from && atMs <= to).map((pix) => pixSaid(cob, pix)),
    );
    const paginacao = {
      paginaAtual: page,
      itensPorPagina: items,
      quantidadeDePaginas: Math.ceil(all.length / items),
      quantidadeTotalDeItens: all.length,
    };
    return {
      status: 200,
      body: { parametros: { paginacao }, pix: all.slice(page * items, (page + 1) * items) },
    };
  };
  return {
    cobs,
    payers: (...next) => {
      payers = [...next];
    },
    settle,
    onCob,
    onRefund,
    onList,
  };
}

export function problem(status: number, name: string): Reply {
  return { status, body: { type: ERROR_BASE + name, title: name, status } };
}

function refundSaid({ id, valorCents, status }: SimulatedRefund): object {
  return { id, rtrId: `D${id}`.slice(0, 32), valor: amountText(valorCents), status };
}
