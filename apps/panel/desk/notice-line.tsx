/** The line below the buttons that says, in the reader's language, why the last action was not done. */
import { Alert, CloseButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ErrorParams, TICKET_STATES, type TicketState } from '@totem/domain';
import { DoorError, useErrorText } from '@totem/ui';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import css from './desk.module.css';
import { type Notice, paramsNow } from './notice.ts';

interface NoticeLineProps {
  readonly notice: Notice | undefined;
  /** What this page can say of it in more words. */
  readonly explanation?: string | undefined;
  readonly nowMs: number;
  onDismiss(): void;
}

/** Shows a notice until it is put away or no longer holds. The place of it is always there, so that it is read out. */
export function NoticeLine({ notice, explanation, nowMs, onDismiss }: NoticeLineProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const params = notice === undefined ? null : paramsNow(notice, Math.max(nowMs, notice.atMs));
  const isOver = notice !== undefined && params === null;
  useEffect(() => {
    if (isOver) onDismiss();
  }, [isOver, onDismiss]);
  const readable = (given: ErrorParams): ErrorParams =>
    TICKET_STATES.some((state) => state === given.state)
      ? { ...given, state: t(`state.${given.state as TicketState}`) }
      : given;
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
            <span>{explanation ?? errorText(new DoorError(notice.code, { params: readable(params) }))}</span>
            <CloseButton size="sm" aria-label={t('ask.dismiss')} onClick={onDismiss} />
          </div>
        </Alert>
      )}
    </div>
  );
}
