/** The routes of enrolment: who offers and confirms, and what a device that nobody knows yet may ask. */
import type { Routes } from '@totem/api';
import type { ClientAddress } from '../http/client-address.ts';
import { record } from '../rest/entries.ts';
import { type Handler, own, read, write } from '../rest/mount.ts';
import { equipmentRow, nextLane, placed } from '../rest/resources/equipment.ts';
import { claim, confirm, type EnrolmentParts, offer, outcomeOf, progressOf, withdraw } from './enrolment.ts';
import type { EnrolmentLimits } from './limits.ts';

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
  } satisfies { [N in keyof Routes]?: Handler<Routes[N]> };
}
