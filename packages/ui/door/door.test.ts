/** The write door: one act has one effect, silence is asked again, and every answer has a code. */
import type { PriorityClassId, ServiceId } from '@totem/domain';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import { createDoor, TRIES_MAX, TRY_MS_MAX } from './door.ts';
import { DoorError } from './door-error.ts';

type Reply = Response | Error | 'silence';
const ASK = {
  type: 'ticket.create',
  serviceId: 's' as ServiceId,
  priorityClassId: 'p' as PriorityClassId,
} as const;
const DONE = { commandId: 'c', ticket: { id: 't', code: 'A001', state: 'waiting', serviceId: 's' } };
const done = () => Response.json(DONE);
const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });

/** A door whose server gives these replies, then the last one for ever. Time jumps to whatever is waited for. */
function stage(...replies: Reply[]) {
  const virtual = virtualWorld();
  const sent: { url: string; body: { id: string }; authorization: string | null }[] = [];
  let refused = 0;
  const send: typeof fetch = async (url, init) => {
    const reply = replies[Math.min(sent.length, replies.length - 1)] ?? 'silence';
    const authorization = new Headers(init?.headers).get('authorization');
    sent.push({ url: String(url), body: JSON.parse(String(init?.body ?? '{}')), authorization });
    if (reply instanceof Error) throw reply;
    return reply === 'silence' ? new Promise(() => {}) : reply.clone();
  };
  const timers = {
    ...virtual.timers,
    after: (delayMs: number, run: () => void) => {
      const cancel = virtual.timers.after(delayMs, run);
      // A limit of a try passes only where nothing else could happen; pauses pass at once.
      const isLimit = delayMs === TRY_MS_MAX;
      const isSilent = replies[Math.min(sent.length, replies.length - 1)] === 'silence';
      if (!isLimit || isSilent) queueMicrotask(() => virtual.advance(delayMs));
      return cancel;
    },
  };
  const world = { env: virtual.env, timers, fetch: send };
  const onUnauthorized = () => {
    refused += 1;
  };
  const door = createDoor({ baseUrl: 'http://hub/', token: () => 'key', onUnauthorized, world });
  return { door, sent, world, onUnauthorized, refused: () => refused };
}

const codeOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'no error',
    (error: unknown) => (error instanceof DoorError ? error.code : error),
  );

describe('a command', () => {
  it('is sent once, with an id and the token, when it is answered', async () => {
    const { door, sent } = stage(done());
    expect(await door.command(ASK)).toEqual(DONE);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ url: 'http://hub/v1/commands', authorization: 'Bearer key', body: ASK });
    expect(sent[0]?.body.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['a broken connection', new TypeError('failed to fetch')],
    ['silence', 'silence'],
    ['a gateway that speaks for a server it cannot reach', new Response('<html>', { status: 502 })],
  ] as const)('is repeated with the same id after %s', async (_, reply) => {
    const { door, sent } = stage(reply, reply, done());
    expect(await door.command(ASK)).toEqual(DONE);
    expect(new Set(sent.map(({ body }) => body.id)).size).toBe(1);
    expect(sent).toHaveLength(3);
  });

  it('is given up after its last try, as unreachable', async () => {
    const { door, sent } = stage(new TypeError('failed to fetch'));
    expect(await codeOf(door.command(ASK))).toBe('unreachable');
    expect(sent).toHaveLength(TRIES_MAX);
  });

  it('of another act has another id, and of the same act the one that is given', async () => {
    const { door, sent } = stage(done());
    const id = door.newCommandId();
    await door.command(ASK);
    await door.command(ASK);
    await door.command(ASK, id);
    expect(new Set(sent.map(({ body }) => body.id)).size).toBe(3);
    expect(sent[2]?.body.id).toBe(id);
  });
});

describe('an answer that is no', () => {
  it.each([
    ['a refusal', problem(409, { code: 'recall_too_soon', params: { seconds: 3 } }), 'recall_too_soon'],
    ['a fault with a code', problem(503, { code: 'storage_fault' }), 'storage_fault'],
    ['a code that this version does not know', problem(409, { code: 'of_tomorrow' }), 'internal_error'],
    ['a proxy without a word', new Response('', { status: 403 }), 'forbidden'],
    ['a page where JSON should be', new Response('<html>', { status: 200 }), 'internal_error'],
  ] as const)('such as %s is final, and has the code of the catalogue', async (_, reply, code) => {
    const { door, sent } = stage(reply);
    expect(await codeOf(door.command(ASK))).toBe(code);
    expect(sent).toHaveLength(1);
  });

  it('carries what its text names', async () => {
    const { door } = stage(problem(409, { code: 'recall_too_soon', params: { seconds: 3, bad: {} } }));
    const error = await door.command(ASK).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 409, params: { seconds: 3 } });
  });

  it('tells the screen when the token is not accepted', async () => {
    const { door, refused } = stage(problem(401, { code: 'unauthorized' }));
    expect(await codeOf(door.command(ASK))).toBe('unauthorized');
    expect(refused()).toBe(1);
  });
});

describe('a token that is not accepted', () => {
  const unauthorized = () => problem(401, { code: 'unauthorized' });
  /** A door whose token can be renewed, as often as `fresh` says. */
  function renewing(fresh: (string | DoorError)[], ...replies: Reply[]) {
    const { sent, world, refused, onUnauthorized } = stage(...replies);
    let token = 'old';
    const asked: (string | null)[] = [];
    const door = createDoor({
      baseUrl: 'http://hub',
      world,
      token: () => token,
      onUnauthorized,
      renew: async (shown) => {
        asked.push(shown);
        const next = fresh.shift();
        if (next instanceof DoorError) throw next;
        token = next ?? token;
        return next !== undefined;
      },
    });
    return { door, sent, refused, asked };
  }

  it('is renewed, and the same command sent again with the new one', async () => {
    const { door, sent, refused, asked } = renewing(['new'], unauthorized(), done());
    expect(await door.command(ASK)).toEqual(DONE);
    expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(new Set(sent.map(({ body }) => body.id)).size).toBe(1);
    expect([refused(), asked]).toEqual([0, ['old']]);
  });

  it('is not renewed twice for one command', async () => {
    const { door, sent, refused } = renewing(['new', 'newer'], unauthorized());
    expect(await codeOf(door.command(ASK))).toBe('unauthorized');
    expect([sent.length, refused()]).toEqual([2, 0]);
  });

  it('ends where there is no other', async () => {
    const { door, sent, refused } = renewing([], unauthorized());
    expect(await codeOf(door.command(ASK))).toBe('unauthorized');
    expect([sent.length, refused()]).toEqual([1, 1]);
  });

  it('ends nothing while nobody answers', async () => {
    const { door, refused } = renewing([new DoorError('unreachable')], unauthorized());
    expect(await codeOf(door.command(ASK))).toBe('unreachable');
    expect(refused()).toBe(0);
  });
});

it('a shape is named with the place of the token, which is asked for once', async () => {
  const { door, sent } = stage(Response.json({ tenantId: 't', siteId: 's', role: 'totem' }));
  const [one] = await Promise.all([door.shapeUrl('site'), door.shapeUrl('service')]);
  expect(one).toBe('http://hub/v1/shape?shape=site&tenant=t&site=s');
  expect(sent.map(({ url }) => url)).toEqual(['http://hub/v1/me']);
});
