/** The tills of a totem, one for each means that it is configured with. */
import { paymentSessionTable, type Timers } from '@totem/domain';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CloudLink } from '../link/cloud-link.ts';
import { rowByKey } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { createCashBook } from './cash-book.ts';
import type { MeansOptions } from './means.ts';
import { onPaid } from './paper.ts';
import { type NamedTill, openTill } from './till.ts';

export interface TillsParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
  readonly timers: Timers;
  readonly link: CloudLink;
  readonly means: readonly MeansOptions[];
}

/** Opens them; nothing is asked of anybody yet. */
export function openTills(parts: TillsParts): readonly NamedTill[] {
  const { store, clock, device, timers, link } = parts;
  const ticketOf = (attemptId: string): string | undefined =>
    store.read((db) => rowByKey(db, paymentSessionTable, device.tenantId, attemptId)?.ticketId);
  const cashBook = createCashBook(parts);
  return parts.means.map(({ id, open }) => {
    const port = open({ env: clock.env, timers, link, ticketOf, cashBook });
    const till = openTill({
      ...parts,
      port,
      terminal: id,
      onEnqueued: (tx, ticketId, attemptId) => onPaid(parts, tx, ticketId, attemptId),
    });
    return { means: { id, method: port.capabilities.method }, till };
  });
}
