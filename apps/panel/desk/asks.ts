/** What the desk can ask before it acts: a reason, a target, or only "are you sure". */
import type { NotCallable, PriorityClassId, TicketRow } from '@totem/domain';

export type AskTicket = Pick<TicketRow, 'id' | 'code' | 'serviceId' | 'state'>;

export type Ask =
  | { readonly kind: 'cancel'; readonly ticket: AskTicket }
  | { readonly kind: 'hold'; readonly ticket: AskTicket }
  | { readonly kind: 'transfer'; readonly ticket: AskTicket }
  | { readonly kind: 'reprint'; readonly ticket: AskTicket }
  | { readonly kind: 'call'; readonly ticket: AskTicket }
  | { readonly kind: 'override'; readonly ticket: AskTicket }
  | { readonly kind: 'finishNote'; readonly ticket: AskTicket }
  | { readonly kind: 'find' }
  | { readonly kind: 'issue' }
  | { readonly kind: 'checkIn' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'leave' };

/** A ticket that was asked for by its code. */
export interface Callable {
  readonly ticket: AskTicket;
  /** Why it may not be called from here. */
  readonly refusal: NotCallable | undefined;
  /** It is the one that the queue would call. */
  readonly isNext: boolean;
}

/** Somebody who has come for an appointment. */
export interface CheckIn {
  readonly code: string;
  readonly priorityClassId: PriorityClassId;
  readonly partySize: number;
}
