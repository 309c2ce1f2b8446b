/** A ticket that could not be had: why, in the catalogue's words, and the ways on. */
import { BigButton, useErrorText } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import styles from './failed.module.css';

export interface FailedProps {
  readonly error: unknown;
  readonly onAgain: () => void;
  readonly onOther: () => void;
}

/** The error, another try, another service. */
export function Failed({ error, onAgain, onOther }: FailedProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  return (
    <Page
      heading={t('failed.heading')}
      isSplit
      more={
        <p className={styles.reason} role="alert">
          {textOf(error)}
        </p>
      }
    >
      <div className={styles.ways}>
        <BigButton kind="primary" onPress={onAgain}>
          {t('failed.again')}
        </BigButton>
        <BigButton onPress={onOther}>{t('failed.other')}</BigButton>
      </div>
    </Page>
  );
}
