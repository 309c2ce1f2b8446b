/** The server against clients that do not behave, and what it says of each request to those who count and read. */
import { rawExchange, rawSocket, statusesOf } from '@totem/testkit/raw-socket';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import type { EndedRequest } from './http-watch.ts';
import { createLog } from './log.ts';
import { onNotFound, onProblem } from './problem.ts';
import { currentRequest } from './request-mark.ts';
import { type Served, type ServeOptions, serveHttp } from './serve.ts';

let served: Served | undefined;
afterEach(async () => {
  await served?.close(0);
  served = undefined;
});

interface Stage {
  readonly port: number;
  readonly url: string;
  /** `METHOD path` of each request that reached the app. */
  readonly reached: string[];
  readonly ended: EndedRequest[];
  readonly refused: string[];
  readonly lines: Record<string, unknown>[];
  /** Resolves with the first ended request that fits. */
  answered(fits: (request: EndedRequest) => boolean): Promise<EndedRequest>;
}

async function stage(options: Partial<ServeOptions> = {}, app: Hono = new Hono()): Promise<Stage> {
  const reached: string[] = [];
  const ended: EndedRequest[] = [];
  const refused: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const log = createLog('test', {
    level: 'debug',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const root = new Hono();
  root.onError(onProblem(log));
  root.notFound(onNotFound);
  root.use(async (c, next) => {
    reached.push(`${c.req.method} ${c.req.path}`);
    await next();
  });
  root.get('/ok', (c) => c.text('ok'));
  root.post('/echo', async (c) => c.text(await c.req.text()));
  root.get('/bug', () => {
    throw new Error('a bug');
  });
  root.route('/', app);
  const watch = {
    began: () => {},
    ended: (request: EndedRequest) => {
      ended.push(request);
      for (const look of [...waiting]) look();
    },
    refused: (reason: string) => void refused.push(reason),
  };
  served = await serveHttp(root, { host: '127.0.0.1', port: 0, log, watch, ...options });
  const answered = (fits: (request: EndedRequest) => boolean) =>
    new Promise<EndedRequest>((resolve) => {
      const look = () => {
        const found = ended.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { port: served.port, url: served.url, reached, ended, refused, lines, answered };
}

describe('a client that does not behave', () => {
  test('opens 200 connections and says little: others are served meanwhile, and it is shown out', async () => {
    const { port, url, refused } = await stage({ limits: { headersTimeoutMs: 300, checkEveryMs: 50 } });
    const slow = await Promise.all(Array.from({ length: 200 }, () => rawSocket(port)));
    for (const socket of slow) socket.send('GET /ok HTTP/1.1\r\nHost: a\r\nX-Slow:');
    const served = await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/ok`)));
    expect(served.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const ends = await Promise.all(slow.map((socket) => socket.ended()));
    expect(new Set(ends.flatMap(statusesOf))).toEqual(new Set([408]));
    expect(refused).toEqual(Array(200).fill('too_slow'));
  });

  test('sends its body a byte at a time: it is shown out, and the app is not held up', async () => {
    const { port, url, refused } = await stage({
      limits: { headersTimeoutMs: 200, requestTimeoutMs: 300, checkEveryMs: 50 },
    });
    const socket = await rawSocket(port);
    socket.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{');
    expect((await fetch(`${url}/ok`)).status).toBe(200);
    expect(statusesOf(await socket.ended())).toEqual([408]);
    expect(refused).toEqual(['too_slow']);
  });

  const body = 'Host: a\r\nContent-Type: text/plain\r\n';
  test.each([
    [
      'a length and chunks',
      `POST /echo HTTP/1.1\r\n${body}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n`,
    ],
    [
      'two lengths that differ',
      `POST /echo HTTP/1.1\r\n${body}Content-Length: 4\r\nContent-Length: 0\r\n\r\nabcd`,
    ],
    [
      'two lengths that are equal',
      `POST /echo HTTP/1.1\r\n${body}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`,
    ],
    ['two lengths in one line', `POST /echo HTTP/1.1\r\n${body}Content-Length: 4, 4\r\n\r\nabcd`],
    ['a length with a sign', `POST /echo HTTP/1.1\r\n${body}Content-Length: +4\r\n\r\nabcd`],
    [
      'chunks in a coding of their own',
      `POST /echo HTTP/1.1\r\n${body}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', `POST /echo HTTP/1.1\r\n${body}Content-Length : 4\r\n\r\nabcd`],
    [
      'a folded header',
      `GET /ok HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\nX-B: 3\r\n\r\n`.replace('\r\n 2', '\n 2'),
    ],
    ['a NUL in a header', 'GET /ok HTTP/1.1\r\nHost: a\r\nX-A: b\u0000c\r\n\r\n'],
    ['no host', 'GET /ok HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET /ok HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['a host that is an address of something else', 'GET /ok HTTP/1.1\r\nHost: a/../b?c\r\n\r\n'],
    ['a backslash in the path', 'GET /\\ok HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a method that is none', 'G@T /ok HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['bytes of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['a preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('sends %s: refused with 400, and nothing of it reaches the app', async (_, bytes) => {
    const { port, reached } = await stage();
    const socket = await rawSocket(port);
    socket.send(Buffer.from(bytes, 'latin1'));
    await socket.until(/^HTTP\/1\.1 400 /);
    expect(statusesOf(socket.received())).toEqual([400]);
    expect(reached).toEqual([]);
    socket.destroy();
  });

  test.each([
    ['of a length below nothing', 'chunked', '-1\r\n\r\n'],
    ['without an end to their lines', 'chunked', '1\nx\n0\n\n'],
    ['in a coding that nobody knows', 'xchunked', '0\r\n\r\n'],
  ])(
    'sends chunks %s: refused with 400, and nothing after them is taken for a request',
    async (_, coding, chunks) => {
      const { port, reached } = await stage();
      const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
      const received = await rawExchange(
        port,
        `POST /echo HTTP/1.1\r\n${body}Transfer-Encoding: ${coding}\r\n\r\n${chunks}${hidden}`,
      );
      expect(statusesOf(received)).toEqual([400]);
      expect(reached).not.toContain('GET /hidden');
    },
  );

  test.each(['GET /ok\r\n\r\n', 'GET /ok HTTP/0.9\r\n\r\n', 'GET /ok HTTP/2.0\r\nHost: a\r\n\r\n'])(
    'speaks another HTTP: %j is answered with 505, and the connection ended',
    async (bytes) => {
      const { port, reached } = await stage();
      expect(statusesOf(await rawExchange(port, bytes))).toEqual([505]);
      expect(reached).toEqual([]);
    },
  );

  test('sends 20 kB of headers: 431', async () => {
    const { port, refused, reached } = await stage();
    const received = await rawExchange(
      port,
      `GET /ok HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    expect(statusesOf(received)).toEqual([431]);
    expect([refused, reached]).toEqual([['headers_too_large'], []]);
  });

  test('sends chunks with 20 kB of extensions: 413', async () => {
    const { port, refused } = await stage();
    const extended = `1;a=${'a'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`;
    const received = await rawExchange(
      port,
      `POST /echo HTTP/1.1\r\n${body}Transfer-Encoding: chunked\r\n\r\n${extended}`,
    );
    expect(statusesOf(received)).toEqual([413]);
    expect(refused).toEqual(['chunks_too_large']);
  });

  test('sends a request and then garbage: the first is answered, the rest refused, the connection ended', async () => {
    const { port, reached } = await stage();
    const socket = await rawSocket(port);
    socket.send('GET /ok HTTP/1.1\r\nHost: a\r\n\r\n');
    await socket.until(/ok$/);
    socket.send('garbage garbage\r\n\r\nGET /ok HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(statusesOf(await socket.ended())).toEqual([200, 400]);
    expect(reached).toEqual(['GET /ok']);
  });

  test('leaves in the middle of its request: nothing is answered, and nothing is logged as a failure', async () => {
    const { port, lines, url } = await stage();
    const socket = await rawSocket(port);
    socket.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{');
    socket.destroy();
    await socket.ended();
    expect((await fetch(`${url}/ok`)).status).toBe(200);
    expect(lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

describe('a request', () => {
  test('is told of once it has been answered, by its method, status and refusal', async () => {
    const { url, ended, answered } = await stage();
    await fetch(`${url}/nothing-here`);
    await answered(({ status }) => status === 404);
    expect(ended).toEqual([
      expect.objectContaining({ method: 'GET', status: 404, code: 'not_found', isAborted: false }),
    ]);
  });

  test('that fails is logged as an error with its cause and id, and answered without either cause or place', async () => {
    const { url, lines } = await stage();
    const answer = await fetch(`${url}/bug`, { headers: { 'x-request-id': 'chosen-by-the-caller' } });
    const problem = (await answer.json()) as Record<string, unknown>;
    expect([answer.status, problem.code, problem.requestId]).toEqual([
      500,
      'internal_error',
      'chosen-by-the-caller',
    ]);
    expect(JSON.stringify(problem)).not.toMatch(/a bug|serve\.test|node_modules/);
    expect(lines.filter(({ level }) => level === 50)).toEqual([
      expect.objectContaining({
        requestId: 'chosen-by-the-caller',
        err: expect.objectContaining({ message: 'a bug' }),
      }),
    ]);
  });

  test('that is refused is counted and leaves one line for those who look closely', async () => {
    const { url, lines, answered } = await stage();
    await fetch(`${url}/nothing-here`);
    await answered(({ status }) => status === 404);
    expect(lines).toEqual([expect.objectContaining({ level: 20, msg: 'answered', problem: 'not_found' })]);
  });

  test('whose client leaves before the answer is told of as aborted', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: never } = Promise.withResolvers<Response>();
    const app = new Hono().get('/never', () => {
      arrive();
      return never;
    });
    const { port, answered } = await stage({}, app);
    const socket = await rawSocket(port);
    socket.send('GET /never HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    socket.destroy();
    expect(await answered(({ isAborted }) => isAborted)).toMatchObject({ method: 'GET' });
  });
});

describe('a server that is closed', () => {
  /** A route that answers when it is told to. */
  function slowRoute() {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: free, resolve: release } = Promise.withResolvers<void>();
    const app = new Hono().get('/slow', async (c) => {
      arrive();
      await free;
      return c.text(`done by ${currentRequest()?.route}`);
    });
    return { app, arrived, release };
  }

  test('finishes what it has begun, says that the connection ends, and takes nothing new', async () => {
    const { app, arrived, release } = slowRoute();
    const { port, url } = await stage({}, app);
    const socket = await rawSocket(port);
    socket.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    const closed = served?.close(60_000);
    await expect(fetch(`${url}/ok`)).rejects.toThrow();
    release();
    const received = await socket.ended();
    expect(statusesOf(received)).toEqual([200]);
    expect(received).toMatch(/connection: close/i);
    await closed;
  });

  test('ends connections that wait for a next request at once', async () => {
    const { port } = await stage();
    const socket = await rawSocket(port);
    socket.send('GET /ok HTTP/1.1\r\nHost: a\r\n\r\n');
    await socket.until(/ok$/);
    await served?.close(60_000);
    await socket.ended();
  });

  test('waits no longer than it may', async () => {
    const { app, arrived, release } = slowRoute();
    const { port } = await stage({}, app);
    const socket = await rawSocket(port);
    socket.send('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    await served?.close(10);
    expect(await socket.ended()).toBe('');
    release();
  });
});
