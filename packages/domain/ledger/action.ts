/** What the ledger records: the closed sets of actions and entities, and which entities are folded into rows. */
import { PAYMENT_ACTIONS, type PaymentAction } from '../payment/machine.ts';
import { TICKET_ACTIONS, type TicketAction } from '../ticket/machine.ts';

/** Entities whose rows are the result of applying their entries. */
export const FOLDED_ENTITIES = [
  'ticket',
  'call',
  'operator_session',
  'payment_session',
  'payment_transaction',
] as const;
export type FoldedEntity = (typeof FOLDED_ENTITIES)[number];

/** What tenants configure: each change is an entry with what it was before and after. */
export const CONFIGURED_ENTITIES = [
  'tenant',
  'site',
  'service',
  'priority_class',
  'counter',
  'user',
  'equipment',
  'config_print',
  'config_notification',
  'config_webhook',
  'psp_account',
  'api_key',
  'appointment',
  'media',
] as const;
export type ConfiguredEntity = (typeof CONFIGURED_ENTITIES)[number];

/** Entities that entries are about, without a row that is folded from them. */
export const RECORDED_ENTITIES = [
  ...CONFIGURED_ENTITIES,
  'origin',
  'owner',
  'print_job',
  'conflict',
  'audit_log',
] as const;
export type RecordedEntity = (typeof RECORDED_ENTITIES)[number];

export type LedgerEntity = FoldedEntity | RecordedEntity;
export const LEDGER_ENTITIES = [...FOLDED_ENTITIES, ...RECORDED_ENTITIES] as const;

export const CALL_ACTIONS = ['CALL_CREATE'] as const;
export type CallAction = (typeof CALL_ACTIONS)[number];

export const OPERATOR_SESSION_ACTIONS = [
  'OPERATOR_SESSION_OPEN',
  'OPERATOR_SESSION_CLOSE',
  'OPERATOR_SESSION_PAUSE',
  'OPERATOR_SESSION_RESUME',
] as const;
export type OperatorSessionAction = (typeof OPERATOR_SESSION_ACTIONS)[number];

export const PAYMENT_TRANSACTION_ACTIONS = ['PAYMENT_TRANSACTION_CREATE'] as const;
export type PaymentTransactionAction = (typeof PAYMENT_TRANSACTION_ACTIONS)[number];

/** By a totem whose disk was damaged: what its entry carries is what has happened. */
export const RECOVERY_ACTIONS = ['RECOVERED'] as const;
export type RecoveryAction = (typeof RECOVERY_ACTIONS)[number];

/** Recorded only, by a totem about itself, and about who signed in at it while it was the hub. */
export const DEVICE_ACTIONS = [
  'ORIGIN_OPENED',
  'PRINT_CONFIRMED',
  'PRINT_UNKNOWN',
  'PRINT_FAILED',
  'PRINT_REPEATED',
  'PRINT_NOT_TAKEN',
  'HUB_PIN_SET',
  'HUB_LOGIN',
  'HUB_LOGIN_FAILED',
  'TECHNICIAN_PIN_SET',
  'TECHNICIAN_ENTERED',
  'TECHNICIAN_REFUSED',
  'TECHNICIAN_ACTED',
] as const;

/** Recorded only, and the cloud's alone to say. */
export const CLOUD_ACTIONS = [
  'LOGIN',
  'LOGIN_FAILED',
  'LOGOUT',
  'SESSION_REVOKED',
  'TOKEN_REUSED',
  'PASSWORD_CHANGED',
  'SECOND_FACTOR_ENABLED',
  'SECOND_FACTOR_DISABLED',
  'PERMISSION_CHANGED',
  'CONFIG_CREATED',
  'CONFIG_CHANGED',
  'CONFIG_DELETED',
  'DEVICE_ENROLLED',
  'DEVICE_SUSPENDED',
  'DEVICE_REINSTATED',
  'DEVICE_REVOKED',
  'DEVICE_KEY_REPLACED',
  'DEVICE_ASKED',
  'CONFLICT_RESOLVED',
  'PERSON_READ',
  'PERSON_EXPORTED',
  'PERSON_ERASED',
  'DATA_EXPORTED',
  'RECEIPT_MAILED',
  'OWED_CASH_RETURNED',
  'AUDIT_SEALED',
  'RECORDS_RETIRED',
  'TENANT_SUSPENDED',
  'TENANT_RESUMED',
] as const;

export const RECORDED_ACTIONS = [...DEVICE_ACTIONS, ...CLOUD_ACTIONS] as const;
export type RecordedAction = (typeof RECORDED_ACTIONS)[number];

/** Whether an action is written down and changes no row, even where it is about an entity that is folded. */
export function isRecorded(action: LedgerAction): action is RecordedAction {
  return (RECORDED_ACTIONS as readonly LedgerAction[]).includes(action);
}

export const LEDGER_ACTIONS = [
  ...TICKET_ACTIONS,
  ...CALL_ACTIONS,
  ...OPERATOR_SESSION_ACTIONS,
  ...PAYMENT_ACTIONS,
  ...PAYMENT_TRANSACTION_ACTIONS,
  ...RECOVERY_ACTIONS,
  ...RECORDED_ACTIONS,
] as const;
export type LedgerAction =
  | TicketAction
  | CallAction
  | OperatorSessionAction
  | PaymentAction
  | PaymentTransactionAction
  | RecoveryAction
  | RecordedAction;
