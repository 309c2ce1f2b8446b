/**
 * The network of the branch: a totem that is the hub serves on it, and others ask it there by its name. The app is asked in
 * this process; a request that it holds ends when its asker goes, and all of them when the hub dies.
 */
import type { BranchNetwork, HubFetch } from '@totem/edge';
import type { Asked, WireAnswer, WireRequest } from './cloud-node.ts';
import { type ProcessLife, within } from './life.ts';

/** Carries a request of one totem to another. */
export type AskNeighbour = (url: URL, request: WireRequest, signal?: AbortSignal) => Promise<WireAnswer>;

interface App {
  fetch(request: Request): Response | Promise<Response>;
}

export interface LanDoor {
  /** For the agent of this life. */
  readonly network: BranchNetwork;
  ask(request: WireRequest): Asked;
  isServing(): boolean;
  /** The process has ended: nobody answers any more. */
  die(): void;
}

const PORT = 4_443;

export function createLanDoor(life: ProcessLife, name: string, askNeighbour: AskNeighbour): LanDoor {
  let app: App | undefined;
  const leavers = new Set<() => void>();
  return {
    network: {
      serve: async (served) => {
        app = served;
        return {
          port: PORT,
          url: `https://${name}:${PORT}`,
          renewTls: () => {},
          close: async () => {
            app = undefined;
            for (const leave of [...leavers]) leave();
          },
        };
      },
      fetchFor: () => fetchThrough(askNeighbour),
    },
    ask(request) {
      const at = app;
      if (at === undefined || life.isDead)
        return { answer: Promise.reject(new Error('nobody serves here')), leave: () => {} };
      const leaving = new AbortController();
      const died = Promise.withResolvers<never>();
      died.promise.catch(() => {});
      const leave = (): void => {
        leaving.abort();
        died.reject(new Error('the hub is gone'));
      };
      leavers.add(leave);
      const answer = within(life, async () =>
        plainAnswer(await at.fetch(requestOf(request, leaving.signal))),
      );
      answer.catch(() => {});
      return {
        answer: Promise.race([answer, died.promise]).finally(() => leavers.delete(leave)),
        leave: () => leaving.abort(),
      };
    },
    isServing: () => app !== undefined,
    die() {
      for (const leave of [...leavers]) leave();
    },
  };
}

function requestOf({ method, path, headers, body }: WireRequest, signal: AbortSignal): Request {
  const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.length) };
  return new Request(`https://hub.world${path}`, {
    method,
    headers: { ...headers, ...length },
    signal,
    ...(body === undefined ? {} : { body }),
  });
}

async function plainAnswer(answer: Response): Promise<WireAnswer> {
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: await answer.text(),
  };
}

function fetchThrough(askNeighbour: AskNeighbour): HubFetch {
  return {
    fetch: async (input, init = {}) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const { signal, ...rest } = init;
      const answer = await askNeighbour(url, await wireRequest(url, rest), signal ?? undefined);
      return responseOf(answer);
    },
    close: () => {},
  };
}

/** What `fetch` was given, as it goes over the wire. */
export async function wireRequest(url: URL, init: RequestInit): Promise<WireRequest> {
  // The standard object knows the type of a body that did not say it.
  const request = new Request(url, init);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    path: url.pathname + url.search,
    headers: Object.fromEntries(request.headers),
    body: bytes.length === 0 ? undefined : bytes,
  };
}

export function responseOf({ status, headers, body }: WireAnswer): Response {
  return new Response(status === 204 || status === 304 ? null : body, { status, headers });
}
