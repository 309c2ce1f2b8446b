/** One glance at the link: where the rows come from, and how old they are when they no longer follow. */
import { IconCloud, IconCloudOff, IconRouter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KIT_NAMESPACE } from '../i18n/i18n.ts';
import { useFormat } from '../i18n/use-locale.ts';
import type { LinkState } from '../shapes/link-state.ts';
import styles from './connection-badge.module.css';

/** Where a screen's server is: the cloud, or the branch's own network. */
export const LINK_SOURCES = ['cloud', 'hub'] as const;
export type LinkSource = (typeof LINK_SOURCES)[number];

export interface ConnectionBadgeProps {
  /** A shape, or the worst of several (`worstOf`). */
  readonly link: LinkState;
  readonly source?: LinkSource;
  /** Shows the symbol alone while all is well; the words stay for screen readers. */
  readonly compact?: boolean;
}

/** Ages are told in steps, so once in a while is often enough. */
const AGE_STEP_MS = 5_000;

/** The state of the link in a word and a symbol. */
export function ConnectionBadge({ link, source = 'cloud', compact = false }: ConnectionBadgeProps) {
  const { t } = useTranslation(KIT_NAMESPACE);
  const format = useFormat();
  const isLive = link.status === 'live';
  const now = useNow(!isLive);
  const word = isLive ? source : link.status === 'loading' ? 'loading' : 'none';
  const Drawn = word === 'none' ? IconCloudOff : source === 'hub' ? IconRouter : IconCloud;
  const age =
    link.status === 'stale' && link.asOf !== null
      ? t('connection.age', { ago: format.ago(now - link.asOf) })
      : undefined;
  const isBrief = compact && word !== 'none';
  return (
    <span className={styles.badge} data-status={link.status}>
      <Drawn className={styles.symbol} stroke={1.9} aria-hidden />
      <span className={isBrief ? styles.unseen : undefined}>{t(`connection.${word}`)}</span>
      {age === undefined ? null : <span className={styles.age}>{age}</span>}
    </span>
  );
}

function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), AGE_STEP_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
