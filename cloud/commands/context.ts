/** What every command works with, and the place where its operator is: the site of their open counter, else their only site. */
import {
  type CallingPlace,
  type Command,
  type CommandOf,
  type CounterRow,
  callingPlace,
  type Env,
  inBoth,
  mayAt,
  type OperatorSessionRow,
  type Principal,
  type SiteId,
  type SiteRow,
  type TicketRow,
} from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import { requireServedHere } from '../hub/terms.ts';
import {
  counterById,
  LOCK_SESSION_OF_USER,
  lockSessions,
  servicesOfPerson,
  siteById,
  ticketsInHand,
} from './queries.ts';

export type Person = Extract<Principal, { kind: 'user' }>;

/** One command in one transaction, at one instant. */
export interface CommandRun<T extends Command['type'] = Command['type']> {
  readonly tx: WriteHandle;
  readonly env: Env;
  readonly person: Person;
  readonly command: CommandOf<T>;
}

/** Where an operator sits. */
export interface Desk {
  readonly session: OperatorSessionRow | undefined;
  readonly counter: CounterRow | undefined;
  readonly site: SiteRow | undefined;
  /** The tickets in the operator's hand: one, or more after a conflict. */
  readonly inHand: readonly TicketRow[];
}

const SITES: Statement = {
  name: 'sites',
  text: 'SELECT id FROM site WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT 2',
};

/** The operator at their counter: who they may call. What a person may serve is asked anew, because a token may be older. */
export async function placeOf(
  { tx, person }: Pick<CommandRun, 'tx' | 'person'>,
  counter: CounterRow,
): Promise<CallingPlace> {
  const serviceIds = inBoth(person.serviceIds, await servicesOfPerson(tx, person.userId));
  return callingPlace({ id: person.userId, serviceIds }, counter);
}

/**
 * The operator's desk, with their session locked: commands of one operator take turns.
 * @throws ProblemError `hub_serves_site`; an override is the cloud's in any case.
 */
export async function deskOf({
  tx,
  person,
  command,
}: Pick<CommandRun, 'tx' | 'person' | 'command'>): Promise<Desk> {
  // What is read after the lock is asked for is read when it is held: statements are answered in their order.
  const [[session], inHand] = await Promise.all([
    lockSessions(tx, LOCK_SESSION_OF_USER, person.userId),
    ticketsInHand(tx, person.userId),
  ]);
  const siteId = session?.siteId ?? (await onlySite(tx, person));
  const [site, counter] = await Promise.all([
    siteId === undefined ? undefined : siteById(tx, siteId),
    session && counterById(tx, session.counterId),
  ]);
  if (site !== undefined && command.type !== 'ticket.override') requireServedHere(site);
  return { session, counter, site: site !== undefined && mayAt(person, site.id) ? site : undefined, inHand };
}

async function onlySite(tx: WriteHandle, { siteIds }: Person): Promise<SiteId | undefined> {
  const ids = siteIds ?? (await tx.all(SITES, [tx.tenantId])).map(({ id }) => id as SiteId);
  return ids.length === 1 ? ids[0] : undefined;
}

/** The same world with a clock that stands still, so that a command happens at one instant. */
export function atOnce(env: Env): Env {
  const now = env.now();
  return { now: () => now, randomBytes: (count) => env.randomBytes(count) };
}
