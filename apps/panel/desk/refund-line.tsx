/** Says that money is to be given back for a ticket that was cancelled, until whoever sees to it has put it away. */
import { Alert, CloseButton } from '@mantine/core';
import { IconCash } from '@tabler/icons-react';
import { cents, formatMoney } from '@totem/domain';
import { useLocale } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import css from './desk.module.css';
import type { RefundDue } from './use-desk.ts';

interface RefundLineProps {
  readonly due: RefundDue | undefined;
  readonly currency: string;
  onDismiss(): void;
}

/** Its place is always there, so that it is read out. */
export function RefundLine({ due, currency, onDismiss }: RefundLineProps) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  return (
    <div role="status">
      {due !== undefined && (
        <Alert
          role="presentation"
          color="yellow"
          variant="light"
          className={css.notice}
          icon={<IconCash aria-hidden />}
        >
          <div className={css.noticeLine}>
            <span>
              {t('desk.refundDue', {
                code: due.code,
                amount: formatMoney(cents(due.amountCents), currency, locale),
              })}
            </span>
            <CloseButton size="sm" aria-label={t('ask.dismiss')} onClick={onDismiss} />
          </div>
        </Alert>
      )}
    </div>
  );
}
