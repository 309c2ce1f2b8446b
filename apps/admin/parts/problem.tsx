/** What could not be done, in the reader's language, with a way on. */
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useErrorText } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import css from './parts.module.css';

interface ProblemProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

export function Problem({ error, onRetry }: ProblemProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Alert variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
      <div className={css.problem}>
        <span>{errorText(error)}</span>
        {onRetry !== undefined && (
          <Button variant="default" onClick={onRetry}>
            {t('list.retry')}
          </Button>
        )}
      </div>
    </Alert>
  );
}
