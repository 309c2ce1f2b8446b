/**
 * What the desk offers for the ticket in hand. The ticket machine decides what is allowed; this file decides what stands
 * where: one main action, a few beside it, the rest in a menu.
 */
import { type CancelReason, type CommandInput, can, type ServiceId, type TicketRow } from '@totem/domain';

export const DESK_ACTIONS = [
  'callNext',
  'start',
  'finish',
  'recall',
  'noShow',
  'cancel',
  'transfer',
  'hold',
  'requeue',
] as const;
export type DeskAction = (typeof DESK_ACTIONS)[number];

/** A ticket as far as the desk must know it to act on it. */
export type DeskTicket = Pick<TicketRow, 'id' | 'state'>;

/** Where each action stands, the first allowed one of `main` being the main action. */
const PLACES = {
  main: ['finish', 'start', 'callNext'],
  beside: ['recall', 'noShow', 'cancel'],
  menu: ['transfer', 'hold', 'requeue'],
} as const satisfies Record<string, readonly DeskAction[]>;

/** Whether the rules allow an action with this ticket in hand, or with none. */
export function isAllowed(action: DeskAction, inHand: DeskTicket | undefined): boolean {
  if (action === 'callNext') return inHand === undefined;
  return inHand !== undefined && can[action](inHand);
}

/** What stands where for the ticket in hand. */
export function deskFor(inHand: DeskTicket | undefined): {
  readonly main: DeskAction | undefined;
  readonly beside: readonly DeskAction[];
  readonly menu: readonly DeskAction[];
} {
  const allowed = (action: DeskAction): boolean => isAllowed(action, inHand);
  return {
    main: PLACES.main.find(allowed),
    beside: PLACES.beside.filter(allowed),
    menu: PLACES.menu.filter(allowed),
  };
}

type WithoutId<C> = C extends { readonly id: unknown } ? Omit<C, 'id'> : never;
/** A command as screens give it: its id is made at the door. */
export type NewCommand = WithoutId<CommandInput>;

/** What an action needs besides the ticket. */
export type DeskDetail =
  | { readonly action: 'cancel'; readonly reason: CancelReason }
  | { readonly action: 'hold'; readonly reason: string }
  | { readonly action: 'transfer'; readonly toServiceId: ServiceId };

/** Actions that need no more than a press. */
export type PlainAction = Exclude<DeskAction, DeskDetail['action'] | 'callNext'>;

/** Whether an action first asks for a reason or a service. */
export function needsDetail(action: DeskAction): action is DeskDetail['action'] {
  return action === 'cancel' || action === 'hold' || action === 'transfer';
}

const PLAIN_COMMANDS = {
  start: 'ticket.start',
  finish: 'ticket.finish',
  recall: 'ticket.recall',
  noShow: 'ticket.no_show',
  requeue: 'ticket.requeue',
} as const satisfies Record<PlainAction, NewCommand['type']>;

/** The command of an action that needs no detail. */
export function plainCommand(action: PlainAction, ticketId: TicketRow['id']): NewCommand {
  return { type: PLAIN_COMMANDS[action], ticketId };
}

/** The command of an action with its detail. */
export function detailCommand(detail: DeskDetail, ticketId: TicketRow['id']): NewCommand {
  switch (detail.action) {
    case 'cancel':
      return { type: 'ticket.cancel', ticketId, reason: detail.reason };
    case 'hold':
      return { type: 'ticket.hold', ticketId, reason: detail.reason };
    case 'transfer':
      return { type: 'ticket.transfer', ticketId, toServiceId: detail.toServiceId };
    default:
      return detail satisfies never;
  }
}
