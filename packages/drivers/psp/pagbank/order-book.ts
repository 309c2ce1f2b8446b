/**
 * What must be remembered of orders and refunds at PagBank, on a disk that outlives the program: PagBank gives orders names of
 * its own, knows ours by an idempotency key, and forgets the key after a day. Each method is durable when it resolves.
 */

export interface KnownOrder {
  /** When it was about to be asked for, by our clock: before anything was sent. */
  readonly askedAtMs: number;
  /** PagBank's name for it; null while no answer has told it. */
  readonly orderId: string | null;
}

export interface KnownRefund {
  /** When it was about to be asked for, by our clock: before anything was sent. */
  readonly askedAtMs: number;
  /** What had been given back of the charge before it, in cents. */
  readonly refundedBeforeCents: number;
}

/** @param externalId everywhere: our name for the order. */
export interface OrderBook {
  /** Writes down that an order is going to be asked for; a second time nothing changes. */
  begin(externalId: string): Promise<KnownOrder>;
  /** Undefined for one that was never begun, or certainly not placed. */
  read(externalId: string): Promise<KnownOrder | undefined>;
  /** PagBank has told its name. */
  name(externalId: string, orderId: string): Promise<void>;
  /** It was certainly not placed: to ask for it later must not place it. */
  notPlaced(externalId: string): Promise<void>;
  /** Orders that were asked for in a span of time, oldest first. */
  span(
    fromMs: number,
    toMs: number,
  ): Promise<readonly { readonly externalId: string; readonly orderId: string }[]>;
  /** Writes down that money is going to be asked back; a second time nothing changes. */
  beginRefund(refundId: string, refundedBeforeCents: number): Promise<KnownRefund>;
  readRefund(refundId: string): Promise<KnownRefund | undefined>;
}
