/**
 * A network cable that can be pulled: a TCP proxy on loopback between a client and a server, with the faults that a kernel
 * without netem cannot make. The demo's "cut the link" is this, and so are lost replies, delays and links that break.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Cable {
  readonly port: number;
  readonly url: string;
  /** Breaks every connection and refuses new ones. */
  cut(): void;
  /** Lets connections through again. */
  restore(): void;
  isCut(): boolean;
  /** Requests arrive, answers do not: the fault that idempotency is for. Existing connections are affected at once. */
  loseReplies(lose: boolean): void;
  /** Breaks the link each time this many bytes have passed towards the server; 0 never. */
  breakEvery(bytes: number): void;
  /** Bytes that have passed towards the server and back. */
  passed(): { up: number; down: number };
  close(): Promise<void>;
}

export interface CableOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly port?: number;
  /** Delay in each direction, in milliseconds: half a round trip. */
  readonly delayMs?: number;
  /** What the line carries towards the server in a second, for all connections together; without it as much as comes. */
  readonly bytesPerSecond?: number;
}

/** Lays a cable to `target`. It listens on loopback only. */
export async function layCable(options: CableOptions): Promise<Cable> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const delayMs = options.delayMs ?? 0;
  const passed = { up: 0, down: 0 };
  let isCut = false;
  let replies = true;
  let limit = 0;
  let sinceBreak = 0;
  /** When the line will have carried what it was given. */
  let busyUntilMs = 0;
  const queuedMs = (bytes: number): number => {
    if (options.bytesPerSecond === undefined) return delayMs;
    const now = performance.now();
    busyUntilMs = Math.max(busyUntilMs, now) + (bytes / options.bytesPerSecond) * 1_000;
    return delayMs + busyUntilMs - now;
  };

  const breakAll = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  const server: Server = createServer({ noDelay: true }, (near) => {
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...options.target, noDelay: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) {
      socket.on('error', end);
      socket.on('close', end);
    }
    carry(near, far, queuedMs, (bytes) => {
      passed.up += bytes;
      sinceBreak += bytes;
      if (limit > 0 && sinceBreak >= limit) {
        sinceBreak = 0;
        breakAll();
        return false;
      }
      return true;
    });
    carry(
      far,
      near,
      () => delayMs,
      (bytes) => {
        if (replies) passed.down += bytes;
        return replies;
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    cut() {
      isCut = true;
      breakAll();
    },
    restore() {
      isCut = false;
    },
    isCut: () => isCut,
    loseReplies(lose) {
      replies = !lose;
    },
    breakEvery(bytes) {
      limit = bytes;
      sinceBreak = 0;
    },
    passed: () => ({ ...passed }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}

/** Carries bytes one way, in order, `lateMs` late; `pass` is asked for each piece and may swallow it. */
function carry(
  from: Socket,
  to: Socket,
  lateMs: (bytes: number) => number,
  pass: (bytes: number) => boolean,
): void {
  const later = (delayMs: number, run: () => void) => (delayMs > 0 ? setTimeout(run, delayMs) : run());
  from.on('data', (piece) => {
    if (!pass(piece.length)) return;
    later(lateMs(piece.length), () => {
      if (to.destroyed || to.writableEnded) return;
      if (!to.write(piece)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
  });
  from.on('end', () => later(lateMs(0), () => void to.end()));
}
