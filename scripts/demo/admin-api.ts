/** The demo's admin at the cloud's API, like everybody else's: signs in, asks, and says what the cloud answers. */
import { newId } from '@totem/domain';
import { systemEnv } from '@totem/host';

export interface AdminAnswer {
  readonly body: unknown;
  /** The version that a change must name; empty for what has none. */
  readonly etag: string;
}

/** Asks as the admin. `etag`: of what is changed. @throws Error when the cloud says no. */
export type AdminCall = (method: string, path: string, body?: object, etag?: string) => Promise<AdminAnswer>;

/** @throws Error when the cloud does not let the admin in. */
export async function signInAdmin(
  cloudUrl: string,
  admin: { readonly username: string; readonly password: string },
): Promise<AdminCall> {
  const json = { 'content-type': 'application/json' };
  const said = async (answer: Response): Promise<AdminAnswer> => {
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the cloud answers ${answer.status}: ${text}`);
    return { body: text === '' ? null : JSON.parse(text), etag: answer.headers.get('etag') ?? '' };
  };
  const login = { method: 'POST', headers: json, body: JSON.stringify(admin) };
  const { body } = await said(await fetch(`${cloudUrl}/v1/login`, login));
  const authorization = `Bearer ${(body as { accessToken: string }).accessToken}`;
  return async (method, path, content, etag) =>
    said(
      await fetch(`${cloudUrl}${path}`, {
        method,
        headers: {
          authorization,
          ...(content === undefined ? {} : { ...json, 'idempotency-key': newId(systemEnv) }),
          ...(etag === undefined ? {} : { 'if-match': etag }),
        },
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      }),
    );
}
