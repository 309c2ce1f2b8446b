/** The rules of the house, pure: everything that other packages may use of the domain, by name. */
export {
  PASSWORD_CHARACTERS_MIN,
  PASSWORD_LENGTH_MAX,
  type PasswordFault,
  passwordFault,
  passwordText,
} from './access/password-rules.ts';
export {
  COMMAND_PERMISSIONS,
  KEY_SCOPES,
  type KeyScope,
  may,
  PERMISSION_NAMES,
  PERMISSIONS,
  type Permission,
  type PermissionSpec,
  SHAPE_ACTORS,
} from './access/permissions.ts';
export {
  type Actor,
  actorOf,
  DEVICE_TYPES,
  type DeviceType,
  mayAt,
  PLATFORM_TENANT_ID,
  type Principal,
  type PrincipalOf,
  ROLES,
  type Role,
  sitesOfPrincipal,
} from './access/principal.ts';
export type { CallChoice, CallWhy } from './call/call.ts';
export {
  type Command,
  type CommandDone,
  type CommandInput,
  type CommandOf,
  CUSTOMER_NAME_LENGTH_MAX,
  commandSchema,
  isTicketCommand,
  NOTE_LENGTH_MAX,
  PARTY_SIZE_MAX,
  TICKET_COMMANDS,
  type TicketCommand,
} from './command/command.ts';
export type { EnrollingState } from './enrolment/enrolling-state.ts';
export { KEY_LIFE_MS, KEY_OVERLAP_MS, keyRotationText } from './enrolment/key-rotation.ts';
export {
  askText,
  claimText,
  followText,
  keyFingerprint,
  newPairingCode,
  PAIRING_CODE_LENGTH,
  PAIRING_CODE_MS,
  pairingCodeOf,
  shownPairingCode,
} from './enrolment/pairing.ts';
export { type Env, epochMsOf, type InstantText, instantText, isInstantText, type Timers } from './env.ts';
export { ERROR_CODES, ERRORS, type ErrorCode, errorText } from './errors/catalogue.ts';
export {
  type ErrorParams,
  type ProblemDocument,
  ProblemError,
  type Refusal,
  type Retry,
  refusal,
} from './errors/problem.ts';
export type { ErrorSpec } from './errors/spec.ts';
export {
  type ApiKeyId,
  type CallId,
  type CommandId,
  type CounterId,
  type EntryId,
  type EquipmentId,
  type Id,
  idSchema,
  newId,
  type OperatorSessionId,
  type OriginId,
  type OwnerId,
  type PaymentSessionId,
  type PaymentTransactionId,
  type PrintJobId,
  type PriorityClassId,
  type ServiceId,
  type SessionId,
  type SiteId,
  type TenantId,
  type TicketId,
  type TxId,
  type UserId,
} from './ids/id.ts';
export {
  CLOUD_ACTIONS,
  CONFIGURED_ENTITIES,
  type ConfiguredEntity,
  DEVICE_ACTIONS,
  FOLDED_ENTITIES,
  type FoldedEntity,
  isRecorded,
  LEDGER_ACTIONS,
  LEDGER_ENTITIES,
  type LedgerAction,
  type LedgerEntity,
} from './ledger/action.ts';
export { canonicalJson, sha256Hex } from './ledger/canonical.ts';
export {
  CHAIN_START,
  type ChainContext,
  type ChainedEntry,
  type ChainFault,
  type ChainHead,
  chainDrafts,
  GENESIS_HASH,
  sealText,
  verifyChain,
} from './ledger/chain.ts';
export { ACTION_DATA, entitiesOf, entryMakesSense } from './ledger/data.ts';
export {
  BATCH_ENTRIES_MAX,
  commitmentOf,
  type EntryDraft,
  entryHash,
  type LedgerEntry,
  ledgerEntrySchema,
  type PrivateData,
  privateDataSchema,
  saltedPrivate,
} from './ledger/entry.ts';
export { apply, type FoldedRows, fold, isFolded } from './ledger/fold.ts';
export { ACTION_MEANINGS, type ActionMeaning } from './ledger/meaning.ts';
export {
  type Applied,
  CONFLICTS_ACROSS_ROWS,
  type Conflict,
  contains,
  type Folded,
  foldedWith,
  type Outcome,
  PAYMENT_CONFLICTS_ACROSS_ROWS,
  type RowConflict,
} from './ledger/outcome.ts';
export { factOf, recoveryOf } from './ledger/recovered.ts';
export { type Cents, cents, formatMoney, sumCents } from './money/money.ts';
export {
  type CounterContext,
  decideCounterClose,
  decideCounterOpen,
  decidePause,
  decideResume,
  type PauseContext,
} from './operator/decide.ts';
export {
  type CashView,
  NOT_PAID_CAUSES,
  type NotPaidCause,
  type OwedView,
  PAYING_STATES,
  type PayingState,
  type PaymentMeans,
  type PaymentView,
  protocolOf,
} from './payment/at-kiosk.ts';
export {
  type Attempt,
  newAttempt,
  type PaymentStep,
  phaseBySum,
  SETTLERS,
  type Settler,
  type StartRefusal,
  type StepRefusal,
  type StepTaken,
  takeStep,
  whyNotStart,
} from './payment/attempt.ts';
export { lastFourOf, passesLuhn, withoutCardNumbers } from './payment/card-data.ts';
export {
  EXCHANGE_KINDS,
  EXCHANGE_OUTCOMES,
  type ExchangeKind,
  type ExchangeOutcome,
} from './payment/data.ts';
export {
  ENDED_PHASES,
  holdsMoney,
  isInFlight,
  PAYMENT_ACTIONS,
  PAYMENT_CONFLICTS,
  PAYMENT_METHODS,
  PAYMENT_PHASES,
  PAYMENT_STATUSES,
  type PaymentAction,
  type PaymentConflict,
  type PaymentMethod,
  type PaymentPhase,
  type PaymentStatus,
  RECOVERY_OF_PHASE,
  STATUS_OF_PHASE,
} from './payment/machine.ts';
export { type PaymentProof, paymentProofSchema, provesAmount } from './payment/proof.ts';
export {
  type Comparison,
  compareBooks,
  type Finding,
  type FindingKind,
  type OurPayment,
  type TheirPayment,
} from './payment/reconcile.ts';
export {
  type RefundAsked,
  type RefundContext,
  type RefundMeans,
  type RefundRefusal,
  type RefundRules,
  whyNotRefund,
} from './payment/refund.ts';
export { BRAZILIAN_PRIORITY_CLASSES, type PriorityPreset } from './priority/presets.ts';
export {
  comparableMark,
  ERASURE_REASONS,
  type ErasureReason,
  PERSON_MARKS,
  type PersonMark,
  pseudonymOf,
} from './privacy/mark.ts';
export { type BookNeeds, bookNeeds, queueBook, sitePolicy } from './queue/book.ts';
export {
  type CallableTicket,
  type CallingPlace,
  callingPlace,
  inBoth,
  isCallable,
  type NotCallable,
  type Served,
  whyNotCallable,
  whyNotServed,
} from './queue/callable.ts';
export {
  expectedWaitMinutes,
  type ServiceOutlook,
  type TierOutlook,
  type WaitView,
} from './queue/expected-wait.ts';
export {
  afterCall,
  firstOf,
  inOrder,
  type NextTicket,
  nextTicket,
  peopleAhead,
  type QueuedTicket,
  whyOf,
} from './queue/next-ticket.ts';
export {
  compareQueued,
  orderFor,
  type QueueBook,
  type QueueOrder,
  type RankInputs,
  STRICT_BOOK,
  STRICT_ORDER,
  standingOf,
} from './queue/order.ts';
export {
  type AppointmentWindow,
  POLICY_NAMES,
  POLICY_VERSIONS,
  type PolicyName,
  type QueuePolicy,
  queuePolicySchema,
  RATIO_TURNS_MAX,
  STRICT_POLICY,
  WEIGHT_MAX,
} from './queue/policy.ts';
export { calledBefore, isPreferentialTurn, type RatioPolicy, turnsRemembered } from './queue/ratio.ts';
export { type ReplayedCall, replayCalls, type TierWaits, waitsUnder } from './queue/replay.ts';
export {
  RECEIPT_TEXTS,
  type ReceiptContent,
  type ReceiptKind,
  receiptFields,
  receiptText,
} from './receipt/receipt.ts';
export {
  COLUMN_TYPES,
  type Column,
  type ColumnType,
  decodeValue,
  encodeValue,
  type Json,
  type JsonObject,
} from './rows/column.ts';
export {
  type PaymentSessionRow,
  type PaymentTransactionRow,
  paymentSessionTable,
  paymentTransactionTable,
} from './rows/payment-tables.ts';
export {
  columnName,
  columnNames,
  defineTable,
  type RowOf,
  rowFromSql,
  sqlValues,
  type Table,
} from './rows/table.ts';
export {
  type AppointmentRow,
  appointmentTable,
  auditLogTable,
  type CallRow,
  type CounterRow,
  callTable,
  counterTable,
  DEVICE_PARTS,
  type DevicePart,
  type DeviceStatusRow,
  deviceStatusTable,
  type OperatorSessionRow,
  operatorSessionTable,
  PART_STATES,
  type PartState,
  PRINT_STATES,
  type PrintJobRow,
  type PrintState,
  type PriorityClassRow,
  printJobTable,
  priorityClassTable,
  type ServiceRow,
  type SiteRow,
  serviceTable,
  siteTable,
  type TicketRow,
  ticketTable,
} from './rows/tables.ts';
export { READING_LENGTH_MAX, readingOf } from './scan/reading.ts';
export {
  isBurst,
  NOTHING_TYPED,
  WEDGE_GAP_MS_MAX,
  type Wedge,
  type WedgeKey,
  wedgeAfter,
} from './scan/wedge.ts';
export {
  DAYS_AHEAD,
  daysAround,
  isShapeName,
  NAMED_SHAPES,
  type NamedShape,
  SHAPE_NAMES,
  type ShapeName,
  type ShapeQuery,
  type ShapeScope,
} from './shapes/shapes.ts';
export {
  APPOINTMENT_CODE_LENGTH,
  APPOINTMENT_CODE_LETTERS,
  APPOINTMENT_CODE_TYPED_MAX,
  APPOINTMENT_STATES,
  type AppointmentState,
  appointmentCodeOf,
} from './site/appointment.ts';
export { CHECK_IN_BEFORE_MINUTES, refusesCheckIn, whyNoCheckIn } from './site/check-in.ts';
export {
  DISPLAY_LAYOUTS,
  DISPLAY_MEDIA_MAX,
  DISPLAY_SETTINGS_DEFAULT,
  DISPLAY_TURNS,
  type DisplayLayout,
  type DisplaySettings,
  type DisplayTurn,
  displaySettingsOf,
  displaySettingsSchema,
} from './site/display-settings.ts';
export {
  IDENTIFICATIONS,
  type Identification,
  KIOSK_SETTINGS_DEFAULT,
  type KioskSettings,
  kioskSettingsOf,
  SERVICE_GROUPS_MAX,
  type ServiceGroup,
  type StoredKioskSettings,
} from './site/kiosk-settings.ts';
export { inLocale, LOCALES, type Locale, type LocalText, localeFor } from './site/local-text.ts';
export {
  CALL_VOICE_DEFAULT,
  type CallVoice,
  callVoiceSchema,
  QUEUE_RULES_DEFAULT,
  type QueueRules,
  queueRulesOf,
  queueRulesSchema,
  type StoredQueueRules,
} from './site/queue-rules.ts';
export { isOfferedAt, mustPayFirst, PAYMENT_POLICIES, type PaymentPolicy } from './site/service.ts';
export { CPF_DIGITS, formatCpf, parseCpf } from './text/cpf.ts';
export { CROCKFORD_ALPHABET, crockfordOfBytes, crockfordRead, inGroups } from './text/crockford.ts';
export { normaliseLine, RAW_TEXT_LENGTH_MAX, type TextFault } from './text/normalise.ts';
export {
  CLOUD_LANE,
  isCloudCode,
  NUMBERS_SKIPPED_AFTER_SALVAGE,
  ticketCode,
  typedTicketCode,
} from './ticket/code.ts';
export type { ActContext, Colleague } from './ticket/context.ts';
export { CUSTOMER_ACTS, type CustomerAct, customerActs, decideByCustomer } from './ticket/customer.ts';
export { EXPIRY_CAUSES, type ExpiryCause } from './ticket/data.ts';
export { decideTicket } from './ticket/decide.ts';
export type { Decision } from './ticket/decision.ts';
export { type Expiring, expiryEntry, expiryOf } from './ticket/expire.ts';
export { decideIssue, type IssueContext } from './ticket/issue.ts';
export {
  ACTIVE_STATES,
  BEFORES,
  type Before,
  CANCEL_REASONS,
  type CancelReason,
  CHANNELS,
  type Channel,
  COMMANDS,
  type CommandCell,
  can,
  FACTS,
  type FactCell,
  FINAL_STATES,
  isActive,
  isFinal,
  TICKET_ACTIONS,
  TICKET_CONFLICTS,
  TICKET_STATES,
  type TicketAction,
  type TicketConflict,
  type TicketState,
} from './ticket/machine.ts';
export { PAPERS_MAX, type TicketReprint } from './ticket/reprint.ts';
export {
  type BusinessDay,
  businessDay,
  closingOf,
  isOpen,
  type OpeningHours,
  openingHoursSchema,
  type SiteCalendar,
  type WeekHour,
  weekHourOf,
} from './time/business-day.ts';
