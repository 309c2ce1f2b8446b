/**
 * Whom the cloud has erased is erased here too, before their week is over: what lies beside entries, and what is kept of damaged
 * databases, in which nobody can be erased. The chain stays as it is.
 */
import type { DeviceAnswer, ErasureMark } from '@totem/sync/device';
import { readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';

/** Up to where the cloud's erasures are done here. */
export function erasedUpTo(store: Store): ErasureMark | null {
  return store.read((db) => readSetting(db, 'erased_up_to')) ?? null;
}

/** Does what the cloud has asked for, and remembers how far. */
export function eraseHere(store: Store, { upTo, tickets }: NonNullable<DeviceAnswer['erased']>): void {
  const done = erasedUpTo(store);
  if (upTo === null || (tickets.length === 0 && upTo.entryId === done?.entryId)) return;
  const gone = store.write((db) => {
    writeSetting(db, 'erased_up_to', upTo);
    return db.run(
      'DELETE FROM entry_private WHERE (tenant_id, entry_id) IN (SELECT tenant_id, id FROM audit_log ' +
        "WHERE entity = 'ticket' AND entity_id IN (SELECT value FROM json_each(?)))",
      JSON.stringify(tickets),
    );
  });
  // Deleted text stays in the WAL until it is cut.
  if (gone > 0) store.checkpoint();
  if (tickets.length > 0) store.forgetDamaged();
}
