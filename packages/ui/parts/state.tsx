/** What a screen shows when it has nothing else to show: still loading, empty, or an error with a way on. */
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../errors/use-error-text.ts';
import { KIT_NAMESPACE } from '../i18n/i18n.ts';
import { BigButton } from './big-button.tsx';
import styles from './state.module.css';

export interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
}

/** There is nothing here, and that is in order. */
export function EmptyState({ title, children, icon }: EmptyStateProps) {
  return (
    <div className={styles.state}>
      {icon === undefined ? null : (
        <span className={styles.medal} aria-hidden="true">
          {icon}
        </span>
      )}
      <p className={styles.title}>{title}</p>
      {children === undefined ? null : <div className={styles.more}>{children}</div>}
    </div>
  );
}

/** Something is on its way. */
export function LoadingState({ title }: { readonly title?: string }) {
  const { t } = useTranslation(KIT_NAMESPACE);
  return (
    <div className={styles.state} role="status">
      <span className={styles.dots} aria-hidden="true">
        <span />
        <span />
        <span />
      </span>
      <p className={styles.waiting}>{title ?? t('loading')}</p>
    </div>
  );
}

export interface ErrorStateProps {
  readonly error: unknown;
  /** Says above the error's own text what could not be done. */
  readonly title?: string;
  /** Offers to try again. */
  readonly onRetry?: (() => void) | undefined;
}

/** An error in the reader's language, and the way on if there is one. */
export function ErrorState({ error, title, onRetry }: ErrorStateProps) {
  const { t } = useTranslation(KIT_NAMESPACE);
  const textOf = useErrorText();
  return (
    <div className={styles.state} role="alert">
      <span className={styles.medal} data-tone="danger" aria-hidden="true">
        <IconAlertTriangle stroke={1.6} />
      </span>
      {title === undefined ? null : <p className={styles.title}>{title}</p>}
      <p className={title === undefined ? styles.title : styles.more}>{textOf(error)}</p>
      {onRetry === undefined ? null : (
        <BigButton kind="primary" onPress={onRetry}>
          {t('retry')}
        </BigButton>
      )}
    </div>
  );
}
