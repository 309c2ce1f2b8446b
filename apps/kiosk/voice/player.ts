/**
 * Plays recordings one after the other. What is said anew ends what was being said; a recording that is missing or broken is
 * passed over, because a guide that stumbles is better than one that is silent. Web Audio, not the browser's own speech,
 * which no two machines have alike.
 */

/** The part of a sound system that is needed here. */
export interface Speaker {
  /** Gets a recording ready. @throws when there is none. */
  load(url: string, signal: AbortSignal): Promise<Sound>;
}

export interface Sound {
  /** Resolves when it has been heard, or when the signal ends it. */
  play(volume: number, signal: AbortSignal): Promise<void>;
}

/** How loud, as shares of the most: speech is heard as louder by factors, not by sums. */
export const VOLUMES = [0.25, 0.5, 1, 2] as const;
const VOLUME_AT_START = 2;

export interface Player {
  /** Says these, instead of whatever is being said. */
  say(urls: readonly string[]): void;
  /** Says these after what is being said. */
  add(urls: readonly string[]): void;
  /** Says the last again. */
  repeat(): void;
  /** One step louder or quieter, from the next recording on. @returns whether there is a further step that way. */
  louder(): boolean;
  quieter(): boolean;
  stop(): void;
}

export function createPlayer(speaker: Speaker): Player {
  let speaking = new AbortController();
  let said: readonly string[] = [];
  let volume: number = VOLUME_AT_START;
  let chain: Promise<void> = Promise.resolve();

  const run = async (urls: readonly string[], signal: AbortSignal): Promise<void> => {
    // All are fetched at once, so that there is no gap between two of them.
    const sounds = urls.map((url) => speaker.load(url, signal).catch(() => undefined));
    for (const sound of sounds) {
      const ready = await sound;
      if (signal.aborted) return;
      await ready?.play(VOLUMES[volume] ?? 1, signal).catch(() => undefined);
    }
  };
  const queue = (urls: readonly string[]): void => {
    const { signal } = speaking;
    chain = chain.then(() => (signal.aborted ? undefined : run(urls, signal)));
  };
  const say = (urls: readonly string[]): void => {
    speaking.abort();
    speaking = new AbortController();
    chain = Promise.resolve();
    said = urls;
    queue(urls);
  };
  const turn = (by: 1 | -1): boolean => {
    volume = Math.min(VOLUMES.length - 1, Math.max(0, volume + by));
    return VOLUMES[volume + by] !== undefined;
  };
  return {
    say,
    add(urls) {
      said = [...said, ...urls];
      queue(urls);
    },
    repeat: () => say(said),
    louder: () => turn(1),
    quieter: () => turn(-1),
    stop() {
      speaking.abort();
      said = [];
    },
  };
}
