/**
 * A browser keeps sound locked until somebody touches the page. While it does, a small button in the corner says so: the
 * screen works without, so it asks softly, but a room that relies on the chime must be told.
 */

import { IconVolumeOff } from '@tabler/icons-react';
import { onSoundState, type SoundState, soundState, unlockSound } from '@totem/ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from '../board/board.module.css';

/** The button, while sound is blocked. Any touch or key on the page unlocks it as well. */
export function SoundButton() {
  const { t } = useTranslation();
  const [state, setState] = useState<SoundState>(soundState);
  useEffect(() => onSoundState(setState), []);
  const isBlocked = state === 'blocked';
  useEffect(() => {
    if (!isBlocked) return;
    const unlock = (): void => void unlockSound().then(setState);
    window.addEventListener('pointerup', unlock);
    window.addEventListener('keydown', unlock);
    return () => {
      window.removeEventListener('pointerup', unlock);
      window.removeEventListener('keydown', unlock);
    };
  }, [isBlocked]);
  if (!isBlocked) return null;
  return (
    <button type="button" className={css.sound} onClick={() => void unlockSound().then(setState)}>
      <IconVolumeOff size="1.2em" aria-hidden />
      {t('sound')}
    </button>
  );
}
