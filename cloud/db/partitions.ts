/** Keeps the monthly partitions of the ledger ahead of the calendar: this month's and the next three, looked after each day. */
import { type Env, instantText, type Timers } from '@totem/domain';
import type { Log } from '@totem/host';
import type { Database } from './pool.ts';
import { asFault, type Statement } from './with-tenant.ts';

const MONTHS = 4;
const EVERY_MS = 24 * 3_600_000;

const ENSURE: Statement = {
  name: 'ensure-partitions',
  text: 'SELECT ensure_audit_partitions($1, $2) AS made',
};

export interface Partitions {
  /** Makes what is missing, and goes on to look after it. */
  ensure(): Promise<void>;
  close(): void;
}

export function createPartitions(parts: {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
}): Partitions {
  const { db, env, timers, log } = parts;
  let cancel = () => {};
  let isClosed = false;
  const ensure = async (): Promise<void> => {
    try {
      const today = instantText(env.now()).slice(0, 10);
      await db.api.query({ ...ENSURE, values: [today, MONTHS] });
    } catch (error) {
      throw asFault(error);
    } finally {
      if (!isClosed) cancel = timers.after(EVERY_MS, () => void again());
    }
  };
  const again = () =>
    ensure().catch((error: unknown) =>
      log.error({ err: error }, 'partitions of the ledger could not be made'),
    );
  return {
    ensure,
    close: () => {
      isClosed = true;
      cancel();
    },
  };
}
