/**
 * A browser keeps sound locked until somebody touches the page. While it does, a small button in the corner says so: the
 * screen works without, so it asks softly, but a room that relies on the chime must be told.
 */

import { IconVolumeOff } from '@tabler/icons-react';
import { onSoundState, type SoundState, soundState, unlockSound } from '@totem/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from '../board/board.module.css';

/** The button, while sound is blocked. Any touch or key on the page unlocks it as well. */
export function SoundButton({ onReady }: { onReady(): void }) {
  const { t } = useTranslation();
  const [state, setState] = useState<SoundState>(soundState);
  const isTested = useRef(false);
  useEffect(() => onSoundState(setState), []);
  /** Whoever turns sound on hears at once whether the room will. */
  const unlocked = useCallback(async (): Promise<SoundState> => {
    const now = await unlockSound();
    if (now === 'ready' && !isTested.current) {
      isTested.current = true;
      onReady();
    }
    return now;
  }, [onReady]);
  const isBlocked = state === 'blocked';
  useEffect(() => {
    if (!isBlocked) return;
    const unlock = (): void => void unlocked().then(setState);
    window.addEventListener('pointerup', unlock);
    window.addEventListener('keydown', unlock);
    return () => {
      window.removeEventListener('pointerup', unlock);
      window.removeEventListener('keydown', unlock);
    };
  }, [isBlocked, unlocked]);
  if (!isBlocked) return null;
  return (
    <button type="button" className={css.sound} onClick={() => void unlocked().then(setState)}>
      <IconVolumeOff size="1.2em" aria-hidden />
      {t('sound')}
    </button>
  );
}
