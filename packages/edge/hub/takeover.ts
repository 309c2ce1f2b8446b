/**
 * Before a totem serves as the hub in a new term it reads anew all that was done to the queue before: it was told of its role by
 * one shape, and what the cloud did a moment earlier may still be on its way in another (I-HUB-3).
 */
import { faultPoint, type Log } from '@totem/host';
import type { Device } from '../device.ts';
import type { FollowedShape } from '../replica/apply.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReadHandle } from '../store/connection.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { hubRole } from './role.ts';

/** What the queue is made of. */
const OF_THE_QUEUE: readonly FollowedShape[] = ['ticket', 'call', 'operator_session', 'counter'];

export interface Takeover {
  /** Looks whether there is a term that was not taken over yet, and takes it over. */
  look(): void;
}

export function createTakeover(parts: {
  readonly store: Store;
  readonly device: Device;
  readonly replica: Replica;
  readonly log: Log;
}): Takeover {
  const { store, device, replica, log } = parts;
  let taking: number | undefined;
  const take = async (term: number): Promise<void> => {
    try {
      await Promise.all(OF_THE_QUEUE.map((shape) => replica.refetch(shape)));
      const isStill = store.read((db) => hubRole(db, device)?.term === term);
      faultPoint('takeover_read');
      if (isStill) store.write((db) => writeSetting(db, 'hub_ready', { term }));
      if (isStill) log.info({ term }, 'this totem serves as the hub of its site');
    } finally {
      taking = undefined;
    }
  };
  return {
    look() {
      const term = store.read((db) => (isReady(db, device) ? undefined : hubRole(db, device)?.term));
      if (term === undefined || term === taking) return;
      taking = term;
      take(term).catch((error: unknown) =>
        log.warn({ err: error, term }, 'the role could not be taken over'),
      );
    },
  };
}

/** Whether this totem is the hub and knows what was done before its term. */
export function isReady(db: ReadHandle, device: Device): boolean {
  const role = hubRole(db, device);
  return role !== undefined && readSetting(db, 'hub_ready')?.term === role.term;
}
