/** The cable, on real sockets. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cable, layCable } from './cable.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A server that answers every piece with the same piece, and says what it got. */
async function echo(): Promise<{ port: number; heard: string[]; nextPiece(): Promise<unknown> }> {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (piece) => {
      heard.push(piece.toString());
      socket.write(piece);
      server.emit('heard');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard, nextPiece: () => once(server, 'heard') };
}

async function lay(port: number, delayMs = 0): Promise<Cable> {
  const cable = await layCable({ target: { host: '127.0.0.1', port }, delayMs });
  open.push(() => cable.close());
  return cable;
}

async function client(cable: Cable): Promise<Socket> {
  const socket = connect({ port: cable.port, host: '127.0.0.1' });
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Unlike `once`, an error on the way is no failure: a broken link is what these tests make. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

describe('the cable', () => {
  it('carries both ways, and counts', async () => {
    const server = await echo();
    const cable = await lay(server.port, 1);
    const socket = await client(cable);
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    expect(cable.passed()).toEqual({ up: 5, down: 5 });
  });

  it('a slow line carries all connections together at its pace, and in order', async () => {
    const server = await echo();
    const cable = await layCable({
      target: { host: '127.0.0.1', port: server.port },
      bytesPerSecond: 40_000,
    });
    open.push(() => cable.close());
    const [one, other] = [await client(cable), await client(cable)];
    const started = performance.now();
    one.write('a'.repeat(2_000));
    await once(one, 'data');
    other.write('b');
    await once(other, 'data');
    expect(performance.now() - started).toBeGreaterThan(2_000 / 40);
    expect(server.heard.join('').length).toBe(2_001);
  });

  it('when cut, breaks what is open and refuses what is new; restored, carries again', async () => {
    const server = await echo();
    const cable = await lay(server.port);
    const first = await client(cable);
    first.on('error', () => undefined);
    first.write('x');
    await once(first, 'data');
    const broken = closed(first);
    cable.cut();
    await broken;
    const second = connect({ port: cable.port, host: '127.0.0.1' });
    second.on('error', () => undefined);
    await closed(second);
    cable.restore();
    const third = await client(cable);
    third.write('again');
    expect(String((await once(third, 'data'))[0])).toBe('again');
  });

  it('a lost reply reached the server', async () => {
    const server = await echo();
    const cable = await lay(server.port);
    const socket = await client(cable);
    cable.loseReplies(true);
    const heard = server.nextPiece();
    socket.write('charged');
    await heard;
    expect(server.heard).toEqual(['charged']);
    expect(cable.passed().down).toBe(0);
  });

  it('breaks each time so many bytes have passed', async () => {
    const server = await echo();
    const cable = await lay(server.port);
    cable.breakEvery(4);
    const socket = await client(cable);
    socket.on('error', () => undefined);
    const broken = closed(socket);
    socket.write('12345');
    await broken;
    expect(server.heard).toEqual([]);
  });
});
