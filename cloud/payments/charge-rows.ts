/** The rows of charges: what was asked for, written before the wire, and what was answered, written after it. */
import type { BodyOf, ChargeAnswer, Routes } from '@totem/api';
import {
  type Cents,
  cents,
  type Env,
  instantText,
  type PaymentSessionId,
  type PrincipalOf,
  ProblemError,
} from '@totem/domain';
import type { Answer, Charge } from '@totem/drivers/psp';
import { and, eq } from 'drizzle-orm';
import { charge } from '../db/schema/charges.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { accountAt } from './psp-accounts.ts';

export type ChargeRow = typeof charge.$inferSelect;
export type ChargeBody = BodyOf<Routes['putCharge']>;
export type Totem = PrincipalOf<'device'>;

/** Longer than the provider's client tries to bring one request through: three times twenty seconds, with pauses. */
export const REQUEST_MS_MAX = 90_000;

/** Answers after which nothing more is asked for. Money that comes later wins all the same. */
const ENDS: readonly ChargeAnswer['kind'][] = ['declined', 'canceled', 'expired', 'not_sent', 'absent'];

/**
 * Writes down that a charge is going to be asked for, once.
 * @throws ProblemError `payment_unavailable` where no provider is configured, `payment_exists` for another under its names.
 */
export async function beginCharge(
  tx: WriteHandle,
  env: Env,
  { siteId, equipmentId }: Totem,
  id: PaymentSessionId,
  body: ChargeBody,
): Promise<{ readonly row: ChargeRow; readonly isNew: boolean }> {
  const there = await chargeById(tx, id);
  if (there !== undefined) return { row: sameCharge(there, siteId, body), isNew: false };
  const account = await accountAt(tx, siteId);
  if (account === undefined) throw new ProblemError('payment_unavailable');
  const { method: _, ...fields } = body;
  const at = instantText(env.now());
  const [made] = await tx.orm
    .insert(charge)
    .values({
      ...fields,
      tenantId: tx.tenantId,
      id,
      createdAt: at,
      siteId,
      equipmentId,
      pspAccountId: account.id,
      adapter: account.adapter,
      state: 'open',
      askingUntil: instantText(env.now() + REQUEST_MS_MAX),
      updatedAt: at,
    })
    .onConflictDoNothing()
    .returning();
  if (made !== undefined) return { row: made, isNew: true };
  // Somebody else was faster, or the provider's name for it is another charge's.
  const other = await chargeById(tx, id);
  if (other === undefined) throw new ProblemError('payment_exists');
  return { row: sameCharge(other, siteId, body), isNew: false };
}

function sameCharge(row: ChargeRow, siteId: string, body: ChargeBody): ChargeRow {
  const { method: _, ...fields } = body;
  const isSame = Object.entries(fields).every(([name, value]) => row[name as keyof ChargeRow] === value);
  if (!isSame || row.siteId !== siteId) throw new ProblemError('payment_exists');
  return row;
}

export async function chargeById(tx: ReadHandle, id: string): Promise<ChargeRow | undefined> {
  const [row] = await tx.orm.select().from(charge).where(isCharge(tx, id));
  return row;
}

/** A charge at the site of a totem. @throws ProblemError `not_found` */
export async function chargeAt(
  tx: ReadHandle,
  { siteId }: Pick<Totem, 'siteId'>,
  id: string,
): Promise<ChargeRow> {
  const row = await chargeById(tx, id);
  if (row === undefined || row.siteId !== siteId) throw new ProblemError('not_found');
  return row;
}

/** The same, locked. */
export async function lockedCharge(tx: WriteHandle, id: string): Promise<ChargeRow | undefined> {
  const [row] = await tx.orm.select().from(charge).where(isCharge(tx, id)).for('update');
  return row;
}

/** Says that a request for it is under way. */
export async function markAsking(tx: WriteHandle, env: Env, id: string): Promise<void> {
  await tx.orm
    .update(charge)
    .set({ askingUntil: instantText(env.now() + REQUEST_MS_MAX) })
    .where(isCharge(tx, id));
}

/**
 * Keeps what the provider has answered. Money is never forgotten, and an end stays an end unless money comes.
 * @param hasAsked whether this was the request itself, which is under way no more.
 * @returns the row as it is now, and whether its money is news.
 */
export async function keepAnswer(
  tx: WriteHandle,
  env: Env,
  id: string,
  answer: ChargeAnswer,
  hasAsked: boolean,
): Promise<{ readonly row: ChargeRow; readonly isNewlyPaid: boolean }> {
  const before = await lockedCharge(tx, id);
  if (before === undefined) throw new Error('a charge was asked for and is not there');
  const set = { ...stateAfter(before, answer), ...(hasAsked ? { askingUntil: null } : {}) };
  if (Object.keys(set).length === 0) return { row: before, isNewlyPaid: false };
  const [row] = await tx.orm
    .update(charge)
    .set({ ...set, updatedAt: instantText(env.now()) })
    .where(isCharge(tx, id))
    .returning();
  return { row: row ?? before, isNewlyPaid: row?.state === 'paid' && before.state !== 'paid' };
}

/** What changes of a charge by an answer; nothing when it says nothing new. Pure. */
export function stateAfter(
  before: Pick<ChargeRow, 'state' | 'answer'>,
  answer: ChargeAnswer,
): Partial<Pick<ChargeRow, 'state' | 'answer' | 'paidLate'>> {
  if (before.state === 'paid') return {};
  if (answer.kind === 'confirmed') return { state: 'paid', answer, paidLate: before.state === 'ended' };
  if (before.state === 'ended') return {};
  if (ENDS.includes(answer.kind)) return { state: 'ended', answer };
  // What can be shown to the customer is kept while nothing more is known.
  const isNews = answer.kind !== before.answer?.kind && (answer.kind === 'waiting' || before.answer === null);
  return isNews ? { answer } : {};
}

/** A charge as the port takes it. */
export function chargeOf(row: ChargeRow): Charge {
  const { id, externalId, amountCents, currency, reference, expiresInSeconds } = row;
  return {
    attemptId: id,
    externalId,
    amountCents: cents(amountCents) as Cents,
    currency,
    reference,
    expiresInSeconds,
  };
}

/** An answer of a port without a second leg, as it goes over the wire. */
export function chargeAnswerOf(answer: Answer): ChargeAnswer {
  if (answer.kind === 'authorized' || answer.kind === 'pending_found')
    throw new Error('a provider behind the cloud has no second leg');
  return answer as ChargeAnswer;
}

function isCharge(tx: ReadHandle, id: string) {
  return and(eq(charge.tenantId, tx.tenantId), eq(charge.id, id as PaymentSessionId));
}
