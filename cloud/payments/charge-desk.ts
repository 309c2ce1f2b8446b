/**
 * The desk at which totems charge. A charge is written down before anything is sent, a repetition asks before it creates, and
 * only one exchange about a charge is under way at a time on a node. No connection to the database is held while a provider
 * or a customer takes their time.
 */
import type { ChargeAnswer } from '@totem/api';
import {
  type Env,
  epochMsOf,
  type PaymentSessionId,
  ProblemError,
  type TenantId,
  type Timers,
} from '@totem/domain';
import type { Provider, Readiness } from '@totem/drivers/psp';
import type { Log } from '@totem/host';
import type { Database } from '../db/pool.ts';
import { readTenant, withTenant } from '../db/with-tenant.ts';
import {
  beginCharge,
  type ChargeBody,
  type ChargeRow,
  chargeAnswerOf,
  chargeAt,
  chargeById,
  chargeOf,
  keepAnswer,
  markAsking,
  type Totem,
} from './charge-rows.ts';
import { accountAt, accountById } from './psp-accounts.ts';
import type { PspPorts } from './psp-ports.ts';
import { createWaits } from './waits.ts';

export interface ChargeDesk {
  ready(totem: Totem): Promise<Readiness>;
  /** @throws ProblemError `payment_unavailable`, `payment_exists`. */
  put(totem: Totem, id: PaymentSessionId, body: ChargeBody): Promise<ChargeAnswer>;
  /** Holds the answer for up to `waitMs` while the customer may still pay. @throws ProblemError `not_found` */
  ask(totem: Totem, id: PaymentSessionId, waitMs: number): Promise<ChargeAnswer>;
  /** @throws ProblemError `not_found` */
  cancel(totem: Totem, id: PaymentSessionId): Promise<ChargeAnswer>;
  /** Asks for a charge because somebody said that it was paid; one that has ended too. */
  look(tenantId: TenantId, id: PaymentSessionId): Promise<ChargeAnswer>;
  /** Answers those who wait with what is known. */
  close(): void;
}

export interface ChargeDeskParts {
  readonly db: Database;
  readonly env: Env;
  readonly timers: Timers;
  readonly log: Log;
  readonly ports: PspPorts;
}

/** Shorter than any request may take here: what the provider says later is kept for the next question. */
const ANSWER_MS_MAX = 24_000;
/** Between two questions while a customer pays: at first, and later. A provider's hint comes sooner. */
const POLL_MS = 2_000;
const POLL_LATER_MS = 4_000;
const POLL_LATER_AFTER_MS = 30_000;

export function createChargeDesk(parts: ChargeDeskParts): ChargeDesk {
  const { db, env, timers, log, ports } = parts;
  const waits = createWaits(timers);
  const underWay = new Map<string, Promise<ChargeAnswer>>();

  const pspOf = async (row: ChargeRow): Promise<Provider> => {
    const account = await readTenant(db, row.tenantId, (tx) => accountById(tx, row.pspAccountId));
    if (account === undefined) throw new Error('a charge has lost its account');
    return ports.of(account);
  };
  const keep = async (row: ChargeRow, answer: ChargeAnswer, hasAsked: boolean): Promise<ChargeRow> => {
    const kept = await withTenant(db, row.tenantId, (tx) => keepAnswer(tx, env, row.id, answer, hasAsked));
    if (kept.isNewlyPaid) {
      log.info({ charge: row.id, late: kept.row.paidLate }, 'a charge is paid');
      waits.wake(row.id);
    }
    return kept.row;
  };
  /** One exchange about a charge at a time; who comes meanwhile gets its answer. */
  const shared = (row: ChargeRow, run: () => Promise<ChargeAnswer>): Promise<ChargeAnswer> => {
    const key = keyOf(row);
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const begun = run().finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };
  /** The same for what must be done itself, after what is under way, if it is still to be done then. */
  const alone = async (
    row: ChargeRow,
    run: (now: ChargeRow) => Promise<ChargeAnswer>,
  ): Promise<ChargeAnswer> => {
    for (;;) {
      const running = underWay.get(keyOf(row));
      if (running === undefined) break;
      await running.catch(() => undefined);
    }
    return shared(row, async () => {
      const now = (await readTenant(db, row.tenantId, (tx) => chargeById(tx, row.id))) ?? row;
      return final(now) ?? run(now);
    });
  };

  const request = async (row: ChargeRow): Promise<ChargeAnswer> => {
    const { port } = await pspOf(row);
    const answer = chargeAnswerOf(await port.request(chargeOf(row)));
    const kept = await keep(row, answer, true);
    // Somebody has ended it meanwhile: what was created must not stay there to be paid.
    if (kept.state === 'ended' && answer.kind === 'waiting') {
      const after = chargeAnswerOf(await port.cancel(chargeOf(row)));
      return final(await keep(row, after, false)) ?? after;
    }
    return final(kept) ?? answer;
  };
  const askNow = async (row: ChargeRow): Promise<ChargeAnswer> => {
    const { port } = await pspOf(row);
    return judged(row, chargeAnswerOf(await port.ask(chargeOf(row))));
  };
  /** What the provider says, once it is sure: while a request may be under way, nothing is absent. */
  const judged = async (row: ChargeRow, answer: ChargeAnswer): Promise<ChargeAnswer> => {
    if (answer.kind === 'absent' && row.askingUntil !== null && env.now() < epochMsOf(row.askingUntil))
      return { kind: 'unknown', cause: 'request_under_way' };
    return final(await keep(row, answer, false)) ?? answer;
  };
  const again = async (row: ChargeRow): Promise<ChargeAnswer> => {
    const { port } = await pspOf(row);
    const answer = chargeAnswerOf(await port.ask(chargeOf(row)));
    if (answer.kind !== 'absent') return judged(row, answer);
    await withTenant(db, row.tenantId, (tx) => markAsking(tx, env, row.id));
    return request(row);
  };

  /** What takes too long is not known yet. It goes on, and what comes of it is kept. */
  const inTime = (answer: Promise<ChargeAnswer>): Promise<ChargeAnswer> => {
    const { promise: late, resolve } = Promise.withResolvers<ChargeAnswer>();
    const stop = timers.after(ANSWER_MS_MAX, () => resolve({ kind: 'unknown', cause: 'provider_slow' }));
    answer.catch((error: unknown) => log.error({ err: error }, 'an exchange with a provider failed'));
    return Promise.race([answer, late]).finally(stop);
  };

  const rowAt = (totem: Totem, id: PaymentSessionId): Promise<ChargeRow> =>
    readTenant(db, totem.tenantId, (tx) => chargeAt(tx, totem, id));

  return {
    async ready({ tenantId, siteId }) {
      const account = await readTenant(db, tenantId, (tx) => accountAt(tx, siteId));
      return account === undefined
        ? { ready: false, cause: 'not_configured' }
        : ports.of(account).port.ready();
    },
    async put(totem, id, body) {
      const { row, isNew } = await withTenant(db, totem.tenantId, (tx) =>
        beginCharge(tx, env, totem, id, body),
      );
      return final(row) ?? inTime(isNew ? shared(row, () => request(row)) : alone(row, again));
    },
    async ask(totem, id, waitMs) {
      const untilMs = timers.monotonicMs() + Math.min(waitMs, ANSWER_MS_MAX);
      let row = await rowAt(totem, id);
      for (;;) {
        const news = waits.until(row.id);
        try {
          const current = row;
          const answer = final(row) ?? (await inTime(shared(row, () => askNow(current))));
          const leftMs = untilMs - timers.monotonicMs();
          if (answer.kind !== 'waiting' || leftMs <= 0 || waits.isClosed()) return answer;
          await news.within(Math.min(leftMs, pollMs(row, env)));
        } finally {
          news.forget();
        }
        row = await rowAt(totem, id);
      }
    },
    async cancel(totem, id) {
      const row = await rowAt(totem, id);
      const cancelNow = async (now: ChargeRow): Promise<ChargeAnswer> => {
        const { port } = await pspOf(now);
        return judged(now, chargeAnswerOf(await port.cancel(chargeOf(now))));
      };
      return final(row) ?? inTime(alone(row, cancelNow));
    },
    async look(tenantId, id) {
      const row = await readTenant(db, tenantId, (tx) => chargeById(tx, id));
      if (row === undefined) throw new ProblemError('not_found');
      return paid(row) ?? inTime(shared(row, () => askNow(row)));
    },
    close: () => waits.close(),
  };
}

function keyOf({ tenantId, id }: ChargeRow): string {
  return `${tenantId} ${id}`;
}

/** The answer of a charge of which nothing is open. */
function final(row: ChargeRow): ChargeAnswer | undefined {
  return row.state === 'open' ? undefined : (row.answer ?? undefined);
}

function paid(row: ChargeRow): ChargeAnswer | undefined {
  return row.state === 'paid' ? final(row) : undefined;
}

function pollMs(row: ChargeRow, env: Env): number {
  return env.now() - epochMsOf(row.createdAt) < POLL_LATER_AFTER_MS ? POLL_MS : POLL_LATER_MS;
}
