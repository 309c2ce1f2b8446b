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
 * Answers the status questions as `answer` says (a healthy printer's byte by default), and gives everything else to the
 * test. A job and the question after it may arrive as one piece, so the questions are taken off its end.
 */
export function answering(
  socket: Socket,
  onJob: (bytes: Uint8Array) => void,
  answer: (question: number) => Uint8Array = () => Uint8Array.of(0x12),
): void {
  socket.on('data', (piece: Uint8Array) => {
    const questions: number[] = [];
    let job = piece;
    for (let [dle, eot, n] = job.slice(-3); dle === 0x10 && eot === 0x04; [dle, eot, n] = job.slice(-3)) {
      questions.unshift(n ?? 0);
      job = job.slice(0, -3);
    }
    if (job.length > 0) onJob(job);
    for (const question of questions) if (socket.writable) socket.write(answer(question));
  });
  socket.on('end', () => socket.end());
}
