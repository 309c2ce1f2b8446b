/** The routes of enrolment and of pairing: what people do, and what a device that nobody knows yet may ask. */
import type { Routes } from '@totem/api';
import { ProblemError } from '@totem/domain';
import { withTenant } from '../db/with-tenant.ts';
import type { ClientAddress } from '../http/client-address.ts';
import { record, userOf } from '../rest/entries.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { answered, equipmentRow, nextLane, placed } from '../rest/resources/equipment.ts';
import { claim, confirm, type EnrolmentParts, offer, outcomeOf, progressOf, withdraw } from './enrolment.ts';
import type { EnrolmentLimits } from './limits.ts';
import { ask, followed, pair } from './pairing.ts';

export function enrolmentHandlers(
  parts: EnrolmentParts & { readonly enrolments: EnrolmentLimits; readonly addressOf: ClientAddress },
) {
  const { enrolments, addressOf } = parts;
  return {
    offerEnrolment: write(async (tx, asked) => ({
      body: await offer(tx, asked, await equipmentRow(tx, asked)),
    })),
    getEnrolment: read(async (tx, asked) => ({
      body: await progressOf(tx, asked.env, await equipmentRow(tx, asked)),
    })),
    confirmEnrolment: write(async (tx, asked) => {
      const device = await equipmentRow(tx, asked);
      const { fingerprint, lane } = await confirm(tx, asked.env, device, {
        fingerprint: asked.body.fingerprint,
        laneOf: (inTx) => nextLane(inTx, device.siteId),
      });
      await record(tx, asked, { action: 'DEVICE_ENROLLED', ...placed(device), data: { fingerprint, lane } });
      return { body: await progressOf(tx, asked.env, device) };
    }),
    withdrawEnrolment: write(async (tx, asked) => {
      await withdraw(tx, asked.env, await equipmentRow(tx, asked));
      return { body: undefined };
    }),
    claimEnrolment: own(async (c, { body }) => {
      const address = addressOf(c);
      await enrolments.takeCode(address);
      const claimed = await claim(parts, body);
      await enrolments.forgiveCode(address);
      return c.json(claimed);
    }),
    followEnrolment: own(async (c, { body }) => {
      await enrolments.takeOutcome(addressOf(c));
      return c.json(await outcomeOf(parts, body));
    }),
    askPairing: own(async (c, { body }) => {
      await enrolments.takeAsk(addressOf(c));
      return c.json(await ask(parts, body), 201);
    }),
    followPairing: own(async (c, { body }) => {
      await enrolments.takeOutcome(addressOf(c));
      return c.json(await followed(parts, body));
    }),
    pairEquipment: own(async (c, asked) => {
      const { principal, body } = asked;
      const userId = userOf(principal);
      if (userId === null) throw new ProblemError('forbidden');
      await enrolments.takePairing(userId);
      const paired = await withTenant(parts.db, principal.tenantId, async (tx) => {
        const device = await equipmentRow(tx, asked);
        const fingerprint = await pair(tx, parts, device, body.code);
        await record(tx, asked, {
          action: 'DEVICE_ENROLLED',
          ...placed(device),
          data: { fingerprint, lane: device.lane },
        });
        return answered(await equipmentRow(tx, asked), asked);
      });
      await enrolments.forgivePairing(userId);
      return c.json(paired.body);
    }),
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}
