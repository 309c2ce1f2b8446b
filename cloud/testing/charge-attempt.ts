/** A new attempt to charge, as a totem asks the cloud for it. */
import type { BodyInput, Routes } from '@totem/api';
import { newId, type PaymentSessionId } from '@totem/domain';
import { systemEnv } from '@totem/host';

export interface ChargeAttempt {
  readonly params: { readonly attemptId: PaymentSessionId };
  readonly body: BodyInput<Routes['putCharge']>;
}

export function chargeAttempt(over: Partial<BodyInput<Routes['putCharge']>> = {}): ChargeAttempt {
  return {
    params: { attemptId: newId<'payment_session'>(systemEnv) },
    body: {
      externalId: newId<'charge'>(systemEnv).replaceAll('-', ''),
      ticketId: newId<'ticket'>(systemEnv),
      method: 'pix',
      amountCents: 4_590,
      currency: 'BRL',
      reference: 'Senha A042',
      expiresInSeconds: 180,
      ...over,
    },
  };
}
