/** The ledger push, by name. */
export {
  type ChainFields,
  type CursorAnswer,
  chainFieldsSchema,
  cursorAnswerSchema,
  gapSchema,
  type LedgerBatch,
  type LedgerCursor,
  ledgerBatchSchema,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  PUSH_BODY_BYTES_MAX,
  type PushAnswer,
  pushAnswerSchema,
  type ReceivedBatch,
  type Seal,
  sealSchema,
} from './batch.ts';
export {
  type BatchVerdict,
  type JudgedEntry,
  judgeBatch,
  type PreparedBatch,
  prepareBatch,
  QUARANTINE_REASONS,
  type QuarantineReason,
} from './judge.ts';
export { OUTBOX_HEADER, type OutboxReport, outboxHeaderText, outboxReportOf } from './outbox-report.ts';
