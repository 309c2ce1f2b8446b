/** The branch's own pictures and films, one after the other, without sound. What cannot be shown is passed over. */
import { useEffect, useState } from 'react';
import type { Media } from '../catalogue/use-media.ts';
import styles from './showcase.module.css';

/** Long enough to be read in passing. */
const PICTURE_MS = 8_000;

/** Shows what there is, for ever. Decoration: nothing of it has to be seen to take a ticket. */
export function Showcase({ media }: { readonly media: Media['attract'] }) {
  const [at, setAt] = useState(0);
  const shown = media[at % media.length];
  const isPicture = shown?.kind === 'picture';
  const isAlone = media.length === 1;
  useEffect(() => {
    if (!isPicture || isAlone) return;
    const timer = setTimeout(() => setAt(at + 1), PICTURE_MS);
    return () => clearTimeout(timer);
  }, [at, isPicture, isAlone]);
  if (shown === undefined) return null;
  const next = (): void => setAt(at + 1);
  return (
    <div className={styles.showcase} aria-hidden="true">
      {shown.kind === 'picture' ? (
        <img
          key={shown.path}
          className={styles.shown}
          src={shown.path}
          alt=""
          onError={isAlone ? undefined : next}
        />
      ) : (
        <video
          key={shown.path}
          className={styles.shown}
          src={shown.path}
          autoPlay
          muted
          playsInline
          loop={isAlone}
          onEnded={next}
          onError={isAlone ? undefined : next}
        />
      )}
    </div>
  );
}
