/**
 * Pix by the cloud, which holds the provider's credentials: the port's questions as requests to its charge routes, and its
 * answers as they come. A request that may have arrived is never taken for one that did not.
 */
import { ProblemError, paymentProofSchema } from '@totem/domain';
import {
  type Answer,
  type Charge,
  DECLINE_CAUSES,
  type PaymentPort,
  type Readiness,
  type RefundAnswer,
  type RefundOrder,
} from '@totem/drivers/payment';
import { z } from 'zod';
import { problemIn } from '../link/cloud-link.ts';
import type { MeansWorld } from './means.ts';

/** An answer that takes longer is looked for again: a customer looks at an empty screen meanwhile. */
const ANSWER_MS = 12_000;
/** Whether it can be offered must be known while somebody chooses. */
const READY_MS = 2_000;
/** How long the cloud may hold a question, in seconds: a customer who ends it waits no longer. */
const HOLD_SECONDS = 2;
/** By the rules of Pix (devolução), from the payment on. */
const REFUND_WINDOW_DAYS = 90;

const said = z.record(z.string(), z.string()).exactOptional();
const cause = z.string();
const answerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('waiting'),
    show: z.object({ copyCode: z.string().exactOptional() }).exactOptional(),
    said,
  }),
  z.object({ kind: z.literal('confirmed'), proof: paymentProofSchema, said }),
  z.object({ kind: z.literal('declined'), cause: z.enum(DECLINE_CAUSES).catch('declined'), said }),
  z.object({ kind: z.literal('canceled'), said }),
  z.object({ kind: z.literal('expired'), said }),
  z.object({ kind: z.literal('not_sent'), cause, said }),
  z.object({ kind: z.literal('absent'), said }),
  z.object({ kind: z.literal('unknown'), cause, said }),
]);
const refundSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refunded'), said }),
  z.object({ kind: z.literal('pending'), said }),
  z.object({ kind: z.literal('failed'), cause, said }),
  z.object({ kind: z.literal('unknown'), cause, said }),
]);
const readinessSchema = z.discriminatedUnion('ready', [
  z.object({ ready: z.literal(true) }),
  z.object({ ready: z.literal(false), cause }),
]);

/** What came of a request: a body of the agreed form, a refusal in the cloud's own words, or nothing that says anything. */
type Outcome<T> =
  | { readonly kind: 'said'; readonly body: T }
  | ({ readonly kind: 'refused' } & Refused)
  | { readonly kind: 'lost'; readonly cause: string };

interface Refused {
  readonly status: number;
  readonly code: string;
}

export function createCloudChargePort({ link, timers, ticketOf }: Omit<MeansWorld, 'cashBook'>): PaymentPort {
  const ask = async <T>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    schema: z.ZodType<T>,
    body?: object,
    withinMs = ANSWER_MS,
  ): Promise<Outcome<T>> => {
    const late = new AbortController();
    const stop = timers.after(withinMs, () => late.abort());
    const json = { 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: json };
    try {
      const response = await link.request({ method, path, signal: late.signal, ...content });
      if (!response.ok) {
        const { code } = await problemIn(response);
        return { kind: 'refused', status: response.status, code };
      }
      const parsed = schema.safeParse(await response.json());
      return parsed.success ? { kind: 'said', body: parsed.data } : { kind: 'lost', cause: 'answer_broken' };
    } catch (error) {
      return { kind: 'lost', cause: error instanceof ProblemError ? error.code : 'answer_broken' };
    } finally {
      stop();
    }
  };
  const pathOf = ({ attemptId }: Charge): string => `/v1/charges/${attemptId}`;
  const refundPath = ({ charge, refundId }: RefundOrder): string =>
    `${pathOf(charge)}/refunds/${asId(refundId)}`;
  /** Asked of a charge that the cloud was told of: one that it does not know will never come to be paid. */
  const answered = (outcome: Outcome<Answer>): Answer => {
    if (outcome.kind === 'said') return outcome.body;
    if (outcome.kind === 'lost') return { kind: 'unknown', cause: outcome.cause };
    return outcome.code === 'not_found' ? { kind: 'absent' } : { kind: 'unknown', cause: outcome.code };
  };
  const refundAnswered = (
    outcome: Outcome<RefundAnswer>,
    hasFailed: (refused: Refused) => boolean,
  ): RefundAnswer => {
    if (outcome.kind === 'said') return outcome.body;
    if (outcome.kind === 'lost') return { kind: 'unknown', cause: outcome.cause };
    return { kind: hasFailed(outcome) ? 'failed' : 'unknown', cause: outcome.code };
  };

  return {
    name: 'pix',
    capabilities: {
      method: 'pix',
      isTwoPhase: false,
      canCancel: true,
      canAsk: true,
      refund: { extent: 'partial', windowDays: REFUND_WINDOW_DAYS },
    },
    async ready(): Promise<Readiness> {
      if (link.state().state === 'down') return { ready: false, cause: 'no_connection' };
      const outcome = await ask(
        'GET',
        '/v1/charge-readiness?method=pix',
        readinessSchema,
        undefined,
        READY_MS,
      );
      if (outcome.kind === 'said') return outcome.body;
      return { ready: false, cause: outcome.kind === 'lost' ? outcome.cause : outcome.code };
    },
    async request(charge) {
      const { externalId, amountCents, currency, reference, expiresInSeconds } = charge;
      const ticketId = ticketOf(charge.attemptId);
      const body = {
        externalId,
        ticketId,
        method: 'pix',
        amountCents,
        currency,
        reference,
        expiresInSeconds,
      };
      const outcome = await ask('PUT', pathOf(charge), answerSchema, body);
      if (outcome.kind !== 'refused') return answered(outcome);
      // Refused by its form or by the rules: it was not taken, and nothing was asked of the provider.
      return { kind: isRefusal(outcome) ? 'not_sent' : 'unknown', cause: outcome.code };
    },
    ask: async (charge) => answered(await ask('GET', `${pathOf(charge)}?wait=${HOLD_SECONDS}`, answerSchema)),
    cancel: async (charge) => answered(await ask('POST', `${pathOf(charge)}/cancel`, answerSchema, {})),
    // One leg: there is nothing to confirm, to undo or to find.
    confirm: async () => 'taken',
    undo: async () => 'taken',
    found: async () => [],
    async refund(order) {
      const { amountCents, reason } = order;
      const outcome = await ask('POST', refundPath(order), refundSchema, { amountCents, reason });
      return refundAnswered(outcome, isRefusal);
    },
    // Who may not look has not learned that nothing goes back: only what the cloud does not know will never come.
    askRefund: async (order) =>
      refundAnswered(
        await ask('GET', refundPath(order), refundSchema),
        (refused) => refused.code === 'not_found',
      ),
  };
}

/** Whether the cloud itself has said no, before anything was done: not whoever stands between, and not that something is there already. */
function isRefusal({ status, code }: Refused): boolean {
  return status >= 400 && status < 500 && code !== 'payment_exists' && code !== 'unreachable';
}

/** A name without dashes as the UUID that it was. */
function asId(name: string): string {
  return name.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
