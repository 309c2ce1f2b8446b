/** How it is paid: only what works now, each as large as the others, with what it will take of the customer. */
import { IconArrowRight, IconCash, IconCreditCard, IconQrcode } from '@tabler/icons-react';
import { cents, formatMoney, type PaymentMeans, type PaymentMethod } from '@totem/domain';
import { BigButton, Pressable, useLocale } from '@totem/ui';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import styles from './method.module.css';

const ICONS: Readonly<Record<PaymentMethod, ReactNode>> = {
  pix: <IconQrcode stroke={1.5} />,
  card: <IconCreditCard stroke={1.5} />,
  cash: <IconCash stroke={1.5} />,
};

export interface MethodProps {
  /** Null before the totem has said. */
  readonly means: readonly PaymentMeans[] | null;
  readonly amountCents: number;
  readonly currency: string;
  readonly onChoose: (meansId: string) => void;
  readonly onOther: () => void;
}

/** The choice of a means. The button is the name and reaches over the whole card; what is beside the name describes it. */
export function Method({ means, amountCents, currency, onChoose, onOther }: MethodProps) {
  const { t } = useTranslation();
  return (
    <Page heading={t('pay.heading')} more={<Total amountCents={amountCents} currency={currency} />} isSplit>
      {means?.length === 0 ? (
        <p className={styles.none} role="alert">
          {t('pay.none')}
        </p>
      ) : null}
      <ul className={styles.means}>
        {means?.map(({ id, method }) => (
          <Means key={id} method={method} onPress={() => onChoose(id)} />
        ))}
      </ul>
      <div className={styles.other}>
        <BigButton onPress={onOther}>{t('confirm.other')}</BigButton>
      </div>
    </Page>
  );
}

function Means({ method, onPress }: { readonly method: PaymentMethod; readonly onPress: () => void }) {
  const { t } = useTranslation();
  const how = useId();
  return (
    <li className={styles.card}>
      <span className={styles.medal} aria-hidden="true">
        {ICONS[method]}
      </span>
      <div className={styles.words}>
        <Pressable className={styles.name} aria-describedby={how} onPress={onPress}>
          {t(`pay.by.${method}`)}
        </Pressable>
        <p id={how} className={styles.how}>
          {t(`pay.how.${method}`)}
        </p>
      </div>
      <IconArrowRight className={styles.arrow} aria-hidden stroke={2} />
    </li>
  );
}

/** What is to be paid. */
export function Total({
  amountCents,
  currency,
}: {
  readonly amountCents: number;
  readonly currency: string;
}) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  return (
    <p className={styles.total}>
      <span>{t('pay.total')}</span>
      <strong>{formatMoney(cents(amountCents), currency, locale)}</strong>
    </p>
  );
}
