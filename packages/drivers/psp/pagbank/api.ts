/** The client of PagBank's Orders API: one call, what may be tried again, and the orders of a span of time. */
import type { Env, Timers } from '@totem/domain';
import type { z } from 'zod';
import type { HttpSend } from '../../http/send.ts';
import { type CallResult, createProviderClock, parsed, TRIES_MAX, tried } from '../calls.ts';
import { errorsAnswer } from './messages.ts';

/** The receiver's own account at PagBank. */
export interface PagBankConfig {
  /** Without a slash at its end: `https://api.pagseguro.com`. */
  readonly baseUrl: string;
  readonly token: string;
  /** Whom orders name as the customer: PagBank demands one, and a kiosk asks nobody for a tax number. */
  readonly customer: { readonly name: string; readonly email: string; readonly taxId: string };
  /** Where PagBank is to call; left out where it could not. */
  readonly notificationUrl?: string;
}

interface CallOptions {
  readonly body?: object;
  /** A repetition with the same key gets the first answer, for a day. */
  readonly key?: string;
  readonly tries?: number;
}

export interface PagBankApi {
  call<S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: S,
    options?: CallOptions,
  ): Promise<CallResult<z.infer<S>>>;
  /** Whether the token is one. Nothing is charged by it. */
  authorize(): Promise<CallResult<undefined>>;
  /** Now, by PagBank's clock. */
  providerNow(): number;
}

/** No order has this name: who may look is told that it is not there. */
export const PROBE_PATH = '/orders/ORDE_00000000-0000-0000-0000-000000000000';
/** A token that worked this lately works. */
const FRESH_MS = 60_000;

export function createPagBankApi(
  { baseUrl, token }: Pick<PagBankConfig, 'baseUrl' | 'token'>,
  { env, timers, send }: { readonly env: Env; readonly timers: Timers; readonly send: HttpSend },
): PagBankApi {
  const clock = createProviderClock(env);
  let heardMs = Number.NEGATIVE_INFINITY;

  const once = async <S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: S,
    { body, key }: CallOptions,
  ): Promise<CallResult<z.infer<S>>> => {
    const result = await send({
      method,
      url: baseUrl + path,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(key === undefined ? {} : { 'x-idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (result.kind !== 'answer') return result;
    clock.learn(result.answer);
    const { status, body: text } = result.answer;
    // 409: the first of two with one key is still under way.
    if (status >= 500 || status === 429 || status === 409) return { kind: 'lost', cause: `http_${status}` };
    if (status < 300) {
      const value = parsed(schema, text);
      if (value === undefined) return { kind: 'lost', cause: 'answer_unreadable' };
      heardMs = timers.monotonicMs();
      return { kind: 'done', value };
    }
    const [error] = parsed(errorsAnswer, text)?.error_messages ?? [];
    return { kind: 'problem', status, name: error?.code ?? 'unnamed' };
  };

  const api: PagBankApi = {
    providerNow: clock.now,
    call: (method, path, schema, options = {}) =>
      tried(timers, options.tries ?? TRIES_MAX, () => once(method, path, schema, options)),
    async authorize() {
      if (timers.monotonicMs() - heardMs < FRESH_MS) return { kind: 'done', value: undefined };
      const result = await api.call('GET', PROBE_PATH, errorsAnswer, { tries: 1 });
      if (result.kind === 'not_sent' || result.kind === 'lost')
        return { kind: 'not_sent', cause: result.cause };
      const { status, name } = result.kind === 'problem' ? result : { status: 200, name: 'unnamed' };
      if (status === 401 || status === 403) return { kind: 'not_sent', cause: `token_${status}` };
      if (name === 'unnamed') return { kind: 'not_sent', cause: 'answer_unreadable' };
      heardMs = timers.monotonicMs();
      return { kind: 'done', value: undefined };
    },
  };
  return api;
}
