/** Nobody can be served here now: why, in the catalogue's words, and whom to ask. It ends by itself when the reason does. */
import { IconHourglassEmpty, IconTool } from '@tabler/icons-react';
import { type ErrorCode, errorText, type SiteRow } from '@totem/domain';
import { useLocale } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { useNow } from '../frame/use-now.ts';
import { Hours } from './hours.tsx';
import styles from './out-of-service.module.css';

/** Reasons that pass by themselves. */
const PASSING: readonly ErrorCode[] = ['not_ready', 'unreachable'];
/** Whose text says nothing to a customer: the key of this screen, and what the heading has said already. */
const NOT_SAID: readonly (ErrorCode | 'loading')[] = ['unauthorized', 'storage_fault'];

export interface OutOfServiceProps {
  /** `loading` is a start that has not failed. */
  readonly reason: ErrorCode | 'loading';
  /** Whose hours are told where somebody has taken the totem out of service: its people are there then. */
  readonly site?: SiteRow;
}

/** The screen of a totem that cannot serve. */
export function OutOfService({ reason, site }: OutOfServiceProps) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const now = useNow();
  const isPassing = reason === 'loading' || PASSING.includes(reason);
  const text = NOT_SAID.includes(reason)
    ? t('out.help')
    : errorText(reason === 'loading' ? 'not_ready' : reason, locale);
  return (
    <main className={styles.out}>
      <span className={styles.medal} data-passing={isPassing || undefined} aria-hidden="true">
        {isPassing ? <IconHourglassEmpty stroke={1.3} /> : <IconTool stroke={1.3} />}
      </span>
      <h1 className={styles.heading}>{t(isPassing ? 'out.preparing' : 'out.heading')}</h1>
      <p className={styles.text} role="alert">
        {text}
      </p>
      {site !== undefined && reason === 'device_suspended' ? <Hours site={site} now={now} /> : null}
    </main>
  );
}
