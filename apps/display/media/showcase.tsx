/** The tenant's pictures and films, one after the other. What cannot be shown is passed over; films fall back while somebody is called. */
import { onSoundState, soundState } from '@totem/ui';
import { useEffect, useRef, useState } from 'react';
import css from './showcase.module.css';
import type { ShownMedia } from './use-media-files.ts';

/** What is left of a film's loudness while a call is read out. */
export const DUCKED = 0.2;
/** Nothing jumps: a film comes and goes within about this. */
const FADE_MS = 400;
const FADE_STEP_MS = 40;

interface ShowcaseProps {
  readonly media: readonly ShownMedia[];
  readonly pictureSeconds: number;
  readonly filmVolumePercent: number;
  /** Whether a call is being read out. */
  readonly isCalling: boolean;
}

export function Showcase({ media, pictureSeconds, filmVolumePercent, isCalling }: ShowcaseProps) {
  const [at, setAt] = useState(0);
  const [isAudible, setIsAudible] = useState(() => soundState() === 'ready');
  useEffect(() => onSoundState((state) => setIsAudible(state === 'ready')), []);
  const shown = media[at % Math.max(1, media.length)];
  const isPicture = shown?.kind === 'picture';
  const isAlone = media.length === 1;
  useEffect(() => {
    if (!isPicture || isAlone) return;
    const timer = setTimeout(() => setAt(at + 1), pictureSeconds * 1_000);
    return () => clearTimeout(timer);
  }, [at, isPicture, isAlone, pictureSeconds]);
  if (shown === undefined) return null;
  const next = isAlone ? undefined : (): void => setAt(at + 1);
  const loudness = (filmVolumePercent / 100) * (isCalling ? DUCKED : 1);
  return (
    <div className={css.showcase} aria-hidden="true">
      {shown.kind === 'picture' ? (
        <img key={`${shown.id} ${at}`} className={css.shown} src={shown.url} alt="" onError={next} />
      ) : (
        <Film
          key={`${shown.id} ${at}`}
          url={shown.url}
          // A browser plays no film with sound before it lets the page be heard.
          loudness={isAudible ? loudness : 0}
          isAlone={isAlone}
          onEnd={next}
        />
      )}
    </div>
  );
}

interface FilmProps {
  readonly url: string;
  readonly loudness: number;
  readonly isAlone: boolean;
  readonly onEnd: (() => void) | undefined;
}

function Film({ url, loudness, isAlone, onEnd }: FilmProps) {
  const video = useRef<HTMLVideoElement>(null);
  const isMuted = loudness === 0;
  useEffect(() => {
    const film = video.current;
    if (film === null) return;
    const from = film.volume;
    let step = 0;
    const timer = setInterval(() => {
      step += FADE_STEP_MS;
      film.volume = from + (loudness - from) * Math.min(1, step / FADE_MS);
      if (step >= FADE_MS) clearInterval(timer);
    }, FADE_STEP_MS);
    return () => clearInterval(timer);
  }, [loudness]);
  return (
    <video
      ref={video}
      className={css.shown}
      src={url}
      autoPlay
      muted={isMuted}
      playsInline
      loop={isAlone}
      onEnded={onEnd}
      onError={onEnd}
    />
  );
}
