/** The last calls before the current one, for whoever looked away: code, counter, time. */

import { IconStarFilled } from '@tabler/icons-react';
import type { Locale } from '@totem/domain';
import { Code } from '@totem/ui';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../calls/announcer.ts';
import css from './board.module.css';
import { timeText } from './clock.ts';

/** Lines of the list. */
export const RECENT_CALLS_MAX = 5;
const PLACES = Array.from({ length: RECENT_CALLS_MAX }, (_, place) => place);

interface RecentCallsProps {
  /** Newest first. */
  readonly calls: readonly Call[];
  /** Lines that there is room for, taken or not. */
  readonly places: number;
  readonly locale: Locale;
  readonly timezone: string;
}

export function RecentCalls({ calls, places, locale, timezone }: RecentCallsProps) {
  const { t } = useTranslation();
  return (
    <section className={css.recent}>
      <h2 className={css.recentTitle} id="recent-calls">
        {t('recent')}
      </h2>
      <ul
        className={css.recentList}
        aria-labelledby="recent-calls"
        style={{ '--places': places } as CSSProperties}
      >
        {calls.map((call) => (
          <RecentCall key={call.id} call={call} locale={locale} timezone={timezone} />
        ))}
        {PLACES.slice(calls.length, places).map((place) => (
          <li key={place} className={css.recentPlace} aria-hidden />
        ))}
      </ul>
    </section>
  );
}

function RecentCall({
  call,
  locale,
  timezone,
}: Omit<RecentCallsProps, 'calls' | 'places'> & { readonly call: Call }) {
  const { t } = useTranslation();
  return (
    <li className={css.recentCall} style={{ '--code-length': [...call.code].length } as CSSProperties}>
      <span className={css.recentCode}>
        <Code>{call.code}</Code>
        {call.priority > 0 && (
          <IconStarFilled className={css.recentPriority} role="img" aria-label={t('preferential')} />
        )}
      </span>
      <time className={css.recentTime} dateTime={call.calledAt}>
        {timeText(Date.parse(call.calledAt), locale, timezone)}
      </time>
      <span className={css.recentCounter}>{t('counterNumber', { number: call.counterNumber })}</span>
    </li>
  );
}
