/** The two exchanges of the outbox with the cloud: asking where an origin ends there, and sending what comes after. */
import { instantText, type OriginId, ProblemError } from '@totem/domain';
import { faultPoint, type Log } from '@totem/host';
import {
  type CursorAnswer,
  cursorAnswerSchema,
  type LedgerBatch,
  OUTBOX_HEADER,
  outboxHeaderText,
  pushAnswerSchema,
} from '@totem/sync/push';
import type { Clock } from '../clock/clock.ts';
import type { Device } from '../device.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import { hashAt, keptFrom } from '../ledger/entries.ts';
import { type OriginState, originById, saveAcked } from '../ledger/origins.ts';
import { showAgain } from '../ledger/shown-again.ts';
import { type CloudLink, problemIn } from '../link/cloud-link.ts';
import { clearSetting, readSetting, writeSetting } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import { agrees, encodeBatch, nextBatch } from './batch.ts';
import { type CursorVerdict, judgeCursor } from './cursor.ts';

const ENTRIES_AT_ONCE = 1_000;
/** A link that breaks is tried with less at once, down to this: what has arrived need not be sent again. */
const ENTRIES_AT_LEAST = 100;

export interface ExchangeParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly device: Device;
  readonly key: DeviceKey;
  readonly link: CloudLink;
  readonly log: Log;
  /** Attempts in a row that have failed. */
  readonly attempts: () => number;
  /** This database is an old image: its tickets must be fetched before a new origin may begin. */
  readonly onOldImage: () => void;
  /** The cloud was restored to before what is kept here: what comes after that seq must be written anew. */
  readonly onLostHistory: (origin: OriginId, after: number) => void;
}

export interface Exchange {
  /** Asks for the cloud's end of an origin, and does what it means. @throws ProblemError */
  ask(state: OriginState, signal: AbortSignal): Promise<void>;
  /** The batch after a seq of an origin; undefined when there is none. */
  next(origin: OriginId, after: number): LedgerBatch | undefined;
  /** Sends a batch. `surprised` when the cloud must be asked before anything else. @throws ProblemError */
  send(batch: LedgerBatch, signal: AbortSignal): Promise<void>;
}

/** @param surprised an origin about which the cloud must be asked again. */
export function createExchange(parts: ExchangeParts, surprised: (origin: OriginId) => void): Exchange {
  const { store, clock, device, key, link, log } = parts;
  let entriesMax = ENTRIES_AT_ONCE;

  const nowText = () => instantText(clock.env.now());
  const isRestoring = () => store.read((db) => readSetting(db, 'restoring')) !== undefined;
  const goOn = (state: OriginState, acked: number): void => {
    // Only the life that writes now says whether the device may go on.
    const mayResume = !state.closed && store.read((db) => readSetting(db, 'suspended')) !== undefined;
    if (!mayResume && acked === state.acked) return;
    store.write((db) => {
      if (mayResume) clearSetting(db, 'suspended');
      if (acked !== state.acked) saveAcked(db, state.origin, acked, nowText());
      if (acked < state.acked) showAgain(db, device.tenantId, state.origin, acked);
    });
  };
  const obey = (verdict: CursorVerdict, state: OriginState): void => {
    const { origin } = state;
    switch (verdict.kind) {
      case 'suspended':
        throw new ProblemError('device_suspended');
      case 'go_on':
        goOn(state, verdict.acked);
        return;
      case 'old_image':
        log.warn({ origin }, 'this database is an old image: a new origin begins when its tickets are known');
        store.write((db) => writeSetting(db, 'restoring', { since: nowText(), headSeq: state.head.seq }));
        parts.onOldImage();
        return;
      case 'lost_history':
        log.warn({ origin }, 'the cloud was restored to before what is kept here: a new origin begins');
        parts.onLostHistory(origin, verdict.after);
        return;
      case 'fork': {
        // Known as an old image already: what it has written since is no second history, but waits for the new origin.
        if (!state.closed && isRestoring()) {
          parts.onOldImage();
          return;
        }
        // The cloud must see it once: it keeps what comes aside, suspends the device and tells people.
        const known = store.read((db) => readSetting(db, 'suspended'));
        const isTold = known?.code === 'ledger_fork' && known.by !== 'hub';
        if (isTold || state.acked >= state.head.seq) throw new ProblemError('ledger_fork');
        return;
      }
      default:
        verdict satisfies never;
    }
  };
  const outboxText = ({ origin, entries, seal }: LedgerBatch): string => {
    const head = store.read((db) => originById(db, origin))?.head.seq ?? seal.seq;
    return outboxHeaderText({
      pending: head - seal.seq,
      attempts: parts.attempts(),
      oldest: entries[0]?.occurredAt ?? null,
    });
  };
  const refused = async (answer: Response, batch: LedgerBatch): Promise<ProblemError> => {
    const problem = await problemIn(answer);
    if (problem.code === 'ledger_gap') surprised(batch.origin);
    if (answer.status === 413) entriesMax = Math.max(1, Math.floor(batch.entries.length / 2));
    return problem;
  };
  return {
    async ask(state, signal) {
      const cloud = await fetchCursor(link, state, signal);
      link.heard(cloud.serverTime);
      const verdict = store.read((db) => {
        // Tickets may have been issued while the cloud was thinking, and a hub may have carried them there: what the cloud has
        // is compared with what is here now; only what is not here at all is held against what was asked about.
        const now = originById(db, state.origin)?.head ?? state.head;
        const head = cloud.seq <= now.seq ? now : state.head;
        const own = { keptFrom: keptFrom(db, state), hashAtCloud: hashAt(db, state.origin, cloud.seq) };
        return judgeCursor(cloud, { ...own, head });
      });
      faultPoint('outbox_asked');
      obey(verdict, state);
    },
    next: (origin, after) =>
      store.read((db) => nextBatch(db, key, device.tenantId, origin, after, entriesMax)),
    async send(batch, signal) {
      const { origin } = batch;
      const headers = {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        [OUTBOX_HEADER]: outboxText(batch),
      };
      const body = encodeBatch(batch);
      const answer = await link
        .request({ method: 'POST', path: '/v1/ledger', body, headers, signal })
        .catch((error: unknown) => {
          entriesMax = Math.max(ENTRIES_AT_LEAST, Math.floor(batch.entries.length / 2));
          throw error;
        });
      if (!answer.ok) throw await refused(answer, batch);
      const parsed = pushAnswerSchema.safeParse(await jsonIn(answer));
      if (!parsed.success) throw new ProblemError('unreachable', { cause: parsed.error });
      const { acknowledged, hash, serverTime } = parsed.data;
      link.heard(serverTime);
      const state = store.read((db) => originById(db, origin));
      const isAnswer = acknowledged >= batch.seal.seq && acknowledged <= (state?.head.seq ?? 0);
      if (!isAnswer || !store.read((db) => agrees(db, origin, acknowledged, hash))) {
        surprised(origin);
        throw new ProblemError('ledger_gap');
      }
      faultPoint('outbox_answered');
      // The answer to a later batch may have come first.
      if (acknowledged > (state?.acked ?? 0))
        store.write((db) => saveAcked(db, origin, acknowledged, nowText()));
      entriesMax = Math.min(ENTRIES_AT_ONCE, entriesMax * 2);
    },
  };
}

async function fetchCursor(link: CloudLink, state: OriginState, signal: AbortSignal): Promise<CursorAnswer> {
  const query = new URLSearchParams({ origin: state.origin, seq: String(state.head.seq) });
  const answer = await link.request({ method: 'GET', path: `/v1/ledger/cursor?${query}`, signal });
  if (!answer.ok) throw await problemIn(answer);
  const parsed = cursorAnswerSchema.safeParse(await jsonIn(answer));
  if (!parsed.success) throw new ProblemError('unreachable', { cause: parsed.error });
  return parsed.data;
}

/** The body as JSON; undefined when it breaks off or is none. */
function jsonIn(answer: Response): Promise<unknown> {
  return answer.json().catch(() => undefined);
}
