/**
 * Random interleavings at the charge desk with PagBank behind it: totems that ask, repeat and give up, payers who pay when they like,
 * signed and unsigned calls, refunds, and a provider that loses, breaks, refuses and looks into payments. In the end there was one order
 * for each charge, and our rows and PagBank's books say the same.
 */
import { type ApiClient, ApiError, ROUTES } from '@totem/api';
import { newId, type Timers } from '@totem/domain';
import { systemEnv, systemTimers } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { proof } from '@totem/testkit/proof';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChargeAttempt, chargeAttempt } from '../testing/charge-attempt.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { openPagBankBranch, type PagBankBranch } from '../testing/pagbank-branch.ts';

const { putCharge, askCharge, cancelCharge, refundCharge } = ROUTES;
/** Pauses between tries are real time to whoever waits: here they are short. */
const SPEED = 20;
const quick: Timers = { ...systemTimers, after: (ms, run) => systemTimers.after(ms / SPEED, run) };
const CHARGES = 3;
const TRIES = 3;
/** Rounds in which a healed provider is asked until nothing is open. */
const ROUNDS_MAX = 20;
/** Longer than any order of these lives. */
const LIFE_MS = 240_000;

let cloud: TestCloud;
let look: Onlooker;
let branch: PagBankBranch;

beforeAll(async () => {
  cloud = await testCloud({ timers: quick, jobsComeRound: false });
  look = await onlooker(cloud.urls);
  branch = await openPagBankBranch(cloud);
});
afterAll(async () => {
  await branch.close();
  await look.close();
  await cloud.close();
});

const step = fc.record({
  what: fc.constantFrom(
    'put',
    'put',
    'ask',
    'ask',
    'cancel',
    'pay',
    'hint',
    'refund',
    'refund',
    'settle',
    'fault',
    'fault',
  ),
  which: fc.nat({ max: CHARGES - 1 }),
  cents: fc.integer({ min: 1, max: 5_000 }),
  fault: fc.constantFrom(
    'lost_before',
    'lost_after',
    'broken',
    'overloaded',
    'other_amount',
    'in_analysis',
    'refund_refused',
  ),
});
const payers = fc.array(fc.constantFrom('pays', 'walks_away', 'walks_away'), {
  minLength: CHARGES,
  maxLength: CHARGES,
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

test('whatever is lost and repeated, our rows and the books of PagBank say the same', async () => {
  const numRuns = proof('cloud/charges and the books of PagBank', {
    share: 30,
    full: 400,
    unit: 'histories',
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), payers, async (steps, next) => {
      branch.provider.heal();
      branch.provider.payers(...next);
      const attempts = Array.from({ length: CHARGES }, () => chargeAttempt());
      // Two at a time: what totems, payers and the provider do is not in one order.
      for (let first = 0; first < steps.length; first += 2)
        await Promise.all(steps.slice(first, first + 2).map((one) => take(one, attempts)));
      await settleAll(attempts);
      for (const attempt of attempts) await agree(attempt);
    }),
    { numRuns },
  );
});

async function take({ what, which, cents, fault }: Step, attempts: readonly ChargeAttempt[]): Promise<void> {
  const { params, body } = attempts[which] as ChargeAttempt;
  const { totem, provider } = branch;
  switch (what) {
    case 'put':
      return refusable(() => totem.call(putCharge, { params, body }));
    case 'ask':
      return refusable(() => totem.call(askCharge, { params }));
    case 'cancel':
      return refusable(() => totem.call(cancelCharge, { params }));
    case 'pay':
      // Nobody pays a code that nobody can have seen.
      if (await isNamed(params.attemptId)) provider.pay(body.externalId);
      return;
    case 'hint':
      return void (await branch.hint(body.externalId, cents % 2 === 0 ? null : undefined));
    case 'refund': {
      const refundId = newId<'refund_order'>(systemEnv);
      const asked = { amountCents: cents, reason: 'a test' };
      return refusable(() => totem.call(refundCharge, { params: { ...params, refundId }, body: asked }));
    }
    case 'settle':
      return cloud.cloud.runJob('settle_refunds');
    case 'fault':
      // Once, or as often as a call is tried.
      for (let time = 0; time < (cents % 2 === 0 ? 1 : TRIES); time += 1) provider.fault(fault);
      return;
    default:
      return what satisfies never;
  }
}

const isNamed = async (id: string): Promise<boolean> =>
  (await look.count('charge WHERE id = $1 AND provider_id IS NOT NULL', [id])) > 0;

/** A refusal by the rules is an answer like others; a fault of the server is none. */
async function refusable(call: () => ReturnType<ApiClient['call']>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
  }
}

/** The provider is well again, the codes end, and everything is asked for until nothing is open. */
async function settleAll(attempts: readonly ChargeAttempt[]): Promise<void> {
  branch.provider.heal();
  branch.provider.pass(LIFE_MS);
  const ids = attempts.map(({ params }) => params.attemptId);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    for (const { params } of attempts) await refusable(() => branch.totem.call(askCharge, { params }));
    for (const { body } of attempts) await branch.hint(body.externalId);
    await cloud.cloud.hintsFollowed();
    await cloud.cloud.runJob('settle_refunds');
    const open = await look.count(
      `(SELECT id FROM charge WHERE state = 'open' AND id = ANY($1)
        UNION ALL SELECT id FROM refund_order WHERE state = 'open' AND payment_session_id = ANY($1)) o`,
      [ids],
    );
    if (open === 0) return branch.provider.pass(-LIFE_MS);
  }
  throw new Error('something stays open for ever');
}

async function agree({ params, body }: ChargeAttempt): Promise<void> {
  const orders = [...branch.provider.orders.values()].filter(
    ({ reference }) => reference === body.externalId,
  );
  const [row] = await look.rows(
    `SELECT state, answer, (SELECT coalesce(sum(amount_cents), 0)::int8 FROM refund_order r
       WHERE r.payment_session_id = c.id AND r.state = 'done') AS returned
     FROM charge c WHERE id = $1`,
    [params.attemptId],
  );
  expect(orders.length).toBeLessThanOrEqual(1);
  const [charge, ...more] = orders[0]?.charges ?? [];
  expect(more).toEqual([]);
  const answer = row?.answer as { readonly proof?: { readonly amountCents: number } } | undefined;
  expect([row?.state === 'paid', answer?.proof?.amountCents]).toEqual([
    charge !== undefined,
    charge?.valueCents,
  ]);
  expect(Number(row?.returned ?? 0)).toBe(charge?.refundedCents ?? 0);
}
