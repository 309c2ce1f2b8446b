/** The schema of every action's data, and which entity an action is about: asked once, where an entry enters. */
import { callCreateData } from '../call/data.ts';
import { OPERATOR_SESSION_DATA } from '../operator/data.ts';
import { PAYMENT_DATA, paymentTransactionData } from '../payment/data.ts';
import { TICKET_DATA } from '../ticket/data.ts';
import '../zod-setup.ts';
import { z } from 'zod';
import {
  CONFIGURED_ENTITIES,
  FOLDED_ENTITIES,
  type LedgerAction,
  type LedgerEntity,
  RECORDED_ACTIONS,
  type RecordedAction,
} from './action.ts';
import { canonicalJson } from './canonical.ts';
import type { LedgerEntry } from './entry.ts';
import { carriesWhole, factOf, recoveredData } from './recovered.ts';

export const ACTION_DATA: Record<LedgerAction, z.ZodType> = {
  ...TICKET_DATA,
  CALL_CREATE: callCreateData,
  ...OPERATOR_SESSION_DATA,
  ...PAYMENT_DATA,
  PAYMENT_TRANSACTION_CREATE: paymentTransactionData,
  RECOVERED: recoveredData,
  ...everyRecorded(z.looseObject({})),
  ORIGIN_OPENED: z.looseObject({
    reason: z.enum(['enrolled', 'salvaged', 'restored_image', 'restored_cloud']),
  }),
};

function everyRecorded(schema: z.ZodType): Record<RecordedAction, z.ZodType> {
  const entries = RECORDED_ACTIONS.map((action) => [action, schema] as const);
  return Object.fromEntries(entries) as Record<RecordedAction, z.ZodType>;
}

const PEOPLE: readonly LedgerEntity[] = ['user', 'owner'];

/** The entities that a recorded action is about. */
const ENTITIES_OF_RECORDED: Record<RecordedAction, readonly LedgerEntity[]> = {
  ORIGIN_OPENED: ['origin'],
  PRINT_CONFIRMED: ['print_job'],
  HUB_PIN_SET: ['user'],
  HUB_LOGIN: ['user'],
  HUB_LOGIN_FAILED: ['user'],
  PRINT_UNKNOWN: ['print_job'],
  PRINT_FAILED: ['print_job'],
  PRINT_REPEATED: ['print_job'],
  PRINT_NOT_TAKEN: ['print_job'],
  TECHNICIAN_PIN_SET: ['equipment'],
  TECHNICIAN_ENTERED: ['equipment'],
  TECHNICIAN_REFUSED: ['equipment'],
  TECHNICIAN_ACTED: ['equipment'],
  LOGIN: PEOPLE,
  // Nobody's name, tried at nobody's door: the platform's.
  LOGIN_FAILED: [...PEOPLE, 'tenant'],
  LOGOUT: PEOPLE,
  SESSION_REVOKED: PEOPLE,
  TOKEN_REUSED: PEOPLE,
  PASSWORD_CHANGED: PEOPLE,
  SECOND_FACTOR_ENABLED: PEOPLE,
  SECOND_FACTOR_DISABLED: PEOPLE,
  PERMISSION_CHANGED: ['user', 'api_key'],
  CONFIG_CREATED: CONFIGURED_ENTITIES,
  CONFIG_CHANGED: CONFIGURED_ENTITIES,
  CONFIG_DELETED: CONFIGURED_ENTITIES,
  DEVICE_ENROLLED: ['equipment'],
  DEVICE_SUSPENDED: ['equipment'],
  DEVICE_REINSTATED: ['equipment'],
  DEVICE_REVOKED: ['equipment'],
  DEVICE_KEY_REPLACED: ['equipment'],
  DEVICE_ASKED: ['equipment'],
  CONFLICT_RESOLVED: ['conflict'],
  PERSON_READ: ['ticket'],
  PERSON_EXPORTED: ['tenant'],
  PERSON_ERASED: ['ticket', 'appointment', 'user'],
  RECEIPT_MAILED: ['payment_session'],
  OWED_CASH_RETURNED: ['payment_session'],
  DATA_EXPORTED: ['audit_log', 'tenant', 'ticket'],
  AUDIT_SEALED: ['audit_log'],
  RECORDS_RETIRED: ['tenant'],
  TENANT_SUSPENDED: ['tenant'],
  TENANT_RESUMED: ['tenant'],
};

/** The entities that an action is about: one, but for what is said of many kinds alike. */
export function entitiesOf(action: LedgerAction): readonly LedgerEntity[] {
  if (action in ENTITIES_OF_RECORDED) return ENTITIES_OF_RECORDED[action as RecordedAction];
  if (action === 'RECOVERED') return [...FOLDED_ENTITIES, 'print_job'];
  if (action.startsWith('TICKET_')) return ['ticket'];
  if (action === 'PAYMENT_TRANSACTION_CREATE') return ['payment_transaction'];
  if (action.startsWith('PAYMENT_')) return ['payment_session'];
  return action.startsWith('CALL_') ? ['call'] : ['operator_session'];
}

/**
 * Whether an entry that parses also makes sense: its data is its action's as it stands, its entity is the one its action is about, and a
 * folded entity has a site. What fails here is quarantined: it cannot be applied, by anyone.
 */
export function entryMakesSense(entry: LedgerEntry): boolean {
  if (!entitiesOf(entry.action).includes(entry.entity)) return false;
  if ((FOLDED_ENTITIES as readonly string[]).includes(entry.entity) && entry.siteId === null) return false;
  if (entry.action === 'RECOVERED' && !(carriesWhole(entry) && entryMakesSense(factOf(entry)))) return false;
  const data = ACTION_DATA[entry.action].safeParse(entry.data);
  // An id in capitals names the same as in small letters: let through, it would pass every comparison but the database's.
  return data.success && canonicalJson(data.data) === canonicalJson(entry.data);
}
