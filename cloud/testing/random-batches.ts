/**
 * Batches from a seed: several writers at one site who speak about few tickets, calls and sessions, so that nearly everything
 * happens that can: clashes, hands that change, facts that do not fit, and facts that arrive before what they are about.
 */
import {
  type EntryDraft,
  type FoldedEntity,
  type Id,
  type LedgerEntry,
  newId,
  type OriginId,
  type SiteId,
  type TenantId,
  TICKET_ACTIONS,
  TICKET_STATES,
} from '@totem/domain';
import { buildOrigin, draft } from '@totem/testkit/builders';
import { seededRandom, virtualWorld } from '@totem/testkit/virtual';

/** One transaction of one writer. */
export interface RandomBatch {
  readonly origin: OriginId;
  readonly entries: readonly LedgerEntry[];
}

export interface RandomWorld {
  readonly tenantId: TenantId;
  readonly siteId: SiteId;
  readonly origins: readonly OriginId[];
  readonly batches: readonly RandomBatch[];
}

const WRITERS = 3;
const TICKETS = 12;
const CALLS = 8;
const SESSIONS = 6;
const PEOPLE = 3;
const BATCH_ENTRIES = 24;
const SESSION_ACTIONS = [
  'OPERATOR_SESSION_OPEN',
  'OPERATOR_SESSION_CLOSE',
  'OPERATOR_SESSION_PAUSE',
  'OPERATOR_SESSION_RESUME',
] as const;
/** An override is the cloud's to say; a creation is said more often than its share of the actions. */
const ACTIONS: readonly EntryDraft['action'][] = [
  ...TICKET_ACTIONS.filter((action) => action !== 'TICKET_OVERRIDE'),
  ...Array.from({ length: 6 }, () => 'TICKET_CREATE' as const),
  ...Array.from({ length: 4 }, () => 'TICKET_CALL' as const),
  'CALL_CREATE',
  ...SESSION_ACTIONS,
];

/** The same seed gives the same world. */
export function randomBatches(seed: number, count: number): RandomWorld {
  const { env } = virtualWorld({ seed });
  const random = seededRandom(seed + 1);
  const below = (most: number) => Math.floor(random() * most);
  const tenantId = newId<'tenant'>(env);
  const siteId = newId<'site'>(env);
  const many = <T>(length: number, make: () => T): readonly T[] => Array.from({ length }, make);
  const pick = <T>(from: readonly T[]): T => {
    const one = from[below(from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
  const writers = many(WRITERS, () => buildOrigin(env, tenantId));
  const ids: Record<QueueEntity, readonly Id<string>[]> = {
    ticket: many(TICKETS, () => newId<string>(env)),
    call: many(CALLS, () => newId<string>(env)),
    operator_session: many(SESSIONS, () => newId<string>(env)),
  };
  const people = many(PEOPLE, () => ({ operatorId: newId<'user'>(env), counterId: newId<'counter'>(env) }));
  const services = many(2, () => newId<'service'>(env));
  const priorityClassId = newId<'priority_class'>(env);

  const oneDraft = (): EntryDraft => {
    const action = pick(ACTIONS);
    const entity = entityOf(action);
    const who = pick(people);
    const number = 1 + below(TICKETS);
    return draft(
      action,
      entity,
      pick(ids[entity]),
      {
        ...who,
        userId: who.operatorId,
        callId: newId<'call'>(env),
        ticketId: pick(ids.ticket),
        reason: action === 'TICKET_CANCEL' ? 'customer_left' : 'because',
        place: pick(['keep', 'end']),
        toServiceId: pick(services),
        to: pick(TICKET_STATES),
        state: pick(['created', 'waiting']),
        serviceId: pick(services),
        code: `A${String(number).padStart(3, '0')}`,
        businessDay: '2026-11-23',
        lane: '1',
        number,
        priorityClassId,
        priority: below(3),
        partySize: 1,
        channel: 'totem',
        priceCents: 0,
        counterNumber: 1,
        why: { policy: 'by_hand', policyVersion: 1, candidates: 1, runnerUp: null },
      },
      { siteId },
    );
  };
  const batches = many(count, () => {
    const writer = pick(writers);
    const opening =
      writer.head().seq === 0
        ? [
            draft(
              'ORIGIN_OPENED',
              'origin',
              writer.id as string as Id<string>,
              { reason: 'enrolled' },
              { siteId },
            ),
          ]
        : [];
    const drafts = many(1 + below(BATCH_ENTRIES), oneDraft);
    return { origin: writer.id, entries: writer.write([...opening, ...drafts]).map(({ entry }) => entry) };
  });
  return { tenantId, siteId, origins: writers.map(({ id }) => id), batches };
}

/** What stands in the queue; payments have histories of their own. */
type QueueEntity = Extract<FoldedEntity, 'ticket' | 'call' | 'operator_session'>;

function entityOf(action: EntryDraft['action']): QueueEntity {
  if (action.startsWith('TICKET_')) return 'ticket';
  return action.startsWith('CALL_') ? 'call' : 'operator_session';
}
