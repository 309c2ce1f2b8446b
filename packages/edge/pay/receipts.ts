/** What terminals said is to be printed: kept with its payment, and put on paper line by line as it was said. */
import type { InstantText, TenantId } from '@totem/domain';
import type { ReceiptLines } from '@totem/drivers/payment';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';

export function saveReceipt(
  db: WriteHandle,
  tenantId: TenantId,
  paymentSessionId: string,
  { customer, merchant, copies }: ReceiptLines,
  at: InstantText,
): void {
  db.run(
    `INSERT INTO payment_receipt (tenant_id, payment_session_id, created_at, customer, merchant, copies)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    tenantId,
    paymentSessionId,
    at,
    JSON.stringify(customer),
    JSON.stringify(merchant),
    copies,
  );
}

/** The copies that the terminal wants on paper, each as its lines; none where it said nothing. */
export function copiesOf(
  db: ReadHandle,
  tenantId: TenantId,
  paymentSessionId: string,
): readonly (readonly string[])[] {
  const row = db.one(
    'SELECT customer, merchant, copies FROM payment_receipt WHERE tenant_id = ? AND payment_session_id = ?',
    tenantId,
    paymentSessionId,
  );
  if (row === undefined) return [];
  const lines = (text: unknown) => JSON.parse(String(text)) as readonly string[];
  const customer = row.copies === 'merchant' ? [] : [lines(row.customer)];
  const merchant = row.copies === 'customer' ? [] : [lines(row.merchant)];
  return [...customer, ...merchant].filter((copy) => copy.length > 0);
}
