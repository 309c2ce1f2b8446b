/** Ports of the demo: the ones in the README when they are free, else any free one, so that two demos can run side by side. */
import { createServer } from 'node:net';

export const DEMO_PORTS = { page: 4000, cloud: 4100, totem: 4200, printer: 9100 } as const;

/** `preferred` when it is free on loopback, else 0: any free one. */
export function freePort(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => resolve(preferred)));
  });
}
