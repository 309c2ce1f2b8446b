/**
 * Carrying the batches of the site's totems to the cloud, as they are and in the order in which they came, and writing down what
 * the cloud acknowledges. One that the cloud refuses keeps its origin waiting and no other.
 */
import { instantText, type OriginId, ProblemError, type Timers } from '@totem/domain';
import { faultPoint, type Log } from '@totem/host';
import { pushAnswerSchema } from '@totem/sync/push';
import type { Clock } from '../../clock/clock.ts';
import { type CloudLink, problemIn } from '../../link/cloud-link.ts';
import { type BackoffLimits, backoffMs } from '../../outbox/backoff.ts';
import type { Store } from '../../store/store.ts';
import { dropRelayFork, relayForks } from './forks.ts';
import {
  countRelayBatches,
  forgetRelayOrigin,
  nextRelayBatch,
  type RelayBatch,
  saveRelayAcked,
} from './origins.ts';

const RETRY: BackoffLimits = { firstMs: 1_000, mostMs: 60_000 };
/** What was refused is tried again this much later: somebody has to look at it. */
const REFUSED_RETRY_MS = 60_000;

export interface Relay {
  /** There may be something to carry. */
  wake(): void;
  /** Resolves when everything that is held now was offered to the cloud, whatever it said. @throws ProblemError `unreachable` */
  carried(): Promise<void>;
  /** Batches that the cloud does not have yet. */
  waiting(): number;
  /** Ends what runs; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

export function createRelay(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly link: CloudLink;
  readonly timers: Timers;
  readonly log: Log;
}): Relay {
  const { store, clock, link, timers, log } = parts;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let again = false;
  let failures = 0;
  /** How the last round ended. */
  let isLinkDown = false;
  let cancelRetry: (() => void) | undefined;
  /** Origins whose next batch was refused since the last round began. */
  let refused: OriginId[] = [];

  const push = async (body: Uint8Array): Promise<Response> => {
    const answer = await link.request({
      method: 'POST',
      path: '/v1/ledger',
      body: Uint8Array.from(body),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      signal: stopping.signal,
    });
    if (!answer.ok) throw await problemIn(answer);
    return answer;
  };
  const carry = async (batch: RelayBatch): Promise<void> => {
    const answer = await push(batch.body);
    const parsed = pushAnswerSchema.safeParse(await answer.json().catch(() => undefined));
    if (!parsed.success) throw new ProblemError('unreachable', { cause: parsed.error });
    const { acknowledged: seq, hash, serverTime } = parsed.data;
    link.heard(serverTime);
    faultPoint('relay_answered');
    store.write((db) => saveRelayAcked(db, batch.origin, { seq, hash }, instantText(clock.env.now())));
  };
  const onRefusal = ({ origin, number }: RelayBatch, problem: ProblemError): void => {
    log.warn({ origin, number, code: problem.code }, 'a batch of another totem was not taken');
    // The cloud lacks what came before it: its totem hands over anew, from where the cloud is.
    if (problem.code === 'ledger_gap') store.write((db) => forgetRelayOrigin(db, origin));
    else refused.push(origin);
  };
  /** After the batches: the cloud must know the first history to see that this is a second one. @returns whether one is left. */
  const carryForks = async (): Promise<boolean> => {
    let isLeft = false;
    for (const { origin, body } of store.read(relayForks)) {
      const code = await push(body).then(
        () => undefined,
        (error: unknown) => {
          if (!(error instanceof ProblemError) || isOfTheLink(error)) throw error;
          return error.code;
        },
      );
      if (code === 'ledger_gap' || code === 'internal_error') {
        isLeft = true;
        continue;
      }
      log.error({ origin, code }, 'a second history of an origin came, and the cloud has judged it');
      store.write((db) => dropRelayFork(db, origin));
    }
    return isLeft;
  };
  const round = async (): Promise<void> => {
    refused = [];
    try {
      for (;;) {
        const batch = store.read((db) => nextRelayBatch(db, refused));
        if (batch === undefined || stopping.signal.aborted) break;
        await carry(batch).catch((error: unknown) => {
          if (!(error instanceof ProblemError) || isOfTheLink(error)) throw error;
          onRefusal(batch, error);
        });
      }
      const isForkLeft = await carryForks();
      failures = 0;
      isLinkDown = false;
      if (refused.length > 0 || isForkLeft) retryAfter(REFUSED_RETRY_MS);
    } catch (error) {
      if (stopping.signal.aborted) return;
      failures += 1;
      isLinkDown = true;
      const seconds = error instanceof ProblemError ? (error.retryAfter ?? 0) : 0;
      retryAfter(backoffMs(clock.env, RETRY, failures - 1, seconds * 1_000));
    }
  };
  const retryAfter = (ms: number): void => {
    cancelRetry = timers.after(ms, () => {
      cancelRetry = undefined;
      start();
    });
  };
  const start = (): void => {
    if (stopping.signal.aborted) return;
    if (running !== undefined) {
      again = true;
      return;
    }
    cancelRetry?.();
    cancelRetry = undefined;
    running = Promise.resolve()
      .then(round)
      .finally(() => {
        running = undefined;
        const isDue = again && cancelRetry === undefined;
        again = false;
        if (isDue) start();
      });
  };
  return {
    // What has failed has its own time.
    wake: () => (cancelRetry === undefined ? start() : undefined),
    async carried() {
      if (store.read(countRelayBatches) === 0) return;
      // One that is under way may have begun before the newest came.
      await running;
      start();
      await running;
      if (isLinkDown) throw new ProblemError('unreachable');
    },
    waiting: () => store.read(countRelayBatches),
    async stop() {
      stopping.abort();
      cancelRetry?.();
      await running;
    },
  };
}

/** The link or the cloud as a whole, and nothing about this batch: what the cloud stumbles over must not stop the others. */
function isOfTheLink({ code }: ProblemError): boolean {
  return ['unreachable', 'unauthorized', 'too_many_requests', 'request_timeout'].includes(code);
}
