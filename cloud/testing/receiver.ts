/** A receiver of webhooks for tests: a real HTTP server that keeps what it was sent and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request; one that is not ended hangs. */
export type Answering = (answer: ServerResponse, received: Received) => void;

export interface TestReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  answers(how: Answering): void;
  /** Resolves when as many requests have come. */
  hasReceived(count: number): Promise<void>;
  close(): Promise<void>;
}

export const withStatus =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  (answer) =>
    void answer.writeHead(status, headers).end('noted');

export async function testReceiver(): Promise<TestReceiver> {
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let answering: Answering = withStatus(204);
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
      answering(answer, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers: (how) => {
      answering = how;
    },
    hasReceived: (count) =>
      received.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => void waiting.push({ count, resolve })),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
