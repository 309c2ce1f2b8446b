/** Every call is heard, in order, once through; a burst shortens and drops nothing; and every language has every recording. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CALL_VOICE_DEFAULT, type CallVoice, LOCALES } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import { type CallSound, createCallReader } from './call-voice.ts';
import { ALL_CLIPS, clipsOf } from './phrase.ts';

const FOLDER = join(import.meta.dirname, '..', 'public', 'voice');

function stage(rules: Partial<CallVoice> = {}) {
  const heard: string[] = [];
  const rates: number[] = [];
  const sound: CallSound = {
    chime: async () => void heard.push('chime'),
    play: async (clip, rate) => {
      if (clip === 'z') throw new Error('no recording');
      heard.push(clip);
      rates.push(rate);
    },
    pause: async () => {},
  };
  const reader = createCallReader(sound, () => ({ ...CALL_VOICE_DEFAULT, ...rules }));
  return { reader, heard, rates };
}

/** The codes that were read out, in order, without what comes between. */
function codesIn(heard: readonly string[]): string[] {
  const text = heard.filter((clip) => clip !== 'chime').join(' ');
  return [...text.matchAll(/ticket (.*?) counter \S+/g)].map(([, signs]) =>
    String(signs).replaceAll(' ', ''),
  );
}

describe('the voice of the calls', () => {
  it.each(LOCALES)('has every recording in %s, and no others', (locale) => {
    const names = readdirSync(join(FOLDER, locale.toLowerCase())).map((file) => file.replace(/\.ogg$/, ''));
    expect(names.toSorted()).toEqual(ALL_CLIPS.toSorted());
  });

  it.each([
    ['A012', 3, ['ticket', 'a', '0', '1', '2', 'counter', '3']],
    ['A2-014', 12, ['ticket', 'a', '2', '0', '1', '4', 'counter', '12']],
    ['CW-7', 104, ['ticket', 'c', 'w', '7', 'counter', '1', '0', '4']],
  ])('%s at counter %i is read sign by sign', (code, counterNumber, clips) => {
    expect(clipsOf({ code, counterNumber })).toEqual(clips);
  });

  it('rings, reads out, and repeats as often as the site wants', async () => {
    const { reader, heard, rates } = stage({ repeats: 2, ratePercent: 90 });
    reader.announce({ code: 'A1', counterNumber: 2 });
    await reader.settled();
    expect(heard[0]).toBe('chime');
    expect(codesIn(heard)).toEqual(['a1', 'a1', 'a1']);
    expect(new Set(rates)).toEqual(new Set([0.9]));
  });

  it('without a voice rings only', async () => {
    const { reader, heard } = stage({ isOn: false });
    reader.announce({ code: 'A1', counterNumber: 2 });
    await reader.settled();
    expect(heard).toEqual(['chime']);
  });

  it('of twenty at once reads out every one, in order, and hurries until few are left', async () => {
    const { reader, heard, rates } = stage({ repeats: 1 });
    const codes = Array.from({ length: 20 }, (_, index) => `b${String(index + 1).padStart(3, '0')}`);
    for (const code of codes) reader.announce({ code: code.toUpperCase(), counterNumber: 1 });
    await reader.settled();
    expect([...new Set(codesIn(heard))]).toEqual(codes);
    // The last two have time again: they ring, and are heard twice.
    expect(codesIn(heard)).toEqual([...codes.slice(0, 18), 'b019', 'b019', 'b020', 'b020']);
    expect(rates[0]).toBeCloseTo(1.2);
    expect(rates.at(-1)).toBe(1);
  });

  it('goes on after one that could not be read out', async () => {
    const { reader, heard } = stage({ repeats: 0 });
    reader.announce({ code: 'Z1', counterNumber: 1 });
    reader.announce({ code: 'A2', counterNumber: 1 });
    await reader.settled();
    expect(codesIn(heard)).toEqual(['1', 'a2']);
  });
});
