/** Ports of the demo: the ones in the README when they are free, else any free one, so that two demos can run side by side. */
import { type AddressInfo, createServer } from 'node:net';

export const DEMO_PORTS = {
  page: 4000,
  cloud: 4100,
  screens: 4110,
  totem: 4200,
  hub: 4300,
  printer: 9100,
} as const;

/** `preferred` when it is free on loopback, else 0: any free one. */
export async function freePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) === undefined ? 0 : preferred;
}

/** A port that is free now, for a server that must be found again at the same place. */
export async function anyFreePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === undefined) throw new Error('no free port on loopback');
  return port;
}

/** Listens for a moment. @returns the port, or undefined when it is taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const { port: found } = probe.address() as AddressInfo;
      probe.close(() => resolve(found));
    });
  });
}
