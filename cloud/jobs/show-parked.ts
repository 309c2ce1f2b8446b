/**
 * Shows people what has waited for its row for a day: whoever was to create it may be switched off, or lost. What is parked
 * stays parked, and is settled by itself when the row comes after all.
 */
import { type Env, instantText, type LedgerEntry, type TenantId } from '@totem/domain';
import type { Log } from '@totem/host';
import { ledgerTenants } from '../audit/read.ts';
import type { Database } from '../db/pool.ts';
import { type Statement, withTenant } from '../db/with-tenant.ts';
import { tell, toldEvents } from '../events/event.ts';
import { ofConflict } from '../events/from-ledger.ts';
import { insertConflicts } from '../ledger/conflicts.ts';

export const SHOW_PARKED_EVERY_MS = 600_000;
/** How long an entry may wait before people are told. */
export const SHOWN_AFTER_MS = 86_400_000;
/** Entries that are shown in one transaction. */
const BATCH_ROWS = 500;

const DUE: Statement = {
  name: 'parked-due',
  text: `UPDATE ledger_parked SET shown_at = $2 WHERE tenant_id = $1 AND position IN (
      SELECT position FROM ledger_parked WHERE tenant_id = $1 AND shown_at IS NULL AND parked_at <= $3
      ORDER BY position LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)
    RETURNING entry, parked_at`,
};

interface ShowParts {
  readonly db: Database;
  readonly env: Env;
  readonly log: Log;
}

/** Shows what is due of every tenant. A tenant that fails does not keep the others waiting. @returns how many entries. */
export async function showParked(parts: ShowParts): Promise<number> {
  let shown = 0;
  for (const tenantId of await ledgerTenants(parts.db)) {
    try {
      for (let more = BATCH_ROWS; more === BATCH_ROWS; ) {
        more = await showOfTenant(parts, tenantId);
        shown += more;
      }
    } catch (error) {
      parts.log.error({ err: error, tenantId }, 'parked entries could not be shown');
    }
  }
  if (shown > 0) parts.log.warn({ shown }, 'entries have waited for their row for a day');
  return shown;
}

function showOfTenant({ db, env }: ShowParts, tenantId: TenantId): Promise<number> {
  const now = env.now();
  return withTenant(db, tenantId, async (tx) => {
    const due = await tx.all(DUE, [tenantId, instantText(now), instantText(now - SHOWN_AFTER_MS)]);
    const conflicts = due.map(({ entry: json, parked_at: since }) => {
      const entry = JSON.parse(String(json)) as LedgerEntry;
      return {
        kind: 'parked',
        entry,
        detail: { action: entry.action, origin: entry.origin, since: since ?? null },
      } as const;
    });
    await insertConflicts(tx, env, conflicts, instantText(now));
    if (conflicts.length > 0) tell(tx, env, await toldEvents(tx), conflicts.map(ofConflict));
    return due.length;
  });
}
