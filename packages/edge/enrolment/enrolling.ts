/**
 * A device on its way to being known: it shows a code that somebody was given for it, waits until its key has been confirmed,
 * and then knows who it is. Nothing that it is told before the confirmation is kept.
 */
import {
  claimText,
  type EnrollingState,
  epochMsOf,
  followText,
  type InstantText,
  idSchema,
  instantText,
  keyFingerprint,
  ProblemError,
  pairingCodeOf,
  type Timers,
} from '@totem/domain';
import type { Log } from '@totem/host';
import { z } from 'zod';
import type { Device } from '../device.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import { problemIn } from '../link/cloud-link.ts';
import { laneSchema } from './device-file.ts';

export interface Enrolling {
  state(): EnrollingState;
  /** This device's key, as somebody compares it. */
  readonly fingerprint: string;
  /** Shows a code to the cloud. What comes of it is in `state`. */
  show(typed: string): Promise<void>;
  /** Leaves what is waited for, for another code. */
  again(): void;
  stop(): void;
}

export interface EnrollingParts {
  /** Origin of the cloud. */
  readonly cloudUrl: string;
  readonly key: Pick<DeviceKey, 'publicJwk' | 'sign'>;
  readonly about: { readonly host?: string; readonly system?: string; readonly appVersion?: string };
  readonly timers: Timers;
  readonly log: Log;
  /** Keeps who this device is. Runs once, before the state is `done`. @throws what the disk says. */
  readonly onConfirmed: (device: Device) => void;
}

const ASK_EVERY_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;
const FIRST: EnrollingState = { step: 'code', problem: null, retryAfter: null };

const claimSchema = z.object({ enrolmentId: idSchema<'enrolment'>(), expiresAt: z.iso.datetime() });
const outcomeSchema = z.object({
  state: z.enum(['claimed', 'confirmed', 'withdrawn', 'expired']),
  device: z
    .object({
      tenantId: idSchema<'tenant'>(),
      siteId: idSchema<'site'>(),
      equipmentId: idSchema<'equipment'>(),
      type: z.literal('totem'),
      lane: laneSchema,
      siteName: z.string(),
      identifier: z.string(),
    })
    .nullable(),
});

export function createEnrolling(parts: EnrollingParts): Enrolling {
  const { key, timers, log } = parts;
  const cloudUrl = parts.cloudUrl.replace(/\/+$/, '');
  const publicKey = key.publicJwk.x;
  const fingerprint = keyFingerprint(publicKey);
  let state: EnrollingState = FIRST;
  /** Counts what has been begun, so that an answer to what was left says nothing. */
  let turn = 0;
  let cancelAsk: (() => void) | undefined;

  const signed = (text: string) => Buffer.from(key.sign(text)).toString('base64url');
  const back = (error: unknown): void => {
    const problem =
      error instanceof ProblemError ? error : new ProblemError('internal_error', { cause: error });
    if (!(error instanceof ProblemError)) log.error({ err: error }, 'the enrolment failed');
    state = { step: 'code', problem: problem.code, retryAfter: problem.retryAfter ?? null };
  };
  const post = async (path: string, body: object): Promise<unknown> => {
    const aborter = new AbortController();
    const cancel = timers.after(REQUEST_TIMEOUT_MS, () => aborter.abort());
    try {
      const answer = await fetch(`${cloudUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: aborter.signal,
      });
      if (!answer.ok) throw await problemIn(answer);
      return await answer.json();
    } catch (error) {
      throw error instanceof ProblemError ? error : new ProblemError('unreachable', { cause: error });
    } finally {
      cancel();
    }
  };
  const ask = async (own: number, enrolmentId: string, expiresAt: InstantText): Promise<void> => {
    const later = (isReached: boolean): void => {
      state = { step: 'waiting', fingerprint, expiresAt, isReached };
      cancelAsk = timers.after(ASK_EVERY_MS, () => void ask(own, enrolmentId, expiresAt));
    };
    try {
      const signature = signed(followText(enrolmentId));
      const answer = outcomeSchema.parse(await post('/v1/enrolments/outcome', { enrolmentId, signature }));
      if (own !== turn) return;
      if (answer.state === 'claimed') return later(true);
      if (answer.device === null) throw new ProblemError('enrolment_not_claimed');
      const { siteName, identifier, type: _, ...device } = answer.device;
      parts.onConfirmed(device);
      state = { step: 'done', siteName, identifier };
    } catch (error) {
      if (own !== turn) return;
      // A link that fails meanwhile changes nothing: the code is shown already, and somebody may be confirming it.
      const isFleeting =
        error instanceof ProblemError && ['unreachable', 'too_many_requests'].includes(error.code);
      if (isFleeting) later(false);
      else back(error);
    }
  };
  return {
    fingerprint,
    state: () => state,
    async show(typed) {
      const own = ++turn;
      cancelAsk?.();
      state = { step: 'showing' };
      try {
        const code = pairingCodeOf(typed);
        if (code === undefined) throw new ProblemError('enrolment_code_wrong');
        const signature = signed(claimText(code, publicKey));
        const { about } = parts;
        const claimed = claimSchema.parse(
          await post('/v1/enrolments', { code, publicKey, signature, about }),
        );
        if (own !== turn) return;
        const expiresAt = instantText(epochMsOf(claimed.expiresAt as InstantText));
        await ask(own, claimed.enrolmentId, expiresAt);
      } catch (error) {
        if (own === turn) back(error);
      }
    },
    again() {
      turn += 1;
      cancelAsk?.();
      state = FIRST;
    },
    stop() {
      turn += 1;
      cancelAsk?.();
    },
  };
}
