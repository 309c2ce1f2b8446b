/** The routes of the room of payments, put together. */
import type { Routes } from '@totem/api';
import type { ClientAddress } from '../http/client-address.ts';
import type { Handler } from '../rest/mount.ts';
import { bookHandlers } from './book-handlers.ts';
import { chargeHandlers, hintHandlers } from './charge-handlers.ts';
import { officeHandlers } from './office-handlers.ts';
import type { Payments } from './payments.ts';
import { pspAccountHandlers } from './psp-accounts.ts';
import { receiptHandlers } from './receipt-handlers.ts';
import { refundHandlers } from './refund-handlers.ts';

export function paymentRoomHandlers(parts: {
  readonly payments: Payments;
  /** The address that browsers and providers use. */
  readonly publicUrl: string;
  readonly addressOf: ClientAddress;
}) {
  const { payments, publicUrl, addressOf } = parts;
  return {
    ...chargeHandlers(payments),
    ...pspAccountHandlers(payments),
    ...hintHandlers(payments, addressOf),
    ...refundHandlers(payments),
    ...officeHandlers,
    ...receiptHandlers(publicUrl),
    ...bookHandlers(payments),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}
