/**
 * A payment that a person records at the counter: an attempt of the adapter `counter`, from its beginning to its proof in one
 * transaction, together with the ticket that it lets into the queue.
 */
import type { BodyOf, Routes } from '@totem/api';
import {
  businessDay,
  type EntryDraft,
  type Env,
  type Id,
  type JsonObject,
  mayAt,
  newId,
  type PaymentPhase,
  type PaymentSessionRow,
  ProblemError,
  type SiteRow,
  type TicketId,
  type TicketRow,
  whyNotStart,
} from '@totem/domain';
import { siteById } from '../commands/queries.ts';
import { lockRows } from '../db/rows.ts';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import { requireServedHere } from '../hub/terms.ts';
import { commitEntries } from '../ledger/commit.ts';
import { noRows, TICKETS } from '../ledger/folded-tables.ts';
import type { Person } from './refund-asks.ts';

export const COUNTER_ADAPTER = 'counter';

const PHASES: Statement = {
  name: 'payment-phases-of-ticket',
  text: 'SELECT phase FROM payment_session WHERE tenant_id = $1 AND ticket_id = $2',
};

/**
 * Records it. @throws ProblemError `not_found`, `ticket_state` for a ticket that nobody will serve, `hub_serves_site`
 * where the queue is the hub's, and the domain's refusals of an attempt.
 */
export async function payAtCounter(
  tx: WriteHandle,
  { env, person }: { readonly env: Env; readonly person: Person },
  ticketId: TicketId,
  body: BodyOf<Routes['payAtCounter']>,
): Promise<PaymentSessionRow> {
  const ticket = (await lockRows(tx, TICKETS, [ticketId])).get(ticketId);
  const site = ticket && mayAt(person, ticket.siteId) ? await siteById(tx, ticket.siteId) : undefined;
  if (ticket === undefined || site === undefined) throw new ProblemError('not_found');
  if (ticket.state === 'canceled' || ticket.state === 'expired')
    throw new ProblemError('ticket_state', { params: { code: ticket.code, state: ticket.state } });
  // Who joins a queue that the hub commands must be let in by the hub.
  if (ticket.state === 'created') requireServedHere(site);
  if (ticket.priceCents === 0) throw new ProblemError('payment_amount');
  if (ticket.priceCents !== body.amountCents) throw new ProblemError('payment_amount_differs');
  const locked = noRows();
  locked.ticket.set(ticket.id, ticket);
  const committed = await commitEntries(tx, env, {
    commandId: null,
    locked,
    decide: async () => {
      const phases = (await tx.all(PHASES, [tx.tenantId, ticket.id])).map(
        ({ phase }) => phase as PaymentPhase,
      );
      const refusal = whyNotStart(body.amountCents, phases, []);
      if (refusal !== undefined) return { ok: false, refusal: { code: refusal } };
      return { ok: true, drafts: draftsOf(env, { person, ticket, site, attempt: phases.length + 1 }, body) };
    },
  });
  if (!committed.ok) throw new ProblemError(committed.refusal.code);
  const [payment] = committed.rows.payment_session.values();
  if (payment === undefined) throw new Error('a payment was recorded and is not there');
  return payment;
}

interface AtCounter {
  readonly person: Person;
  readonly ticket: TicketRow;
  readonly site: SiteRow;
  readonly attempt: number;
}

function draftsOf(
  env: Env,
  { person, ticket, site, attempt }: AtCounter,
  { method, amountCents, reference }: BodyOf<Routes['payAtCounter']>,
): EntryDraft[] {
  const id = newId<string>(env);
  const externalId = id.replaceAll('-', '');
  const { currency } = site;
  const about = (
    entity: 'ticket' | 'payment_session',
    entityId: Id<string>,
    action: EntryDraft['action'],
    data: JsonObject = {},
  ): EntryDraft => ({ siteId: ticket.siteId, userId: person.userId, action, entity, entityId, data });
  const proof: JsonObject = {
    externalId,
    amountCents,
    currency,
    ...(reference === undefined ? {} : { nsu: reference }),
  };
  return [
    about('payment_session', id, 'PAYMENT_CREATE', {
      ticketId: ticket.id,
      attempt,
      method,
      adapter: COUNTER_ADAPTER,
      externalId,
      currency,
      amountCents,
      equipmentId: null,
      operatorId: person.userId,
      businessDay: businessDay(env.now(), site),
    }),
    about('payment_session', id, 'PAYMENT_SEND'),
    about('payment_session', id, 'PAYMENT_CONFIRM', { proof }),
    ...(ticket.state === 'created'
      ? [about('ticket', ticket.id as string as Id<string>, 'TICKET_ENQUEUE')]
      : []),
  ];
}
