/** Operators at their panels: each gives one command after the other at the cloud, and repeats the same one when no answer came. */
import { type CommandInput, type Env, newId } from '@totem/domain';
import { chosen, draw } from './chance.ts';
import type { WireAnswer } from './cloud-node.ts';
import type { Network } from './network.ts';

export interface Operator {
  readonly name: string;
  /** Does one thing, unless the last one is still without an answer. */
  act(): void;
  /** Commands that were answered as done. */
  done(): readonly string[];
}

type Given = CommandInput & { readonly id: string };

export function createOperator(parts: {
  readonly seed: number;
  readonly name: string;
  readonly counterId: string;
  readonly serviceIds: readonly string[];
  readonly token: string;
  readonly env: Env;
  readonly network: Network;
  readonly note: (line: string) => void;
}): Operator {
  const { seed, name, counterId, env, network, note } = parts;
  const done: string[] = [];
  let count = 0;
  let isSeated = false;
  let ticket: { readonly id: string; readonly state: string } | undefined;
  let open: Given | undefined;
  let isAsking = false;

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
  const learn = (command: Given, { status, body }: WireAnswer): void => {
    // Somebody in between, or a cloud that cannot now: the same is asked again.
    if (status >= 500 || status === 429) return;
    open = undefined;
    if (status !== 200) {
      note(`${name} ${command.type} refused ${String(JSON.parse(body).code)}`);
      if (command.type === 'counter.open') isSeated = true;
      ticket = undefined;
      return;
    }
    done.push(command.id);
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
      network
        .send(name, {
          method: 'POST',
          path: '/v1/commands',
          headers: { authorization: `Bearer ${parts.token}`, 'content-type': 'application/json' },
          body: new TextEncoder().encode(JSON.stringify(command)),
        })
        .then(
          (answer) => learn(command, answer),
          () => {},
        )
        .finally(() => {
          isAsking = false;
        });
    },
    done: () => done,
  };
}
