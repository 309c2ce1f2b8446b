/**
 * Operators at their panels: each gives one command after the other, at the cloud or at the hub of the site, and repeats the same
 * one in the same place when no answer came.
 */
import { type CommandInput, type Env, newId } from '@totem/domain';
import { chosen, draw } from './chance.ts';
import type { WireAnswer, WireRequest } from './cloud-node.ts';
import type { FaultPoints } from './fault-points.ts';
import type { Neighbour, Network } from './network.ts';

export interface Operator {
  readonly name: string;
  /** Does one thing, unless the last one is still without an answer. */
  act(): void;
  /** Commands that were answered as done and leave an entry, and where: at the cloud, or by the totem of this name. */
  done(): readonly { readonly id: string; readonly at: string | undefined }[];
}

interface Refusal {
  readonly code: string;
  readonly hubEquipmentId?: string;
}
/** What a totem says that is no hub, or cannot be one now. */
const ELSEWHERE = ['not_the_hub', 'unauthorized'];

type Given = CommandInput & { readonly id: string };

/** Whom a panel speaks to: a totem of its branch, or the cloud. */
export interface Hub extends Neighbour {
  readonly name: string;
}

/** A panel asks a place that gives no answer so often; then its person gives up and looks where the site is served now. */
const TRIES_MAX = 12;

export function createOperator(parts: {
  readonly seed: number;
  readonly name: string;
  readonly counterId: string;
  readonly serviceIds: readonly string[];
  readonly token: string;
  readonly env: Env;
  readonly network: Network;
  /** The totem that is this device, if it is there. */
  readonly hubOf: (equipmentId: string) => Hub | undefined;
  readonly points: FaultPoints;
  readonly note: (line: string) => void;
}): Operator {
  const { seed, name, counterId, env, network, points, note } = parts;
  const done: { readonly id: string; readonly at: string | undefined }[] = [];
  let count = 0;
  let isSeated = false;
  let ticket: { readonly id: string; readonly state: string } | undefined;
  let open: Given | undefined;
  let isAsking = false;
  /** The cloud when undefined. */
  let hub: Hub | undefined;
  let tries = 0;

  const turnTo = (next: Hub | undefined): void => {
    hub = next;
    isSeated = false;
    ticket = undefined;
    open = undefined;
  };
  const next = (): Given => {
    const id = newId<'command'>(env);
    const share = draw(seed, name, 'does', count);
    if (!isSeated) return { type: 'counter.open', id, counterId } as Given;
    if (ticket === undefined) return { type: 'ticket.call_next', id };
    const ticketId = ticket.id;
    const toServiceId = chosen(parts.serviceIds, draw(seed, name, 'to', count));
    if (ticket.state === 'called') {
      if (share < 0.6) return { type: 'ticket.start', id, ticketId } as Given;
      if (share < 0.7) return { type: 'ticket.requeue', id, ticketId } as Given;
      if (share < 0.8) return { type: 'ticket.cancel', id, ticketId, reason: 'customer_left' } as Given;
      if (share < 0.9) return { type: 'ticket.transfer', id, ticketId, toServiceId } as Given;
      return { type: 'ticket.hold', id, ticketId, reason: 'papers' } as Given;
    }
    return share < 0.8
      ? ({ type: 'ticket.finish', id, ticketId } as Given)
      : ({ type: 'ticket.transfer', id, ticketId, toServiceId } as Given);
  };
  const refused = (command: Given, { code, hubEquipmentId }: Refusal): void => {
    note(`${name} ${command.type} refused ${code}`);
    if (command.type === 'counter.open') isSeated = true;
    if (code === 'no_counter') isSeated = false;
    ticket = undefined;
    if (code === 'hub_serves_site') {
      points.reached('cloud_sent_to_hub');
      turnTo(parts.hubOf(String(hubEquipmentId)));
    } else if (hub !== undefined && ELSEWHERE.includes(code)) turnTo(undefined);
  };
  const learn = (command: Given, { status, body }: WireAnswer): void => {
    // Somebody in between, or a cloud that cannot now: the same is asked again.
    if (status >= 500 || status === 429) return;
    open = undefined;
    tries = 0;
    if (status !== 200) {
      refused(command, JSON.parse(body));
      return;
    }
    // Who sits at a counter already has nothing to do to sit there.
    if (command.type !== 'counter.open') done.push({ id: command.id, at: hub?.name });
    if (hub !== undefined) points.reached('hub_did_command');
    const said = JSON.parse(body) as { readonly ticket?: { readonly id: string; readonly state: string } };
    if (command.type === 'counter.open') isSeated = true;
    const isInHand = said.ticket?.state === 'called' || said.ticket?.state === 'in_service';
    ticket = isInHand ? said.ticket : undefined;
  };
  return {
    name,
    act() {
      if (isAsking) return;
      count += 1;
      open ??= next();
      const command = open;
      isAsking = true;
      const request: WireRequest = {
        method: 'POST',
        path: '/v1/commands',
        headers: { authorization: `Bearer ${parts.token}`, 'content-type': 'application/json' },
        body: new TextEncoder().encode(JSON.stringify(command)),
      };
      network
        .send(name, request, undefined, hub)
        .then(
          (answer) => learn(command, answer),
          () => {
            tries += 1;
            if (tries < TRIES_MAX) return;
            tries = 0;
            turnTo(undefined);
          },
        )
        .finally(() => {
          isAsking = false;
        });
    },
    done: () => done,
  };
}
