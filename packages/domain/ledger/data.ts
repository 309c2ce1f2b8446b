/** The schema of every action's data, and which entity an action is about: asked once, where an entry enters. */
import { callCreateData } from '../call/data.ts';
import { operatorSessionCloseData, operatorSessionOpenData } from '../operator/data.ts';
import { TICKET_DATA } from '../ticket/data.ts';
import '../zod-setup.ts';
import { z } from 'zod';
import type { LedgerAction, LedgerEntity } from './action.ts';
import { canonicalJson } from './canonical.ts';
import type { LedgerEntry } from './entry.ts';

const recorded = z.looseObject({});

export const ACTION_DATA: Record<LedgerAction, z.ZodType> = {
  ...TICKET_DATA,
  CALL_CREATE: callCreateData,
  OPERATOR_SESSION_OPEN: operatorSessionOpenData,
  OPERATOR_SESSION_CLOSE: operatorSessionCloseData,
  ORIGIN_OPENED: z.looseObject({
    reason: z.enum(['enrolled', 'salvaged', 'restored_image', 'restored_cloud']),
  }),
  LOGIN: recorded,
  LOGIN_FAILED: recorded,
  PRINT_CONFIRMED: recorded,
  PRINT_UNKNOWN: recorded,
  PRINT_FAILED: recorded,
  DEVICE_SUSPENDED: recorded,
};

/** The entity that an action is about. */
export function entityOf(action: LedgerAction): LedgerEntity {
  if (action.startsWith('TICKET_')) return 'ticket';
  if (action.startsWith('CALL_')) return 'call';
  if (action.startsWith('OPERATOR_SESSION_')) return 'operator_session';
  if (action.startsWith('PRINT_')) return 'print_job';
  if (action.startsWith('LOGIN')) return 'user';
  return action === 'ORIGIN_OPENED' ? 'origin' : 'equipment';
}

/**
 * Whether an entry that parses also makes sense: its data is its action's as it stands, its entity is the one its action is about, and a
 * folded entity has a site. What fails here is quarantined: it cannot be applied, by anyone.
 */
export function entryMakesSense(entry: LedgerEntry): boolean {
  if (entry.entity !== entityOf(entry.action)) return false;
  const folded = entry.entity === 'ticket' || entry.entity === 'call' || entry.entity === 'operator_session';
  if (folded && entry.siteId === null) return false;
  const data = ACTION_DATA[entry.action].safeParse(entry.data);
  // An id in capitals names the same as in small letters: let through, it would pass every comparison but the database's.
  return data.success && canonicalJson(data.data) === canonicalJson(entry.data);
}
