/** A ticket that could not be had: why, in the catalogue's words, and the ways on. */
import { ERRORS } from '@totem/domain';
import { asDoorError, BigButton, useErrorText } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import styles from './failed.module.css';

export interface FailedProps {
  readonly error: unknown;
  readonly onAgain: () => void;
  readonly onOther: () => void;
}

/** From here on HTTP speaks of the server's trouble, not of the wish (RFC 9110, 15.6). */
const SERVER_ERROR = 500;

/** The error; another try, where it may help; another service. */
export function Failed({ error, onAgain, onOther }: FailedProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  // The rules answer the same the second time; the world may not.
  const isPassing = ERRORS[asDoorError(error).code].status >= SERVER_ERROR;
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
        {isPassing ? (
          <BigButton kind="primary" onPress={onAgain}>
            {t('failed.again')}
          </BigButton>
        ) : null}
        <BigButton kind={isPassing ? 'plain' : 'primary'} onPress={onOther}>
          {t('failed.other')}
        </BigButton>
      </div>
    </Page>
  );
}
