/** The charges of totems, as routes; and the address at which providers call. */
import type { Routes } from '@totem/api';
import { type Principal, ProblemError } from '@totem/domain';
import { SIGNATURE_HEADER } from '@totem/drivers/psp';
import { createRateLimit } from '../access/rate-limit.ts';
import { type ClientAddress, networkOf } from '../http/client-address.ts';
import { type Handler, own } from '../rest/mount.ts';
import type { Totem } from './charge-rows.ts';
import type { Payments } from './payments.ts';

const MS = 1_000;

export function chargeHandlers({ charges, refunds }: Payments) {
  return {
    chargeReadiness: own(async (c, { principal }) => c.json(await charges.ready(totemOf(principal)))),
    putCharge: own(async (c, { principal, params, body }) =>
      c.json(await charges.put(totemOf(principal), params.attemptId, body)),
    ),
    askCharge: own(async (c, { principal, params, query }) =>
      c.json(await charges.ask(totemOf(principal), params.attemptId, query.wait * MS)),
    ),
    cancelCharge: own(async (c, { principal, params }) =>
      c.json(await charges.cancel(totemOf(principal), params.attemptId)),
    ),
    refundCharge: own(async (c, { principal, params, body }) =>
      c.json(await refunds.put(totemOf(principal), params.attemptId, params.refundId, body)),
    ),
    askChargeRefund: own(async (c, { principal, params }) =>
      c.json(await refunds.ask(totemOf(principal), params.attemptId, params.refundId)),
    ),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}

/** A provider has many branches' money to tell of, from few addresses. */
const HINTS_PER_MINUTE = 6_000;

export function hintHandlers({ hints, timers }: Payments, addressOf: ClientAddress) {
  const limit = createRateLimit(timers, HINTS_PER_MINUTE);
  const heard: Handler<Routes['hintPix']> = own(async (c, { params, body }) => {
    limit.take(networkOf(addressOf(c)));
    await hints.hear(params.capability, { adapter: 'pix', body });
    return c.json({});
  });
  const heardOrder: Handler<Routes['hintOrder']> = own(async (c, { params, body }) => {
    limit.take(networkOf(addressOf(c)));
    await hints.hear(params.capability, {
      adapter: 'pagbank',
      body,
      bytes: Buffer.from(await c.req.text()),
      signature: c.req.header(SIGNATURE_HEADER),
    });
    return c.json({});
  });
  return { hintPix: heard, hintPixAppended: heard, hintOrder: heardOrder } satisfies {
    [N in keyof Routes]?: Handler<Routes[N]>;
  };
}

/** The permission is a totem's alone. */
function totemOf(principal: Principal): Totem {
  if (principal.kind !== 'device') throw new ProblemError('forbidden');
  return principal;
}
