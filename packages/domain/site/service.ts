/** What a service is to the sites that offer it, and when it is paid. */

export const PAYMENT_POLICIES = ['free', 'before_queue', 'after_service'] as const;
export type PaymentPolicy = (typeof PAYMENT_POLICIES)[number];

/** Whether its ticket waits for a payment before it may be called; what costs nothing has nothing to wait for. */
export function mustPayFirst(service: {
  readonly paymentPolicy: PaymentPolicy;
  readonly priceCents: number;
}): boolean {
  return service.paymentPolicy === 'before_queue' && service.priceCents > 0;
}

/** Whether a site offers a service. */
export function isOfferedAt(
  service: { readonly siteIds: readonly string[] | null },
  siteId: string,
): boolean {
  return service.siteIds === null || service.siteIds.includes(siteId);
}
