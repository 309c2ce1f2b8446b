/** The typed client on a test's cloud, and what it answers when it refuses. */
import { type ApiClient, ApiError, createApiClient } from '@totem/api';
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';

/** A client with a token; without one it asks as nobody. */
export function apiOf(url: string, token?: string): ApiClient {
  return createApiClient({
    baseUrl: url,
    fetch: (address, init) => fetch(address, init as RequestInit),
    headers: () => (token === undefined ? {} : { authorization: `Bearer ${token}` }),
    newKey: () => newId<'key'>(systemEnv),
  });
}

/** The refusal of a call that must not succeed. */
export async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const outcome = await call.then(
    (answer) => new Error(`it was not refused: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof ApiError) return outcome;
  throw outcome;
}
