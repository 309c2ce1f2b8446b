/** The last calls before the current one, for whoever looked away: code, counter, time. */

import { IconStarFilled } from '@tabler/icons-react';
import type { Locale } from '@totem/domain';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../calls/announcer.ts';
import css from './board.module.css';
import { timeText } from './clock.ts';

/** Lines of the list. */
export const RECENT_CALLS_MAX = 5;

interface RecentCallsProps {
  /** Newest first. */
  readonly calls: readonly Call[];
  readonly locale: Locale;
  readonly timezone: string;
}

export function RecentCalls({ calls, locale, timezone }: RecentCallsProps) {
  const { t } = useTranslation();
  return (
    <section className={css.recent}>
      <h2 className={css.recentTitle} id="recent-calls">
        {t('recent')}
      </h2>
      {calls.length === 0 ? (
        <p className={css.recentEmpty}>{t('recentEmpty')}</p>
      ) : (
        <ul className={css.recentList} data-rows={RECENT_CALLS_MAX} aria-labelledby="recent-calls">
          {calls.map((call) => (
            <li
              key={call.id}
              className={css.recentCall}
              style={{ '--code-length': [...call.code].length } as CSSProperties}
            >
              <span className={css.recentCode}>
                {call.code}
                {call.priority > 0 && (
                  <IconStarFilled className={css.recentPriority} role="img" aria-label={t('preferential')} />
                )}
              </span>
              <time className={css.recentTime} dateTime={call.calledAt}>
                {timeText(Date.parse(call.calledAt), locale, timezone)}
              </time>
              <span className={css.recentCounter}>{t('counterNumber', { number: call.counterNumber })}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
