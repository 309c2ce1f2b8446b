/** The line below the buttons that says, in the reader's language, why the last action was not done. */
import { Alert, CloseButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { DoorError, useErrorText } from '@totem/ui';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import css from './desk.module.css';
import { type Notice, paramsNow } from './notice.ts';

interface NoticeLineProps {
  readonly notice: Notice | undefined;
  readonly nowMs: number;
  onDismiss(): void;
}

/** Shows a notice until it is put away or no longer holds. The place of it is always there, so that it is read out. */
export function NoticeLine({ notice, nowMs, onDismiss }: NoticeLineProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const params = notice === undefined ? null : paramsNow(notice, Math.max(nowMs, notice.atMs));
  const isOver = notice !== undefined && params === null;
  useEffect(() => {
    if (isOver) onDismiss();
  }, [isOver, onDismiss]);
  return (
    <div role="alert">
      {notice !== undefined && params !== null && (
        <Alert
          role="presentation"
          color="red"
          variant="light"
          className={css.notice}
          icon={<IconAlertTriangle aria-hidden />}
        >
          <div className={css.noticeLine}>
            <span>{errorText(new DoorError(notice.code, { params }))}</span>
            <CloseButton size="sm" aria-label={t('ask.dismiss')} onClick={onDismiss} />
          </div>
        </Alert>
      )}
    </div>
  );
}
