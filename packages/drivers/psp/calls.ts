/** One call to a provider's API: what it came to, what may be tried again, and what time it is there. */
import type { Env, Timers } from '@totem/domain';
import type { z } from 'zod';
import type { HttpAnswer } from '../http/send.ts';

/** What a call came to. `problem`: the provider says no, by the name of its error. */
export type CallResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'problem'; readonly status: number; readonly name: string }
  | { readonly kind: 'not_sent' | 'lost'; readonly cause: string };

/** Tries of one call: only for what is idempotent by its ids or its key. */
export const TRIES_MAX = 3;
const TRY_PAUSE_MS = 800;

/** Tries until the provider says something. What was lost once may have arrived, whatever became of the later tries. */
export async function tried<T>(
  timers: Timers,
  tries: number,
  once: () => Promise<CallResult<T>>,
): Promise<CallResult<T>> {
  let mayHaveArrived = false;
  for (let count = 1; ; count += 1) {
    const result = await once();
    if (result.kind === 'done' || result.kind === 'problem') return result;
    mayHaveArrived ||= result.kind === 'lost';
    if (count >= tries) return { kind: mayHaveArrived ? 'lost' : 'not_sent', cause: result.cause };
    await new Promise<void>((resolve) => void timers.after(TRY_PAUSE_MS * count, () => resolve()));
  }
}

/** The document of an answer; undefined for one of another form. */
export function parsed<S extends z.ZodType>(schema: S, body: string): z.infer<S> | undefined {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

export interface ProviderClock {
  /** Reads the `Date` of an answer. */
  learn(answer: HttpAnswer): void;
  /** Now, by the provider's clock. */
  now(): number;
}

export function createProviderClock(env: Env): ProviderClock {
  let skewMs = 0;
  return {
    learn({ headers }) {
      const at = Date.parse(String(headers.date ?? ''));
      if (!Number.isNaN(at)) skewMs = at - env.now();
    },
    now: () => env.now() + skewMs,
  };
}
