/**
 * What the desk offers for the ticket in hand. The ticket machine decides what is allowed; this file decides what stands
 * where: one main action, a few beside it, the rest in a menu.
 */
import {
  type CancelReason,
  type CommandInput,
  type CounterId,
  can,
  type ServiceId,
  type TicketRow,
  type TicketState,
  type UserId,
} from '@totem/domain';

export const DESK_ACTIONS = [
  'callNext',
  'start',
  'finish',
  'finishNote',
  'recall',
  'noShow',
  'cancel',
  'transfer',
  'hold',
  'requeue',
  'reprint',
  'override',
  'find',
  'issue',
  'checkIn',
  'pause',
  'resume',
] as const;
export type DeskAction = (typeof DESK_ACTIONS)[number];

/** A ticket as far as the desk must know it to act on it. */
export type DeskTicket = Pick<TicketRow, 'id' | 'state'>;

/** What decides what an operator may do. */
export interface DeskNow {
  readonly inHand: DeskTicket | undefined;
  /** The operator is at the counter and calls nobody. */
  readonly isPaused: boolean;
  /** May change a ticket by hand, whatever the rules say. */
  readonly mayOverride: boolean;
}

/** Where each action stands, the first allowed one of `main` being the main action. */
const PLACES = {
  main: ['finish', 'start', 'resume', 'callNext'],
  beside: ['recall', 'noShow', 'cancel', 'find', 'issue', 'checkIn', 'pause'],
  menu: ['finishNote', 'transfer', 'hold', 'requeue', 'reprint', 'override'],
} as const satisfies Record<string, readonly DeskAction[]>;

/** Whether the rules allow an action now. */
export function isAllowed(action: DeskAction, { inHand, isPaused, mayOverride }: DeskNow): boolean {
  switch (action) {
    case 'callNext':
    case 'find':
    case 'issue':
    case 'checkIn':
    case 'pause':
      return inHand === undefined && !isPaused;
    case 'resume':
      return isPaused;
    case 'override':
      return inHand !== undefined && mayOverride;
    case 'finishNote':
      return inHand !== undefined && can.finish(inHand);
    default:
      return inHand !== undefined && can[action](inHand);
  }
}

/** What stands where. */
export function deskFor(now: DeskNow): {
  readonly main: DeskAction | undefined;
  readonly beside: readonly DeskAction[];
  readonly menu: readonly DeskAction[];
} {
  const allowed = (action: DeskAction): boolean => isAllowed(action, now);
  return {
    main: PLACES.main.find(allowed),
    beside: PLACES.beside.filter(allowed),
    menu: PLACES.menu.filter(allowed),
  };
}

type WithoutId<C> = C extends { readonly id: unknown } ? Omit<C, 'id'> : never;
/** A command as screens give it: its id is made at the door. */
export type NewCommand = WithoutId<CommandInput>;

/** Where a ticket is sent on: one of them. */
export type TransferTarget =
  | { readonly toServiceId: ServiceId }
  | { readonly toCounterId: CounterId }
  | { readonly toOperatorId: UserId };

/** What an action needs besides the ticket. */
export type DeskDetail =
  | { readonly action: 'cancel'; readonly reason: CancelReason }
  | { readonly action: 'hold'; readonly reason: string }
  | { readonly action: 'reprint'; readonly reason: string }
  | { readonly action: 'finishNote'; readonly note: string }
  | { readonly action: 'transfer'; readonly target: TransferTarget }
  | { readonly action: 'override'; readonly to: TicketState; readonly reason: string };

/** Actions that are about no ticket in hand. */
export type GeneralAction = 'callNext' | 'find' | 'issue' | 'checkIn' | 'pause' | 'resume';

/** Actions about the ticket in hand that need no more than a press. */
export type PlainAction = Exclude<DeskAction, DeskDetail['action'] | GeneralAction>;

const DETAILED: readonly DeskAction[] = ['cancel', 'hold', 'reprint', 'finishNote', 'transfer', 'override'];

/** Whether an action about a ticket first asks for a reason or a target. */
export function needsDetail(action: DeskAction): action is DeskDetail['action'] {
  return DETAILED.some((known) => known === action);
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
    case 'reprint':
      return { type: 'ticket.reprint', ticketId, reason: detail.reason };
    case 'finishNote': {
      const note = detail.note.trim() === '' ? {} : { note: detail.note };
      return { type: 'ticket.finish', ticketId, ...note };
    }
    case 'transfer':
      return { type: 'ticket.transfer', ticketId, ...detail.target };
    case 'override':
      return { type: 'ticket.override', ticketId, to: detail.to, reason: detail.reason };
    default:
      return detail satisfies never;
  }
}
