/** What acting on a ticket needs to know besides its row; whoever decides reads it under the locks that keep it true. */
import type { CallChoice, CallWhy } from '../call/call.ts';
import type { CounterId, ServiceId, SiteId, TicketId, UserId } from '../ids/id.ts';
import type { CallingPlace } from '../queue/callable.ts';
import type { CounterRow, ServiceRow, SiteRow } from '../rows/tables.ts';

/** A person to whom a ticket can be sent on. */
export interface Colleague {
  readonly id: UserId;
  /** Whether they may serve anybody at all now: neither removed nor switched off, and of a role that serves. */
  readonly serves: boolean;
  /** Null means every site, or every service. */
  readonly siteIds: readonly SiteId[] | null;
  readonly serviceIds: readonly ServiceId[] | null;
}

export interface ActContext {
  readonly site: SiteRow;
  readonly userId: UserId;
  /** The counter at which the operator is signed in, and what the two serve together. */
  readonly counter: { readonly id: CounterId; readonly number: number } | undefined;
  readonly place: CallingPlace | undefined;
  /** Whether the operator has paused. */
  readonly isPaused: boolean;
  /** Another ticket that the operator has in hand. */
  readonly inHand: { readonly id: TicketId; readonly code: string } | undefined;
  /** Another ticket in the hand of the operator whom the row names; asked only for an override. */
  readonly inHandOfHolder: { readonly code: string } | undefined;
  /** Where a transfer goes: what the command names, as it is found. */
  readonly targetService: ServiceRow | undefined;
  readonly targetCounter: CounterRow | undefined;
  readonly targetOperator: Colleague | undefined;
  /** The lanes of the site's totems that may print, in their order; asked only for a reprint. */
  readonly totemLanes: readonly string[];
  readonly why: CallWhy;
  /** How it was chosen, where the queue chose. */
  readonly choice?: CallChoice;
  /** The number of the call in the site's log of the day; asked only for calls. */
  nextCallNumber(businessDay: string): number;
}
