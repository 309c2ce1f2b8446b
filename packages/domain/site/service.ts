/** What a service is to the sites that offer it, and when it is paid. */

export const PAYMENT_POLICIES = ['free', 'before_queue', 'after_service'] as const;
export type PaymentPolicy = (typeof PAYMENT_POLICIES)[number];

/** Whether a site offers a service. */
export function isOfferedAt(
  service: { readonly siteIds: readonly string[] | null },
  siteId: string,
): boolean {
  return service.siteIds === null || service.siteIds.includes(siteId);
}
