/**
 * The two doors of any server that a screen may be given (cloud, hub or its own totem): commands are written through
 * `POST /v1/commands`, and shapes are read from `GET /v1/shape`. A command gets its id once, for each thing that a person
 * did, and is repeated with that id while nothing answers: the server repeats its answer, never the effect.
 */
import {
  type CommandDone,
  type CommandId,
  type CommandInput,
  newId,
  type ShapeName,
  type ShapeQuery,
  type SiteId,
  type TenantId,
} from '@totem/domain';
import { browserWorld, type World } from '../time/world.ts';
import { DoorError, doorErrorFrom } from './door-error.ts';

/** Tries of one command or question, with its first. */
export const TRIES_MAX = 6;
/** The pause before the second try; it doubles from try to try. */
export const RETRY_DELAY_MS = 300;
export const RETRY_DELAY_MS_MAX = 3_000;
/** How long one try may take before it counts as unanswered. */
export const TRY_MS_MAX = 10_000;

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
/** A command as a screen asks for it: the door makes the id. */
export type CommandAsk = WithoutId<CommandInput>;

/** Whose rows, and of which site. */
export interface Place {
  readonly tenantId: string;
  readonly siteId: string;
}

/** What a server says about who is asking. It may say more. */
export interface Me {
  readonly tenantId: TenantId;
  /** Null for a person who works at several sites. */
  readonly siteId: SiteId | null;
  readonly [member: string]: unknown;
}

export interface DoorOptions {
  /** Origin and path before `/v1`; empty for the page's own origin. A function where the server can change. */
  readonly baseUrl: string | (() => string);
  /**
   * A server said that another one serves the site: finds it. True when `baseUrl` is another than `asked` now, and the same may be
   * asked there.
   */
  readonly onMisdirected?: (asked: string) => Promise<boolean>;
  /** Calls back when `baseUrl` has changed. @returns stops it. */
  readonly onMoved?: (moved: () => void) => () => void;
  readonly token: () => string | null;
  /** Called for each answer that does not accept the token, unless there is another one. */
  readonly onUnauthorized: () => void;
  /**
   * Gets another token in place of one that was not accepted, or finds that there is one already. False when there will be
   * none. @throws DoorError `unreachable` when nobody answers.
   */
  readonly renew?: (refused: string | null) => Promise<boolean>;
  /** The place, where the screen knows it; else the door asks `GET /v1/me`, once. */
  readonly place?: () => Place | null;
  readonly world?: World;
}

export interface Door {
  readonly world: World;
  /** Who the token belongs to. @throws DoorError */
  me(): Promise<Me>;
  /**
   * Gives a command and waits for its answer. `id` is left out for a new act of a person; whoever asks again because the
   * answer did not come gives the id of the first time, so that the effect cannot happen twice.
   * @throws DoorError: a refusal, or `unreachable` after the last try.
   */
  command(ask: CommandAsk, id?: CommandId): Promise<CommandDone>;
  /** Asks one of the server's other questions, by its path. @throws DoorError */
  question(path: string): Promise<unknown>;
  /** Tells the server something else by its path, which it takes as one however often it is told. @throws DoorError */
  tell(path: string, body: object): Promise<unknown>;
  /** The id of a new act. */
  newCommandId(): CommandId;
  /** The full URL of a shape. @throws DoorError when the place is not known and cannot be asked for. */
  shapeUrl(name: ShapeName): Promise<string>;
  /** The header that carries the token; empty without one. */
  authorization(): Readonly<Record<string, string>>;
  /**
   * A request with this header was not accepted. True when the same request may be sent again, with the header of now.
   * @throws DoorError `unreachable`
   */
  unauthorized(authorization: string | null): Promise<boolean>;
  /** A request to a server under this URL was answered with 421: see `DoorOptions.onMisdirected`. */
  misdirected(url: string): Promise<boolean>;
  /** Calls back when another server is asked than before. @returns stops it. */
  onMoved(moved: () => void): () => void;
}

/** Opens the doors of a server. Nothing is sent before something is asked. */
export function createDoor(options: DoorOptions): Door {
  const world = options.world ?? browserWorld;
  const { baseUrl } = options;
  const baseNow = (): string => (typeof baseUrl === 'string' ? baseUrl : baseUrl()).replace(/\/+$/, '');
  let known: Promise<Me> | undefined;

  const newCommandId = (): CommandId => newId(world.env);
  const authorization = (): Readonly<Record<string, string>> => {
    const token = options.token();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };
  const unauthorized = async (shown: string | null): Promise<boolean> => {
    const refused = shown === null ? null : shown.replace(/^Bearer /, '');
    if ((await options.renew?.(refused)) === true) return true;
    options.onUnauthorized();
    return false;
  };
  const misdirected = async (asked: string): Promise<boolean> =>
    (await options.onMisdirected?.(asked)) ?? false;
  const ask = async (path: string, init: RequestInit): Promise<unknown> => {
    const base = baseNow();
    const answer = await askAt(base, path, init);
    // It was an answer: nothing of the command is left there, so another server may be given it.
    const isMoved = answer.status === 421 && (await misdirected(base));
    const last = isMoved ? await askAt(baseNow(), path, init) : answer;
    if (!last.ok) throw doorErrorFrom(last.status, last.body);
    return last.body;
  };
  /** A command that gets no answer is asked again, and always where it was asked first. */
  const askAt = async (base: string, path: string, init: RequestInit): Promise<Answer> => {
    const send = () => {
      const headers = { accept: 'application/json', ...authorization(), ...init.headers };
      return repeated(world, () => world.fetch(`${base}${path}`, { ...init, headers }));
    };
    const shown = authorization().authorization ?? null;
    const answer = await send();
    return answer.status === 401 && (await unauthorized(shown)) ? send() : answer;
  };
  const me = async (): Promise<Me> => parsedMe(await ask('/v1/me', { method: 'GET' }));
  const place = async (): Promise<Place> => {
    const given = options.place?.() ?? null;
    if (given !== null) return given;
    known ??= me();
    const asked = known;
    const { tenantId, siteId } = await asked.catch((error: unknown) => {
      // The next reader asks again: a failure is not an answer to keep.
      if (known === asked) known = undefined;
      throw error;
    });
    if (siteId === null) throw new DoorError('not_found');
    return { tenantId, siteId };
  };

  const post = (path: string, body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  };

  return {
    world,
    me,
    authorization,
    unauthorized,
    misdirected,
    onMoved: (moved) => options.onMoved?.(moved) ?? (() => {}),
    newCommandId,
    question: (path) => ask(path, { method: 'GET' }),
    tell: post,
    command: async (input, id = newCommandId()) => parsedDone(await post('/v1/commands', { ...input, id })),
    shapeUrl: async (name) => {
      const { tenantId, siteId } = await place();
      const query = { shape: name, tenant: tenantId, site: siteId } satisfies ShapeQuery;
      const base = baseNow();
      return `${base === '' ? location.origin : base}/v1/shape?${new URLSearchParams(query)}`;
    },
  };
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

/** One request until something answers it. Only silence and gateways are asked again; every word of a server is final. */
async function repeated(world: World, send: () => Promise<Response>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await once(world, send);
    if (!(answer instanceof DoorError)) return answer;
    if (tries >= TRIES_MAX) throw answer;
    await pause(world, Math.min(RETRY_DELAY_MS * 2 ** (tries - 1), RETRY_DELAY_MS_MAX));
  }
}

async function once(world: World, send: () => Promise<Response>): Promise<Answer | DoorError> {
  const late = Promise.withResolvers<DoorError>();
  const cancel = world.timers.after(TRY_MS_MAX, () => late.resolve(new DoorError('unreachable')));
  try {
    return await Promise.race([read(send), late.promise]);
  } catch (cause) {
    return new DoorError('unreachable', { cause });
  } finally {
    cancel();
  }
}

async function read(send: () => Promise<Response>): Promise<Answer | DoorError> {
  const response = await send();
  const text = await response.text();
  const body = parsedJson(text);
  const isGateway = [502, 503, 504].includes(response.status) && body === undefined;
  return isGateway ? new DoorError('unreachable') : { ok: response.ok, status: response.status, body };
}

function pause(world: World, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    world.timers.after(delayMs, resolve);
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsedMe(body: unknown): Me {
  const fields: Readonly<Record<string, unknown>> =
    typeof body === 'object' && body !== null ? { ...body } : {};
  if (typeof fields.tenantId !== 'string') throw new DoorError('internal_error');
  const siteId = typeof fields.siteId === 'string' ? (fields.siteId as SiteId) : null;
  return { ...fields, tenantId: fields.tenantId as TenantId, siteId };
}

function parsedDone(body: unknown): CommandDone {
  if (typeof body !== 'object' || body === null || !('commandId' in body))
    throw new DoorError('internal_error');
  return body as CommandDone;
}
