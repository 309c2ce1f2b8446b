/** A payment service provider behind the cloud: its port, and what the office needs of it besides. */
import type { PaymentPort } from '../payment/port.ts';
import type { CallResult } from './calls.ts';

/** Money that came in, as the provider knows of it. Amounts in cents. */
export interface ReceivedPayment {
  /** The provider's name for it, as proofs have it. */
  readonly id: string;
  /** Our name for what was asked for; null for what nobody of us has asked for. */
  readonly externalId: string | null;
  readonly amountCents: number;
  readonly refundedCents: number;
  /** When, by the provider; null where it does not say. */
  readonly atMs: number | null;
}

export interface Provider {
  readonly port: PaymentPort;
  /** What came in within a span of time and around it. */
  received(fromMs: number, toMs: number): Promise<CallResult<readonly ReceivedPayment[]>>;
  /** Tells the provider where to call when something happens; nothing to tell where each charge says it. */
  callAt(url: string): Promise<CallResult<undefined>>;
}
