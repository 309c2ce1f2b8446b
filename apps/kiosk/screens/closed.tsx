/** The first screen of a site that is closed now: when it opens, and its hours. It opens by itself when the time has come. */
import { IconMoonStars } from '@tabler/icons-react';
import type { SiteRow } from '@totem/domain';
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { nextOpening } from '../catalogue/offers.ts';
import { useNow } from '../frame/use-now.ts';
import { Hours } from './hours.tsx';
import styles from './out-of-service.module.css';

/** Says that nobody is served now, and when they will be. */
export function Closed({ site }: { readonly site: SiteRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const opening = nextOpening([site.openingHours], now, site.timezone);
  return (
    <main className={styles.out}>
      <span className={styles.medal} data-passing aria-hidden="true">
        <IconMoonStars stroke={1.3} />
      </span>
      <h1 className={styles.heading}>{t('closed.heading')}</h1>
      {opening === null ? null : <p className={styles.text}>{openingText(opening)}</p>}
      <Hours site={site} now={now} />
    </main>
  );

  function openingText(at: number): string {
    const time = format.time(at, site.timezone);
    const isToday = format.date(at, site.timezone) === format.date(now, site.timezone);
    return isToday
      ? t('closed.opensAt', { time })
      : t('closed.opensOn', { time, day: format.weekday(at, site.timezone) });
  }
}
