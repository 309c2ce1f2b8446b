/**
 * Who is signed in, in this tab. The session lives in the tab's storage: a reload resumes it, closing the tab ends it, and
 * two people on one machine never share it. What comes from the network or from storage is checked here, once.
 */

export interface SessionSite {
  readonly id: string;
  readonly name: string;
}

export interface Session {
  readonly accessToken: string;
  /** When the token ends, as an instant. */
  readonly expiresAt: string;
  /** Gets the next tokens, once; absent where the server gives one token for all of a day. */
  readonly refreshToken?: string;
  /** Names the sign-in, over all its tokens. */
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly fullName: string; readonly role: string };
  /** As it was typed at the sign-in: the hub knows people by it. */
  readonly username?: string;
  readonly tenantId: string;
  readonly sites: readonly SessionSite[];
  /** The site at work; undefined until one of several was chosen. */
  readonly siteId?: string;
}

/** What this tab keeps: the part of `Storage` that is used here. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The session in a login's answer or in storage; undefined when it is none. With one site, it is the site at work. */
export function parseSession(from: unknown): Session | undefined {
  const { accessToken, expiresAt, refreshToken, sessionId, user, username, tenantId, sites, siteId } =
    fields(from);
  const { id, fullName, role } = fields(user);
  if (!isText(accessToken) || !isText(expiresAt) || !isText(tenantId) || !isText(id)) return undefined;
  if (Number.isNaN(Date.parse(expiresAt)) || !Array.isArray(sites)) return undefined;
  const places = sites
    .map((site: unknown) => fields(site))
    .flatMap((site) => (isText(site.id) && isText(site.name) ? [{ id: site.id, name: site.name }] : []));
  const chosen = places.find((site) => site.id === siteId) ?? (places.length === 1 ? places[0] : undefined);
  return {
    accessToken,
    expiresAt,
    ...(isText(refreshToken) ? { refreshToken } : {}),
    sessionId: isText(sessionId) ? sessionId : '',
    user: { id, fullName: isText(fullName) ? fullName : '', role: isText(role) ? role : '' },
    ...(isText(username) ? { username } : {}),
    tenantId,
    sites: places,
    ...(chosen === undefined ? {} : { siteId: chosen.id }),
  };
}

/** The session that this tab has kept under a name, unless its token has ended and there will be no other. */
export function keptSession(storage: TabStorage, storedAs: string, nowMs: number): Session | undefined {
  const session = parseSession(parsedJson(storage.getItem(storedAs)));
  if (session === undefined) return undefined;
  return session.refreshToken !== undefined || Date.parse(session.expiresAt) > nowMs ? session : undefined;
}

/** Keeps a session for this tab; undefined forgets it. */
export function keepSession(storage: TabStorage, storedAs: string, session: Session | undefined): void {
  if (session === undefined) storage.removeItem(storedAs);
  else storage.setItem(storedAs, JSON.stringify(session));
}

/** The same person at another of their sites, or, with undefined, about to choose one. */
export function atSite(session: Session, siteId: string | undefined): Session {
  const { siteId: _, ...rest } = session;
  return siteId === undefined ? rest : { ...rest, siteId };
}

function fields(from: unknown): Readonly<Record<string, unknown>> {
  return typeof from === 'object' && from !== null ? { ...from } : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parsedJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    // Something else wrote there: it is as if nothing had been kept.
    return undefined;
  }
}
