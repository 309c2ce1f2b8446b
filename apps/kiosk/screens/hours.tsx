/** The hours of a site, day by day from today on: what people want to know in front of a closed door. */
import type { SiteRow } from '@totem/domain';
import { useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { weekOf } from '../catalogue/offers.ts';
import styles from './hours.module.css';

/** Nothing for a site that is always open. */
export function Hours({ site, now }: { readonly site: SiteRow; readonly now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const week = weekOf(site.openingHours, now, site.timezone);
  if (week === null) return null;
  return (
    <section className={styles.hours} aria-label={t('closed.hours')}>
      <h2 className={styles.title}>{t('closed.hours')}</h2>
      <dl className={styles.days}>
        {week.map(({ noon, intervals }, index) => (
          <div key={noon} className={styles.day} data-today={index === 0 || undefined}>
            <dt>
              {format.weekday(noon, site.timezone)}
              {index === 0 ? <span className={styles.today}> ({t('closed.today')})</span> : null}
            </dt>
            <dd>
              {intervals.length === 0
                ? t('closed.never')
                : intervals.map(([from, until]) => `${from} – ${until}`).join(', ')}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
