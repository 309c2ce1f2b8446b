/**
 * Chime and voice of the calls: in the order in which they come, each once through, however many come at once. A burst makes
 * each shorter and drops none: no second time, no chime after the first, and a little faster.
 */
import type { CallVoice } from '@totem/domain';
import type { Call } from '../calls/announcer.ts';
import { clipsOf } from './phrase.ts';

/** The sound of the machine, so that a test can be it. */
export interface CallSound {
  chime(): Promise<void>;
  /** Plays a recording by its name; one that is missing is passed over. */
  play(clip: string, rate: number): Promise<void>;
  pause(ms: number): Promise<void>;
}

/** Between the chime and the voice, and between the two times that a call is read out. */
const AFTER_CHIME_MS = 300;
const BETWEEN_TIMES_MS = 600;
/** From this many that wait for the voice on, it hurries. */
export const HURRY_CALLS_MIN = 2;
const HURRY = 1.2;

export interface CallReader {
  /** Reads a call out after those that wait. */
  announce(call: Pick<Call, 'code' | 'counterNumber'>): void;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
  /** Whether something is being read out, or waits for it. */
  isReading(): boolean;
  /** Hears when it begins and when nothing waits any more. @returns stops hearing. */
  subscribe(changed: () => void): () => void;
}

/** @param rules asked for each call anew, so that a change acts at once. */
export function createCallReader(sound: CallSound, rules: () => CallVoice): CallReader {
  const lookers = new Set<() => void>();
  let waiting = 0;
  /** Those that wait, and the one that is being read out. */
  let unread = 0;
  let isFirst = true;
  let chain: Promise<void> = Promise.resolve();

  const count = (more: 1 | -1): void => {
    const was = unread > 0;
    unread += more;
    if (was !== unread > 0) for (const looker of [...lookers]) looker();
  };
  const readOut = async (call: Pick<Call, 'code' | 'counterNumber'>): Promise<void> => {
    waiting -= 1;
    const { isOn, repeats, ratePercent } = rules();
    const hurries = waiting >= HURRY_CALLS_MIN;
    if (isFirst || !hurries) await sound.chime();
    isFirst = false;
    if (!isOn) return;
    await sound.pause(AFTER_CHIME_MS);
    const rate = (ratePercent / 100) * (hurries ? HURRY : 1);
    for (let time = 0; time <= (hurries ? 0 : repeats); time += 1) {
      if (time > 0) await sound.pause(BETWEEN_TIMES_MS);
      for (const clip of clipsOf(call)) await sound.play(clip, rate).catch(() => {});
    }
  };
  return {
    announce(call) {
      waiting += 1;
      if (waiting === 1) isFirst = true;
      count(1);
      chain = chain
        .then(() => readOut(call))
        .catch(() => {})
        .then(() => count(-1));
    },
    settled: () => chain,
    isReading: () => unread > 0,
    subscribe: (changed) => {
      lookers.add(changed);
      return () => lookers.delete(changed);
    },
  };
}
