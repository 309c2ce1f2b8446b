/** What the ledger records: the closed sets of actions and entities, and which entities are folded into rows. */
import { TICKET_ACTIONS, type TicketAction } from '../ticket/machine.ts';

/** Entities whose rows are the result of applying their entries. */
export const FOLDED_ENTITIES = ['ticket', 'call', 'operator_session'] as const;
export type FoldedEntity = (typeof FOLDED_ENTITIES)[number];

/** Entities that entries are about, without a row that is folded from them. */
export const RECORDED_ENTITIES = ['origin', 'user', 'equipment', 'print_job', 'site'] as const;
export type RecordedEntity = (typeof RECORDED_ENTITIES)[number];

export type LedgerEntity = FoldedEntity | RecordedEntity;
export const LEDGER_ENTITIES = [...FOLDED_ENTITIES, ...RECORDED_ENTITIES] as const;

export const CALL_ACTIONS = ['CALL_CREATE'] as const;
export type CallAction = (typeof CALL_ACTIONS)[number];

export const OPERATOR_SESSION_ACTIONS = ['OPERATOR_SESSION_OPEN', 'OPERATOR_SESSION_CLOSE'] as const;
export type OperatorSessionAction = (typeof OPERATOR_SESSION_ACTIONS)[number];

/** Recorded only. */
export const RECORDED_ACTIONS = [
  'ORIGIN_OPENED',
  'LOGIN',
  'LOGIN_FAILED',
  'PRINT_CONFIRMED',
  'PRINT_UNKNOWN',
  'PRINT_FAILED',
  'DEVICE_SUSPENDED',
] as const;
export type RecordedAction = (typeof RECORDED_ACTIONS)[number];

export const LEDGER_ACTIONS = [
  ...TICKET_ACTIONS,
  ...CALL_ACTIONS,
  ...OPERATOR_SESSION_ACTIONS,
  ...RECORDED_ACTIONS,
] as const;
export type LedgerAction = TicketAction | CallAction | OperatorSessionAction | RecordedAction;
