/** The screen of a totem: one customer after the other wants a ticket, and a command without an answer is given again. */
import { type CommandInput, newId } from '@totem/domain';
import { chosen, draw } from './chance.ts';
import type { Told } from './invariants.ts';
import type { WorldTenant } from './tenant.ts';
import type { TotemNode } from './totem-node.ts';

export interface Kiosk {
  readonly name: string;
  /** Serves the customer who is there, or the next one. */
  serve(): Promise<void>;
  /** Serves whoever still waits for an answer. */
  finish(): Promise<void>;
  /** How many customers have come. */
  customers(): number;
  /** What a command becomes each time it is given; for planted defects. */
  onGive(change: (command: CommandInput) => CommandInput): void;
}

export function createKiosk(parts: {
  readonly seed: number;
  readonly totem: TotemNode;
  readonly tenant: WorldTenant;
  readonly told: Told[];
  readonly note: (line: string) => void;
}): Kiosk {
  const { seed, totem, tenant, told, note } = parts;
  let count = 0;
  let open: CommandInput | undefined;
  let change = (command: CommandInput): CommandInput => command;

  const next = (): CommandInput => {
    count += 1;
    const share = (word: string) => draw(seed, totem.name, word, count);
    return {
      type: 'ticket.create',
      id: newId<'command'>(totem.clock.env),
      serviceId: chosen(tenant.serviceIds, share('service')),
      priorityClassId: chosen(tenant.priorityClassIds, share('class')),
    };
  };
  const give = async (command: CommandInput): Promise<void> => {
    const answer = await totem.command(change(command));
    note(`${totem.name} kiosk ${answer?.status ?? 'no answer'}`);
    if (answer === undefined || answer.status >= 500) return;
    open = undefined;
    if (answer.status !== 200) return;
    const { ticket } = answer.body as { readonly ticket: { readonly id: string } };
    const row = totem.look(
      (all) =>
        all(
          'SELECT code, service_id, number, business_day, price_cents FROM ticket WHERE id = ?',
          ticket.id,
        )[0],
    );
    told.push({
      id: ticket.id,
      code: String(row?.code),
      serviceId: String(row?.service_id),
      totem: totem.name,
      number: Number(row?.number),
      businessDay: String(row?.business_day),
      priceCents: Number(row?.price_cents),
    });
  };
  return {
    name: totem.name,
    async serve() {
      open ??= next();
      await give(open);
    },
    async finish() {
      if (open !== undefined) await give(open);
    },
    customers: () => count,
    onGive(next) {
      change = next;
    },
  };
}
