/** The charges of totems, as routes. No provider is configured yet: nothing can be charged, and nothing was. */
import type { Routes } from '@totem/api';
import { ProblemError } from '@totem/domain';
import { type Handler, read, write } from '../rest/mount.ts';

export const chargeHandlers = {
  chargeReadiness: read(async () => ({ body: { ready: false, cause: 'not_configured' } })),
  putCharge: write(async () => {
    throw new ProblemError('payment_unavailable');
  }),
  askCharge: read(async () => {
    throw new ProblemError('not_found');
  }),
  cancelCharge: write(async () => {
    throw new ProblemError('not_found');
  }),
  refundCharge: write(async () => {
    throw new ProblemError('not_found');
  }),
  askChargeRefund: read(async () => {
    throw new ProblemError('not_found');
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
