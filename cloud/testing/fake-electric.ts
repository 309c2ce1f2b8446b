/** Stands in for a real Electric service in tests: keeps what it was asked and answers what it is told to. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ElectricRequest {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingHttpHeaders;
}

export interface FakeElectric {
  readonly url: string;
  readonly requests: readonly ElectricRequest[];
  /** Answers from now on; an answer may stay open. */
  answer(how: (response: ServerResponse, request: ElectricRequest) => void): void;
  close(): Promise<void>;
}

/** The headers that every answer of the log has. */
export const ELECTRIC_HEADERS = {
  'content-type': 'application/json',
  'electric-handle': '3833821-1721812114261',
  'electric-offset': '0_0',
  'electric-schema': '{"id":{"type":"uuid"}}',
  etag: '"3833821-1721812114261:-1:0_0"',
  'cache-control': 'public, max-age=604800',
  'x-request-id': 'of the service',
  'set-cookie': 'of=the service',
} as const;

export async function fakeElectric(): Promise<FakeElectric> {
  const requests: ElectricRequest[] = [];
  let how = (response: ServerResponse, _request: ElectricRequest): void => {
    response.writeHead(200, ELECTRIC_HEADERS);
    response.end('[]');
  };
  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://electric');
    const request = { path: url.pathname, query: [...url.searchParams], headers: incoming.headers };
    requests.push(request);
    how(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (next) => {
      how = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
