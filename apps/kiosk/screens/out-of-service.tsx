/** Nobody can be served here now: why, in the catalogue's words, and whom to ask. It ends by itself when the reason does. */
import { IconHourglassEmpty, IconTool } from '@tabler/icons-react';
import { type ErrorCode, errorText } from '@totem/domain';
import { useLocale } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import styles from './out-of-service.module.css';

/** Reasons that pass by themselves. */
const PASSING: readonly ErrorCode[] = ['not_ready', 'unreachable'];

/** The screen of a totem that cannot serve. `loading` is a start that has not failed. */
export function OutOfService({ reason }: { readonly reason: ErrorCode | 'loading' }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const isPassing = reason === 'loading' || PASSING.includes(reason);
  // "Sign in again" is the word for the key of this screen, which no customer has.
  const text =
    reason === 'unauthorized'
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
    </main>
  );
}
