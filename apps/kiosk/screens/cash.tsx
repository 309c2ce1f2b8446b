/**
 * The page of somebody who puts in notes and coins: what is still missing is largest, then what the machine takes now. That no
 * change is given, and who returns what was put in, is said before the first note.
 */
import { IconArrowBackUp } from '@tabler/icons-react';
import { type CashView, cents, formatMoney, type OwedView, type PaymentView } from '@totem/domain';
import { BigButton, useLocale } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import styles from './cash.module.css';

export interface InsertCashProps {
  readonly view: PaymentView;
  readonly cash: CashView;
  readonly onCancel: () => void;
}

/** Where it stands. */
export function InsertCash({ view, cash, onCancel }: InsertCashProps) {
  const { t } = useTranslation();
  const { amountCents, currency } = view;
  const { insertedCents, accepts, isRefused } = cash;
  const money = useMoney(currency);
  const whole = useWholeMoney(currency);
  const notes = accepts.filter((value) => value >= NOTES_FROM_CENTS).sort((one, other) => other - one);
  const missingCents = Math.max(0, amountCents - insertedCents);
  const due = (
    <section className={styles.due}>
      <div
        className={styles.missing}
        role="status"
        aria-label={t('cash.missing', { amount: money(missingCents) })}
      >
        <span>{t('cash.missingName')}</span>
        <strong>{money(missingCents)}</strong>
      </div>
      <div className={styles.track} aria-hidden="true">
        <span style={{ transform: `scaleX(${insertedCents / amountCents})` }} />
      </div>
      <p className={styles.inserted}>
        {t('cash.inserted', { inserted: money(insertedCents), amount: money(amountCents) })}
      </p>
    </section>
  );
  return (
    <Page
      heading={t('cash.heading')}
      lead={t(insertedCents === 0 ? 'cash.rule' : 'cash.ruleInside')}
      more={due}
      isSplit
    >
      <div className={styles.taken} data-refused={isRefused || undefined}>
        <p className={styles.name} role="alert">
          {isRefused ? (
            <>
              <IconArrowBackUp aria-hidden stroke={2} />
              {t('cash.refused')}
            </>
          ) : (
            t(accepts.length === 0 ? 'cash.checking' : 'cash.accepts')
          )}
        </p>
        <ul className={styles.values} aria-label={t('cash.accepts')}>
          {notes.map((value) => (
            <li key={value}>{whole(value)}</li>
          ))}
          {notes.length < accepts.length ? <li data-kind="coins">{t('cash.coins')}</li> : null}
        </ul>
      </div>
      <div className={styles.ways}>
        <BigButton busy={view.isEnding} disabled={!view.canCancel} onPress={onCancel}>
          {t(view.isEnding ? 'pay.ending' : 'pay.cancel')}
        </BigButton>
      </div>
    </Page>
  );
}

/** The smallest note; what is worth less is a coin, and a coin that does not fit falls back by itself. */
const NOTES_FROM_CENTS = 200;

/** What stays in the machine and who gives it back. */
export function Owed({
  owed,
  protocol,
  currency,
}: {
  readonly owed: OwedView;
  readonly protocol: string | undefined;
  readonly currency: string;
}) {
  const { t } = useTranslation();
  const money = useMoney(currency);
  return (
    <div className={styles.owed}>
      <p>{owed.owedCents > 0 ? t('cash.owed', { amount: money(owed.owedCents) }) : t('cash.uncounted')}</p>
      <p>{t('cash.owedHow')}</p>
      {protocol === undefined ? null : (
        <p className={styles.protocol}>
          <span>{t('pay.protocol')}</span>
          <strong>{protocol}</strong>
        </p>
      )}
    </div>
  );
}

function useMoney(currency: string): (amountCents: number) => string {
  const { locale } = useLocale();
  return (amountCents) => formatMoney(cents(amountCents), currency, locale);
}

/** Without the cents that a note does not have. */
function useWholeMoney(currency: string): (amountCents: number) => string {
  const { locale } = useLocale();
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 0,
  });
  return (amountCents) => format.format(amountCents / CENTS);
}

const CENTS = 100;
