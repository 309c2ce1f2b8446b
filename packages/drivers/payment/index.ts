/** Payments, whatever the provider: the port that adapters fulfil, and the cashier that takes an attempt to its end. */
export {
  type Cashier,
  type CashierParts,
  CRASH_POINTS,
  type CrashPoint,
  createCashier,
  type SaleEnd,
  type SaleOrder,
} from './cashier.ts';
export type { AttemptRecord, Beside, Exchange, Owed, PaymentJournal } from './journal.ts';
export {
  type Answer,
  type Capabilities,
  type Charge,
  DECLINE_CAUSES,
  type DeclineCause,
  type PaymentPort,
  type Readiness,
  type ReceiptLines,
  type RefundAnswer,
  type RefundOrder,
  type Said,
  type Told,
  type ToShow,
} from './port.ts';
