/** A peer on a TCP port that does what a test tells it to with each connection: printers break in more ways than one. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface ScriptedPeer {
  readonly port: number;
  close(): Promise<void>;
}

/** Every connection gets the script; sockets are closed with the peer. */
export async function scriptedPeer(script: (socket: Socket) => void): Promise<ScriptedPeer> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    script(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address.');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Answers the status questions of a healthy printer, and gives everything else to the test, piece by piece.
 * `before` is sent in front of each answer, as printers with flow control or automatic status do.
 */
export function healthy(
  socket: Socket,
  onJob: (bytes: Uint8Array) => void,
  before: Uint8Array = new Uint8Array(0),
): void {
  socket.on('data', (bytes: Uint8Array) => {
    const isQuestion = bytes.length === 3 && bytes[0] === 0x10 && bytes[1] === 0x04;
    if (isQuestion) socket.write(Uint8Array.of(...before, 0x12));
    else onJob(bytes);
  });
  socket.on('end', () => socket.end());
}
