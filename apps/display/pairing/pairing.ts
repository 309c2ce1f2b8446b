/**
 * How a screen comes to be a device: it asks for a code, shows it, and asks what came of it until somebody has entered it; then it
 * asks for the next one. A link that fails takes no code off the screen: somebody may be typing it.
 */
import { askText, followText, PAIRING_CODE_MS } from '@totem/domain';
import { DoorError, doorErrorFrom, type World } from '@totem/ui';
import { z } from 'zod';
import { post } from '../link/send.ts';
import { type PairedScreen, pairedScreenSchema } from './kept-screen.ts';
import type { ScreenKey } from './screen-key.ts';

export const LOOK_EVERY_MS = 2_000;
/** After a code that could not be had. */
export const ASK_AGAIN_MS = 10_000;

export type PairingState =
  /** There is no code yet; `problem` says why it takes long. */
  | { readonly step: 'asking'; readonly problem: DoorError | null }
  | {
      readonly step: 'showing';
      readonly code: string;
      /** On the clock that never jumps: a television's own may be wrong by years. */
      readonly untilMs: number;
      readonly isReached: boolean;
    };

export interface Pairing {
  current(): PairingState;
  subscribe(changed: () => void): () => void;
  /** Begins. @returns stops. */
  start(): () => void;
}

export interface PairingParts {
  readonly world: World;
  readonly homeUrl: string;
  readonly key: ScreenKey;
  readonly onPaired: (screen: PairedScreen) => void;
}

const codeSchema = z.object({ pairingId: z.string(), code: z.string() });
const outcomeSchema = z.object({
  state: z.enum(['waiting', 'paired', 'expired']),
  device: pairedScreenSchema.nullable(),
});

export function createPairing({ world, homeUrl, key, onPaired }: PairingParts): Pairing {
  const { timers } = world;
  const lookers = new Set<() => void>();
  let state: PairingState = { step: 'asking', problem: null };
  /** Counts starts and stops, so that an answer to what was left says nothing. */
  let turn = 0;
  let cancel = (): void => {};

  const show = (next: PairingState): void => {
    state = next;
    for (const looker of [...lookers]) looker();
  };
  const ask = async (own: number): Promise<void> => {
    const { publicKey } = key;
    const body = { publicKey, signature: key.sign(askText(publicKey)) };
    try {
      const said = await post(world, `${homeUrl}/v1/pairings`, body);
      if (said.status !== 201) throw doorErrorFrom(said.status, said.body);
      const { pairingId, code } = codeSchema.parse(said.body);
      if (own !== turn) return;
      const untilMs = timers.monotonicMs() + PAIRING_CODE_MS;
      show({ step: 'showing', code, untilMs, isReached: true });
      later(LOOK_EVERY_MS, () => look(own, pairingId));
    } catch (error) {
      if (own !== turn) return;
      const problem = error instanceof DoorError ? error : new DoorError('unreachable', { cause: error });
      show({ step: 'asking', problem });
      later(ASK_AGAIN_MS, () => ask(own));
    }
  };
  const look = async (own: number, pairingId: string): Promise<void> => {
    const outcome = await outcomeOf(pairingId);
    if (own !== turn || state.step !== 'showing') return;
    if (typeof outcome === 'object') return onPaired(outcome);
    if (outcome === 'over' || timers.monotonicMs() >= state.untilMs) return ask(own);
    const isReached = outcome === 'waiting';
    if (isReached !== state.isReached) show({ ...state, isReached });
    later(LOOK_EVERY_MS, () => look(own, pairingId));
  };
  const outcomeOf = async (pairingId: string): Promise<PairedScreen | 'waiting' | 'over' | 'silent'> => {
    try {
      const body = { pairingId, signature: key.sign(followText(pairingId)) };
      const said = await post(world, `${homeUrl}/v1/pairings/outcome`, body);
      if (said.status === 401) return 'over';
      if (said.status !== 200) return 'silent';
      const { state: outcome, device } = outcomeSchema.parse(said.body);
      return device ?? (outcome === 'waiting' ? 'waiting' : 'over');
    } catch {
      return 'silent';
    }
  };
  const later = (delayMs: number, run: () => Promise<void>): void => {
    cancel();
    cancel = timers.after(delayMs, () => void run());
  };

  return {
    current: () => state,
    subscribe: (changed) => {
      lookers.add(changed);
      return () => lookers.delete(changed);
    },
    start: () => {
      turn += 1;
      const own = turn;
      // Not at once: of two that are sent together the later code would take the place of the one that is shown.
      later(0, () => ask(own));
      return () => {
        turn += 1;
        cancel();
      };
    },
  };
}
