/** The guide of one session: says each page as it comes, in the customer's language, for as long as they want it. */
import { useLocale } from '@totem/ui';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { createPlayer, type Player } from './player.ts';
import { createSpeaker } from './speaker.ts';

/** Where the product's own recordings are, and where a branch's are. */
const OWN = './voice';
const OF_BRANCH = '/media/voice';

export interface VoiceParts {
  readonly isOn: boolean;
  /** The recordings of the page; each other list is said anew. */
  readonly clips: readonly string[];
  /** What has come to be known on the page, said after it. */
  readonly news: string | null;
  /** Paths of the branch's own recordings. */
  readonly own: readonly string[];
}

/** The player to repeat and to set the volume with; null while the guide is off, or where there is no sound. */
export function useVoice({ isOn, clips, news, own }: VoiceParts): Player | null {
  const { locale } = useLocale();
  const made = useRef<Player | null>(null);
  const player = useMemo(() => {
    if (!isOn) return null;
    const speaker = made.current === null ? createSpeaker() : undefined;
    made.current ??= speaker === undefined ? null : createPlayer(speaker);
    return made.current;
  }, [isOn]);
  const urlOf = (name: string): string => {
    const file = `${locale.toLowerCase()}/${name}.ogg`;
    const path = `${OF_BRANCH}/${file}`;
    return own.includes(path) ? path : `${OWN}/${file}`;
  };
  const said = clips.join(' ');
  const say = useEffectEvent(() => player?.say(clips.map(urlOf)));
  const add = useEffectEvent((name: string) => player?.add([urlOf(name)]));
  useEffect(() => {
    if (player !== null && said !== '' && locale !== undefined) say();
  }, [player, said, locale]);
  useEffect(() => {
    if (player !== null && news !== null) add(news);
  }, [player, news]);
  useEffect(() => () => player?.stop(), [player]);
  return player;
}
