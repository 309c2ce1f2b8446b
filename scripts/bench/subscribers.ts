/**
 * Many readers in one process, on bare sockets and as light as they can be: what is measured is the server and not its
 * clients, which in life are on machines of their own.
 */
import { connect, type Socket } from 'node:net';

export interface Subscribers {
  /** Resolves when all of them have seen the next change, with the moment of each on the machine's monotonic clock. */
  nextSeen(): Promise<readonly bigint[]>;
  close(): void;
}

/** A shape's address without the protocol's parameters, and what lets one read it. */
export interface Followed {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer's headers and when it was complete. */
interface Answer {
  readonly head: string;
  readonly at: bigint;
}

const END_OF_HEAD = '\r\n\r\n';

/** Readers that wait for a shape as the official client does: a request is held, answered, and asked again at once. */
export async function followShape({ url, headers }: Followed, count: number): Promise<Subscribers> {
  const { hostname, port, pathname, search } = new URL(url);
  const fields = Object.entries({
    host: `${hostname}:${port}`,
    'accept-encoding': 'gzip, deflate',
    ...headers,
  });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const requestFor = (place: string) => `GET ${pathname}${search}&${place} HTTP/1.1\r\n${lines}\r\n`;
  const watch = createWatch(count);
  const sockets: Socket[] = [];
  const waiting = Promise.withResolvers<void>();
  let started = 0;
  for (let index = 0; index < count; index += 1) {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    sockets.push(socket);
    socket.on('error', watch.fail);
    let isStarted = false;
    onAnswers(socket, ({ head, at }) => {
      if (!isStarted) started += 1;
      isStarted = true;
      if (started === count) waiting.resolve();
      if (!head.startsWith('HTTP/1.1 200')) watch.fail(new Error(head.slice(0, 400)));
      if (head.includes('electric-has-data: true')) watch.saw(index, at);
      socket.write(requestFor(`live=true&${placeOf(head)}`));
    });
    socket.write(requestFor('offset=now'));
  }
  await waiting.promise;
  return { nextSeen: watch.nextSeen, close: () => closeAll(sockets) };
}

/** Readers of a stream that stays open. @returns when the server has greeted all of them: before, it knows of no such reader. */
export async function followStream(url: string, count: number): Promise<Subscribers> {
  const { hostname, port } = new URL(url);
  const watch = createWatch(count);
  const sockets: Socket[] = [];
  const greeted: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    sockets.push(socket);
    socket.on('error', watch.fail);
    greeted.push(
      new Promise((resolve, reject) => {
        socket.once('data', () => resolve());
        socket.once('error', reject);
      }),
    );
    socket.on('data', (piece) => {
      if (piece.includes('data: ')) watch.saw(index, process.hrtime.bigint());
    });
    socket.write(`GET / HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  }
  await Promise.all(greeted);
  return { nextSeen: watch.nextSeen, close: () => closeAll(sockets) };
}

function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) {
    socket.removeAllListeners('error');
    socket.on('error', () => {});
    socket.destroy();
  }
}

/** Handle, offset and cursor of an answer, as parameters of the next request. */
function placeOf(head: string): string {
  const header = (name: string) => new RegExp(`\r\n${name}: ([^\r]*)`).exec(head)?.[1] ?? '';
  return `handle=${header('electric-handle')}&offset=${header('electric-offset')}&cursor=${header('electric-cursor')}`;
}

/** Cuts what arrives into answers by their declared length. */
function onAnswers(socket: Socket, onAnswer: (answer: Answer) => void): void {
  let head = '';
  let missing = 0;
  const take = (): void => {
    const answer = { head, at: process.hrtime.bigint() };
    head = '';
    onAnswer(answer);
  };
  socket.on('data', (piece) => {
    if (missing > 0) {
      missing -= piece.length;
      if (missing <= 0) take();
      return;
    }
    head += piece.toString('latin1');
    const end = head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    missing = end + END_OF_HEAD.length + length - head.length;
    if (missing <= 0) take();
  });
}

function createWatch(count: number) {
  let seen = new Map<number, bigint>();
  let next = Promise.withResolvers<readonly bigint[]>();
  let failed: Error | undefined;
  const expect = (): Promise<readonly bigint[]> => {
    seen = new Map();
    next = Promise.withResolvers();
    // Whoever waits for it may still be busy with something else when it fails.
    next.promise.catch(() => {});
    if (failed !== undefined) next.reject(failed);
    return next.promise;
  };
  return {
    nextSeen: expect,
    saw: (index: number, at: bigint): void => {
      if (!seen.has(index)) seen.set(index, at);
      if (seen.size === count) next.resolve([...seen.values()]);
    },
    fail: (error: Error): void => {
      failed ??= error;
      next.reject(error);
    },
  };
}
