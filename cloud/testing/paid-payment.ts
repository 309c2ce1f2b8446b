/** Payments for tests as they come to be: charged at the provider by a totem, and told to the ledger by it. */
import { ROUTES } from '@totem/api';
import {
  type EntryDraft,
  type Id,
  instantText,
  newId,
  type PaymentProof,
  type PaymentSessionId,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import { draft } from '@totem/testkit/builders';
import type { TestCloud } from '@totem/testkit/postgres';
import { createTicket, openChain, push, sealedBatch, type TestTotem } from './branch.ts';
import type { PixBranch } from './pix-branch.ts';

export interface PaymentFacts {
  readonly id: Id<string>;
  readonly ticketId: Id<string>;
  readonly amountCents: number;
  readonly adapter?: string;
  readonly method?: string;
  readonly externalId?: string;
  readonly businessDay?: string;
}

/** What needs a person is looked for in the last days. */
const today = (): string => instantText(systemEnv.now()).slice(0, 10);

/** What a totem writes of an attempt up to a phase. */
export function paymentDrafts(
  siteId: TestCloud['seed']['siteId'],
  facts: PaymentFacts,
  ...steps: readonly { readonly action: EntryDraft['action']; readonly data?: EntryDraft['data'] }[]
): EntryDraft[] {
  const { id, ticketId, amountCents, adapter = 'pix', method = 'pix', externalId = newId(systemEnv) } = facts;
  const created = {
    ticketId,
    attempt: 1,
    method,
    adapter,
    externalId,
    currency: 'BRL',
    amountCents,
    equipmentId: null,
    operatorId: null,
    businessDay: facts.businessDay ?? today(),
  };
  return [
    draft('PAYMENT_CREATE', 'payment_session', id, created, { siteId }),
    ...steps.map(({ action, data = {} }) => draft(action, 'payment_session', id, data, { siteId })),
  ];
}

/** Pushes drafts as one new origin of a totem. */
export async function tellLedger(
  test: TestCloud,
  totem: TestTotem,
  drafts: readonly EntryDraft[],
): Promise<void> {
  const { tenantId, siteId } = test.seed;
  const chain = openChain(systemEnv, tenantId, siteId);
  const answer = await push(
    test,
    totem,
    sealedBatch(totem, tenantId, [...chain.opening, ...chain.write(drafts)]),
  );
  if (answer.status !== 200) throw new Error(`the ledger does not take it: ${JSON.stringify(answer.body)}`);
}

/** A ticket whose Pix was paid. @returns the ids, and the provider's name of the charge. */
export async function payByPix(test: TestCloud, branch: PixBranch, amountCents = 4_590) {
  const { siteId } = test.seed;
  const { ticket, draft: ticketDraft } = createTicket(systemEnv, siteId, {
    data: { priceCents: amountCents, businessDay: today() },
  });
  const charged = branch.attempt({ amountCents, ticketId: ticket.id });
  branch.provider.payers();
  await branch.totem.call(ROUTES.putCharge, charged);
  const paid = await branch.totem.call(ROUTES.askCharge, { params: charged.params });
  if (paid.kind !== 'confirmed') throw new Error(`nobody has paid: ${JSON.stringify(paid)}`);
  const { attemptId } = charged.params;
  const { externalId } = charged.body;
  const facts = { id: attemptId as string as Id<string>, ticketId: ticket.id, amountCents, externalId };
  const proof = JSON.parse(JSON.stringify(paid.proof)) as PaymentProof & EntryDraft['data'];
  await tellLedger(test, branch.device, [
    ticketDraft,
    ...paymentDrafts(
      siteId,
      facts,
      { action: 'PAYMENT_SEND' },
      { action: 'PAYMENT_CONFIRM', data: { proof } },
    ),
  ]);
  return { paymentId: attemptId, ticketId: ticket.id, code: ticket.code, externalId };
}

/** A payment in cash of which something stayed in the machine and paid nothing, as a totem tells of it. @returns its id. */
export async function oweCash(
  test: TestCloud,
  totem: TestTotem,
  said: Readonly<Record<string, string>>,
  { amountCents = 1_700, isPaid = false, businessDay = today() } = {},
): Promise<PaymentSessionId> {
  const { siteId } = test.seed;
  const data = { priceCents: amountCents, state: 'created', businessDay };
  const { ticket, draft: ticketDraft } = createTicket(systemEnv, siteId, { data });
  const id = newId<string>(systemEnv);
  const facts = { id, ticketId: ticket.id, amountCents, businessDay, method: 'cash', adapter: 'cctalk' };
  const end = isPaid
    ? ({
        action: 'PAYMENT_CONFIRM',
        data: { proof: { externalId: id, amountCents, currency: 'BRL' } },
      } as const)
    : ({ action: 'PAYMENT_CANCEL', data: { by: 'provider', failureCode: 'cash_owed' } } as const);
  const exchange = {
    paymentSessionId: id,
    adapter: 'cctalk',
    kind: 'authorize',
    externalId: id,
    amountCents,
    outcome: isPaid ? 'approved' : 'canceled',
    raw: said,
  };
  await tellLedger(test, totem, [
    ticketDraft,
    ...paymentDrafts(siteId, facts, { action: 'PAYMENT_SEND' }, end),
    draft('PAYMENT_TRANSACTION_CREATE', 'payment_transaction', newId<string>(systemEnv), exchange, {
      siteId,
    }),
  ]);
  return id as string as PaymentSessionId;
}
