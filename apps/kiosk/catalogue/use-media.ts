/** What the branch has put on the machine for its kiosk: pictures and films for the first screen, a logo, its own recordings. */
import { useDoor } from '@totem/ui';
import { useEffect, useState } from 'react';

export interface Media {
  readonly attract: readonly { readonly path: string; readonly kind: 'picture' | 'film' }[];
  readonly logo: string | null;
  readonly voice: readonly string[];
}

const NO_MEDIA: Media = { attract: [], logo: null, voice: [] };

/** The media, asked for once the totem answers; nothing before. */
export function useMedia(isReady: boolean): Media {
  const door = useDoor();
  const [media, setMedia] = useState(NO_MEDIA);
  useEffect(() => {
    if (!isReady) return;
    let isHere = true;
    door.question('/v1/media').then(
      (answer) => {
        if (isHere) setMedia(answer as Media);
      },
      () => {
        // A kiosk without pictures is a kiosk; they come with the next start.
      },
    );
    return () => {
      isHere = false;
    };
  }, [door, isReady]);
  return media;
}
