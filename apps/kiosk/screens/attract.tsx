/** The first screen: says what can be had here, shows what the branch wants to show, and starts wherever it is touched. */
import { IconHandClick } from '@tabler/icons-react';
import { Pressable } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import type { Media } from '../catalogue/use-media.ts';
import styles from './attract.module.css';
import { Showcase } from './showcase.tsx';

export interface AttractProps {
  readonly media: Media['attract'];
  readonly onStart: () => void;
}

/** The whole middle of the screen is the button's; languages and accessibility stay below it. */
export function Attract({ media, onStart }: AttractProps) {
  const { t } = useTranslation();
  return (
    <main className={styles.attract} data-media={media.length > 0 || undefined}>
      {media.length > 0 ? <Showcase media={media} /> : null}
      <div className={styles.words}>
        <p className={styles.welcome}>{t('attract.welcome')}</p>
        <h1 className={styles.headline}>{t('attract.headline')}</h1>
      </div>
      <Pressable className={styles.start} onPress={onStart}>
        <span className={styles.disc} aria-hidden="true">
          <span className={styles.ripple} />
          <span className={styles.ripple} />
          <IconHandClick className={styles.hand} stroke={1.3} />
        </span>
        <span className={styles.label}>{t('attract.start')}</span>
      </Pressable>
    </main>
  );
}
