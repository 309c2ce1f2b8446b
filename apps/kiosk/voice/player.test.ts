/** What is heard, in which order, and what is not heard any more. */
import { describe, expect, it } from 'vitest';
import { createPlayer, type Speaker, VOLUMES } from './player.ts';

/** A sound system whose recordings end when the test says so. */
function stage(missing: readonly string[] = []) {
  const heard: string[] = [];
  const volumes: number[] = [];
  let end: (() => void) | undefined;
  const speaker: Speaker = {
    load: async (url) => {
      if (missing.includes(url)) throw new Error('not there');
      return {
        play: (volume, signal) =>
          new Promise((resolve) => {
            heard.push(url);
            volumes.push(volume);
            end = resolve;
            signal.addEventListener('abort', () => resolve());
          }),
      };
    },
  };
  /** Lets everything happen that can, and then ends what plays. */
  const next = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    end?.();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { player: createPlayer(speaker), heard, volumes, next };
}

describe('the guide', () => {
  it('says one after the other', async () => {
    const { player, heard, next } = stage();
    player.say(['ticket', 'a', '1']);
    for (let turn = 0; turn < 3; turn += 1) await next();
    expect(heard).toEqual(['ticket', 'a', '1']);
  });

  it('stops in the middle when there is something new to say', async () => {
    const { player, heard, next } = stage();
    player.say(['priority', 'long']);
    await Promise.resolve();
    player.say(['services']);
    for (let turn = 0; turn < 3; turn += 1) await next();
    expect(heard.at(-1)).toBe('services');
    expect(heard).not.toContain('long');
  });

  it('passes over what is missing', async () => {
    const { player, heard, next } = stage(['a']);
    player.say(['ticket', 'a', '1']);
    for (let turn = 0; turn < 3; turn += 1) await next();
    expect(heard).toEqual(['ticket', '1']);
  });

  it('adds what comes later, and repeats all of it', async () => {
    const { player, heard, next } = stage();
    player.say(['ticket']);
    player.add(['printed']);
    for (let turn = 0; turn < 3; turn += 1) await next();
    player.repeat();
    for (let turn = 0; turn < 3; turn += 1) await next();
    expect(heard).toEqual(['ticket', 'printed', 'ticket', 'printed']);
  });

  it('is silent when it has been stopped', async () => {
    const { player, heard, next } = stage();
    player.say(['one', 'two']);
    player.stop();
    player.repeat();
    for (let turn = 0; turn < 3; turn += 1) await next();
    expect(heard).toEqual([]);
  });

  it('gets louder and quieter within its steps', async () => {
    const { player, volumes, next } = stage();
    expect([player.louder(), player.louder()]).toEqual([false, false]);
    player.say(['loud']);
    await next();
    for (let step = 0; step < VOLUMES.length; step += 1) player.quieter();
    player.say(['quiet']);
    await next();
    expect(volumes).toEqual([VOLUMES.at(-1), VOLUMES[0]]);
  });
});
