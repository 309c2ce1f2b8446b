/** What this screen shows beside the calls, as far as it is at hand: asked for again while something is missing. */
import { useDoor } from '@totem/ui';
import { useEffect, useRef, useState } from 'react';
import { HOME_URL } from '../link/way.ts';
import type { Decided } from '../office/office.ts';
import { createMediaFiles, type MediaFiles } from './media-files.ts';

const AGAIN_MS = 30_000;

export interface ShownMedia {
  readonly id: string;
  readonly kind: 'picture' | 'film';
  readonly url: string;
}

export function useMediaFiles(media: Decided['media']): readonly ShownMedia[] {
  const door = useDoor();
  const files = useRef<MediaFiles>(undefined);
  files.current ??= createMediaFiles((id) =>
    fetch(`${HOME_URL}/v1/media/${encodeURIComponent(id)}/content`, { headers: door.authorization() }),
  );
  const [shown, setShown] = useState<readonly ShownMedia[]>([]);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const found: ShownMedia[] = [];
      // One after the other: whoever is called must not wait behind a film.
      for (const { id, type } of media) {
        const url = await files.current?.urlOf(id);
        if (isOver) return;
        if (url !== undefined) found.push({ id, kind: type.startsWith('video/') ? 'film' : 'picture', url });
      }
      setShown(found);
      if (found.length < media.length) timer = setTimeout(() => void look(), AGAIN_MS);
      else await files.current?.keepOnly(media.map(({ id }) => id)).catch(() => {});
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [media]);
  return shown;
}
