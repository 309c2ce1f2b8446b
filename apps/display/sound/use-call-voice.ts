/** The voice of a display, in the language and by the rules of its site. */
import type { CallVoice, Locale } from '@totem/domain';
import { browserWorld, chime, playClip, prepareClips } from '@totem/ui';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type CallReader, createCallReader } from './call-voice.ts';
import { ALL_CLIPS } from './phrase.ts';

const urlOf = (clip: string, locale: Locale): string => `./voice/${locale.toLowerCase()}/${clip}.ogg`;

export interface DisplayVoice {
  readonly announce: CallReader['announce'];
  /** Whether a call is being read out. */
  readonly isReading: boolean;
  /** Rings and says a sentence, for whoever sets the screen up. */
  test(): void;
}

export function useCallVoice(locale: Locale, rules: CallVoice): DisplayVoice {
  const now = useRef({ locale, rules });
  now.current = { locale, rules };
  useEffect(() => prepareClips(ALL_CLIPS.map((clip) => urlOf(clip, locale))), [locale]);
  const [reader] = useState(() =>
    createCallReader(
      {
        chime,
        play: (clip, rate) => playClip(urlOf(clip, now.current.locale), rate).catch(() => {}),
        pause: (ms) =>
          new Promise((resolve) => {
            browserWorld.timers.after(ms, resolve);
          }),
      },
      () => now.current.rules,
    ),
  );
  const test = useCallback(() => {
    void chime().then(() => playClip(urlOf('test', now.current.locale)).catch(() => {}));
  }, []);
  const isReading = useSyncExternalStore(reader.subscribe, reader.isReading);
  return { announce: reader.announce, isReading, test };
}
