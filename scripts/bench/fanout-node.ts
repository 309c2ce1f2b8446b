/**
 * A server for the fan-out bench, in a process of its own so that what it uses is only its own: the cloud over the database
 * that it is told, or a bare stream of events, which is the least that a server of this runtime can do for a subscriber.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCloud, newDataKeys, newSigningKey, type ServingUrls } from '@totem/cloud';
import { createLog, systemEnv, systemTimers } from '@totem/host';

export type NodeRequest = 'usage' | 'send' | 'stop';
export type NodeMessage =
  | { readonly kind: 'ready'; readonly url: string }
  /** At this moment of the machine's monotonic clock a change was there to be seen. */
  | { readonly kind: 'committed'; readonly atNs: string }
  | { readonly kind: 'usage'; readonly rssBytes: number; readonly cpuUs: number };

const tell = (message: NodeMessage): void => void process.send?.(message);

const [kind, urls] = process.argv.slice(2);
const node =
  kind === 'cloud' ? await startCloud(JSON.parse(urls ?? '{}') as ServingUrls) : await startStream();

process.on('message', (request: NodeRequest) => {
  if (request === 'send') node.send();
  if (request === 'usage') {
    // What is left over from earlier requests is nobody's use of memory.
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    tell({ kind: 'usage', rssBytes: process.memoryUsage().rss, cpuUs: user + system });
  }
  if (request === 'stop') process.disconnect?.();
});
// Also when the bench was ended in the middle: nobody else would stop it.
process.once('disconnect', () => void node.stop());
tell({ kind: 'ready', url: node.url });

interface Node {
  readonly url: string;
  send(): void;
  stop(): Promise<void>;
}

async function startCloud(databaseUrls: ServingUrls): Promise<Node> {
  const cloud = createCloud({
    databaseUrls,
    signingKey: newSigningKey(),
    dataKeys: newDataKeys(systemEnv),
    env: systemEnv,
    timers: systemTimers,
    log: createLog('bench', { level: 'warn' }),
    publicUrl: 'http://127.0.0.1',
  });
  cloud.db.onCommit(() => tell({ kind: 'committed', atNs: String(process.hrtime.bigint()) }));
  const { url } = await cloud.start({ host: '127.0.0.1', port: 0 });
  return { url, send: () => {}, stop: () => cloud.close() };
}

async function startStream(): Promise<Node> {
  const open = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    open.add(response);
    response.on('close', () => open.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // As long as one changed ticket.
  const event = `data: ${'x'.repeat(900)}\n\n`;
  return {
    url: `http://127.0.0.1:${port}`,
    send: () => {
      tell({ kind: 'committed', atNs: String(process.hrtime.bigint()) });
      for (const response of open) response.write(event);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
