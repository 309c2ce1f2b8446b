/** Receipts as routes: issued, copied, and as a document. */
import type { Routes } from '@totem/api';
import { epochMsOf } from '@totem/domain';
import { requestLocale } from '@totem/host';
import { readTenant } from '../db/with-tenant.ts';
import { type Handler, own, write } from '../rest/mount.ts';
import { capabilityOf } from '../secrets/named-capability.ts';
import type { Vault } from '../secrets/vault.ts';
import { receiptPdf } from './receipt-pdf.ts';
import { contentOfReceipt, issueReceipt, type ReceiptRow, receiptAt } from './receipts.ts';

export function receiptHandlers(publicUrl: string) {
  const verifyUrlOf = (vault: Vault, row: ReceiptRow): string =>
    `${publicUrl}/r/${capabilityOf(vault, 'receipt', row)}`;
  return {
    issueReceipt: write(async (tx, { principal, params, body, env, vault }) => {
      const row = await issueReceipt(tx, env, principal, params.id, body.refundId);
      const { tenantId: _, folded: __, paymentSessionId, ...receipt } = row;
      return { body: { ...receipt, paymentId: paymentSessionId, verifyUrl: verifyUrlOf(vault, row) } };
    }),
    getReceiptPdf: own(async (c, { principal, params, vault }, { db }) => {
      const row = await readTenant(db, principal.tenantId, (tx) => receiptAt(tx, principal, params.id));
      const bytes = await receiptPdf({
        content: contentOfReceipt(row),
        text: row.text,
        code: row.code,
        locale: requestLocale(c),
        verifyUrl: verifyUrlOf(vault, row),
        isCopy: row.reprints > 0,
        issuedAtMs: epochMsOf(row.issuedAt),
      });
      return c.body(bytes, 200, {
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="${row.code}.pdf"`,
      });
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}
