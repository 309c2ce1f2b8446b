/** What the desk can ask before it acts: a reason, a target, or only "are you sure". */
import type { TicketRow } from '@totem/domain';

export type AskTicket = Pick<TicketRow, 'id' | 'code' | 'serviceId' | 'state'>;

export type Ask =
  | { readonly kind: 'cancel'; readonly ticket: AskTicket }
  | { readonly kind: 'hold'; readonly ticket: AskTicket }
  | { readonly kind: 'transfer'; readonly ticket: AskTicket }
  | { readonly kind: 'call'; readonly ticket: AskTicket }
  | { readonly kind: 'override'; readonly ticket: AskTicket }
  | { readonly kind: 'pause' }
  | { readonly kind: 'leave' };
