/**
 * How many writing transactions one tenant may have open on this node. They take turns at the tenant's lock anyway, and a
 * connection that waits there is one that the other tenants do not get: so most of a rush waits here, first come, first served.
 */
import type { TenantId } from '@totem/domain';

export interface Lanes {
  /** Runs `work` as soon as a lane of the tenant is free. */
  run<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T>;
}

interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

export function createLanes(eachTenant: number): Lanes {
  const queues = new Map<TenantId, Queue>();
  return {
    run: async (tenantId, work) => {
      const queue = queues.get(tenantId) ?? { running: 0, waiting: [] };
      queues.set(tenantId, queue);
      if (queue.running < eachTenant) queue.running += 1;
      else await new Promise<void>((resolve) => queue.waiting.push(resolve));
      try {
        return await work();
      } finally {
        // A lane is handed on without becoming free in between, so nobody overtakes.
        const next = queue.waiting.shift();
        if (next !== undefined) next();
        else if (queue.running > 1) queue.running -= 1;
        else queues.delete(tenantId);
      }
    },
  };
}
