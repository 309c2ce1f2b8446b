/**
 * The app's way to the API: the typed client with the token of the moment, which is renewed once when it is refused, and every
 * failure as an error of the kit, with a code that every language has words for.
 */
import { type AnswerOf, ApiError, type CallOf, createApiClient, type Route } from '@totem/api';
import { asDoorError, DoorError, doorErrorFrom, type Keeper } from '@totem/ui';
import { createContext, use } from 'react';

/** How long an answer may take: a report of three months included. */
const ANSWER_MS_MAX = 20_000;
/** What says that the token is no more: other refusals with 401 are about what was typed. */
const TOKEN_ENDED = new Set(['unauthorized', 'session_ended']);

export interface Api {
  /** Calls a route. @throws DoorError; its `cause` is the client's `ApiError` when the server answered. */
  call<R extends Route>(route: R, call: CallOf<R>): Promise<AnswerOf<R>>;
  /** The bytes of an answer that is a file. @throws DoorError */
  file(path: string): Promise<Blob>;
  /** Sends a file as the body that it is. @throws DoorError */
  upload(path: string, file: Blob): Promise<void>;
}

export function createApi(parts: {
  readonly baseUrl: string;
  readonly keeper: Pick<Keeper, 'token' | 'renew'>;
  readonly locale: () => string;
}): Api {
  const { baseUrl, keeper, locale } = parts;
  const headers = (): Record<string, string> => {
    const token = keeper.token();
    return {
      'accept-language': locale(),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
  };
  const client = createApiClient({
    baseUrl,
    headers,
    newKey: () => crypto.randomUUID(),
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) }),
  });
  /** A token that was refused is renewed, and what was asked is asked once more. */
  const renewed = async <T>(ask: () => Promise<T>): Promise<T> => {
    const shown = keeper.token();
    try {
      return await ask();
    } catch (thrown) {
      const error = errorOf(thrown);
      if (!TOKEN_ENDED.has(error.code) || !(await keeper.renew(shown))) throw error;
    }
    return await ask().catch((thrown: unknown) => {
      throw errorOf(thrown);
    });
  };
  return {
    call: (route, call) => {
      // One key for both tries: the second one is the same act.
      const whole = { ...call, key: call.key ?? crypto.randomUUID() } as typeof call;
      return renewed(() => client.call(route, whole));
    },
    file: (path) =>
      renewed(async () => {
        const answer = await fetch(`${baseUrl}${path}`, { headers: headers() });
        if (!answer.ok) throw doorErrorFrom(answer.status, await answer.json().catch(() => undefined));
        return answer.blob();
      }),
    upload: (path, file) =>
      renewed(async () => {
        const answer = await fetch(`${baseUrl}${path}`, {
          method: 'POST',
          headers: { ...headers(), 'content-type': file.type },
          body: file,
        });
        if (!answer.ok) throw doorErrorFrom(answer.status, await answer.json().catch(() => undefined));
      }),
  };
}

function errorOf(thrown: unknown): DoorError {
  if (thrown instanceof ApiError) {
    const { code, params, status } = doorErrorFrom(thrown.status, thrown.problem);
    return new DoorError(code, { params, status, cause: thrown });
  }
  if (thrown instanceof DoorError) return thrown;
  // What `fetch` throws when nobody answers, or too late.
  if (thrown instanceof TypeError || thrown instanceof DOMException)
    return new DoorError('unreachable', { cause: thrown });
  return asDoorError(thrown);
}

/** Which fields a refusal of `invalid_request` names. */
export function refusedFields(error: unknown): readonly string[] {
  const cause = error instanceof DoorError ? error.cause : undefined;
  const errors = cause instanceof ApiError ? cause.problem.errors : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'field' in one && typeof one.field === 'string'
      ? [one.field]
      : [],
  );
}

const ApiContext = createContext<Api | undefined>(undefined);
export const ApiProvider = ApiContext.Provider;

/** The API of the person who is signed in. @throws Error outside of `ApiProvider`. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (api === undefined) throw new Error('there is no API here');
  return api;
}
