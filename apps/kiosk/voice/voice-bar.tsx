/** What somebody who listens needs at hand: once more, louder, quieter. Above the bar, in the same place on every page. */
import { IconRefresh, IconVolume, IconVolume2 } from '@tabler/icons-react';
import { Pressable } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import type { Player } from './player.ts';
import styles from './voice-bar.module.css';

/** The three keys of the guide. */
export function VoiceBar({ player }: { readonly player: Player }) {
  const { t } = useTranslation();
  return (
    <section className={styles.bar} aria-label={t('voice.label')}>
      <Pressable className={styles.key} onPress={() => player.repeat()}>
        <IconRefresh aria-hidden stroke={1.8} />
        {t('voice.repeat')}
      </Pressable>
      <Pressable className={styles.key} onPress={() => void player.quieter()}>
        <IconVolume2 aria-hidden stroke={1.8} />
        {t('voice.quieter')}
      </Pressable>
      <Pressable className={styles.key} onPress={() => void player.louder()}>
        <IconVolume aria-hidden stroke={1.8} />
        {t('voice.louder')}
      </Pressable>
    </section>
  );
}
