/** The client of the central bank's API Pix v2: token, one call, and what may be tried again. */
import { type Env, instantText, type Timers } from '@totem/domain';
import type { z } from 'zod';
import type { ClientTls, HttpRequest, HttpSend } from '../../http/send.ts';
import { type CallResult, createProviderClock, parsed, TRIES_MAX, tried } from '../calls.ts';
import { problemAnswer, type ReceivedPix, receivedPage, tokenAnswer } from './messages.ts';

/** What differs between providers, and the receiver's own account there. */
export interface PixConfig {
  /** With the provider's path, without a slash at the end: `https://pix.example/v2`. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The receiver's Pix key. */
  readonly key: string;
  readonly merchantName: string;
  readonly merchantCity: string;
  readonly scopes?: readonly string[];
  readonly tokenBody?: 'form' | 'json';
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: ClientTls;
}

const SCOPES = ['cob.write', 'cob.read', 'pix.write', 'pix.read'];
/** A token is not used in the last minute of its life. */
const TOKEN_MARGIN_MS = 60_000;
const PAGE_ITEMS = 100;
const PAGES_MAX = 1_000;

export interface PixApi {
  call<S extends z.ZodType>(
    method: HttpRequest['method'],
    path: string,
    schema: S,
    options?: { readonly body?: object; readonly tries?: number },
  ): Promise<CallResult<z.infer<S>>>;
  /** Whether there is a token to work with. */
  authorize(): Promise<CallResult<undefined>>;
  /** Pix received in a span of time, page by page, oldest first. */
  received(fromMs: number, toMs: number): Promise<CallResult<readonly ReceivedPix[]>>;
  /** Now, by the provider's clock. */
  providerNow(): number;
}

export function createPixApi(config: PixConfig, parts: { env: Env; timers: Timers; send: HttpSend }): PixApi {
  const { env, timers, send } = parts;
  let token: { readonly text: string; readonly untilMs: number } | undefined;
  const clock = createProviderClock(env);

  const authorize = async (): Promise<CallResult<undefined>> => {
    if (token !== undefined && timers.monotonicMs() < token.untilMs)
      return { kind: 'done', value: undefined };
    const isJson = config.tokenBody === 'json';
    const grant = { grant_type: 'client_credentials', scope: (config.scopes ?? SCOPES).join(' ') };
    const basic = Buffer.from(`${config.clientId}:${config.clientSecret}`).toString('base64');
    const askedMs = timers.monotonicMs();
    const result = await send({
      method: 'POST',
      url: config.tokenUrl,
      headers: {
        ...config.headers,
        authorization: `Basic ${basic}`,
        'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
      },
      body: isJson ? JSON.stringify(grant) : new URLSearchParams(grant).toString(),
    });
    // Nothing is charged by asking for a token: however it was lost, nothing of the call itself has left.
    if (result.kind !== 'answer') return { kind: 'not_sent', cause: result.cause };
    clock.learn(result.answer);
    const answer = result.answer.status < 300 ? parsed(tokenAnswer, result.answer.body) : undefined;
    if (answer === undefined) return { kind: 'not_sent', cause: `token_${result.answer.status}` };
    token = {
      text: answer.access_token,
      untilMs: askedMs + Math.max(0, answer.expires_in * 1_000 - TOKEN_MARGIN_MS),
    };
    return { kind: 'done', value: undefined };
  };

  const once = async <S extends z.ZodType>(
    method: HttpRequest['method'],
    path: string,
    schema: S,
    body: object | undefined,
  ): Promise<CallResult<z.infer<S>>> => {
    for (const isRenewed of [false, true]) {
      const authorized = await authorize();
      if (authorized.kind !== 'done') return authorized;
      const result = await send({
        method,
        url: config.baseUrl + path,
        headers: {
          ...config.headers,
          authorization: `Bearer ${token?.text}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (result.kind !== 'answer') return result;
      clock.learn(result.answer);
      const { status } = result.answer;
      if (status === 401 && !isRenewed) {
        token = undefined;
        continue;
      }
      if (status >= 500 || status === 429) return { kind: 'lost', cause: `http_${status}` };
      if (status >= 300) return { kind: 'problem', status, name: problemName(result.answer.body) };
      const value = parsed(schema, result.answer.body);
      return value === undefined ? { kind: 'lost', cause: 'answer_unreadable' } : { kind: 'done', value };
    }
    return { kind: 'problem', status: 401, name: 'NaoAutorizado' };
  };

  const api: PixApi = {
    authorize,
    providerNow: clock.now,
    // All calls are idempotent by their ids.
    call: (method, path, schema, { body, tries = TRIES_MAX } = {}) =>
      tried(timers, tries, () => once(method, path, schema, body)),
    async received(fromMs, toMs) {
      const span = `inicio=${instantText(fromMs)}&fim=${instantText(toMs)}`;
      const all: ReceivedPix[] = [];
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const paging = `paginacao.paginaAtual=${page}&paginacao.itensPorPagina=${PAGE_ITEMS}`;
        const result = await api.call('GET', `/pix?${span}&${paging}`, receivedPage);
        if (result.kind !== 'done') return result;
        all.push(...result.value.pix);
        if (page + 1 >= result.value.parametros.paginacao.quantidadeDePaginas) break;
      }
      return { kind: 'done', value: all };
    },
  };
  return api;
}

/** `https://pix.bcb.gov.br/api/v2/error/CobNaoEncontrado` is `CobNaoEncontrado`. */
function problemName(body: string): string {
  const problem = parsed(problemAnswer, body);
  return /[^/]+$/.exec(problem?.type ?? '')?.[0] ?? 'unnamed';
}
