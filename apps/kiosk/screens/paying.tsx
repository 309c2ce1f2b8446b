/**
 * The page of a payment on its way, and of how it ended when no ticket came of it. What the customer has to do is largest;
 * what they may do is what the protocol lets them: a code can be taken back, a terminal ends only at the terminal.
 */
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCreditCard,
  IconHourglass,
  IconReceipt,
} from '@tabler/icons-react';
import { cents, formatMoney, type PaymentView } from '@totem/domain';
import { BigButton, QrCode, useErrorText, useLocale } from '@totem/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../frame/page.tsx';
import { isNotPaid, type Paying as PayingFlow } from '../session/flow.ts';
import { InsertCash, Owed } from './cash.tsx';
import { Total } from './method.tsx';
import styles from './paying.module.css';

export interface PayingProps {
  readonly flow: PayingFlow;
  readonly currency: string;
  readonly onCancel: () => void;
  readonly onAgain: () => void;
  readonly onEnd: () => void;
}

/** Where the payment stands. */
export function Paying(props: PayingProps) {
  const { flow, currency } = props;
  const { view, error, priceCents } = flow;
  if (isNotPaid(flow)) return <NotPaid {...props} />;
  // A totem that has fallen silent in the middle of it has left the customer in doubt too.
  if (error !== null || view?.state === 'unknown') return <Unknown {...props} />;
  if (view?.state === 'waiting' && view.cash !== undefined)
    return <InsertCash view={view} cash={view.cash} onCancel={props.onCancel} />;
  if (view?.state === 'waiting') return <Scan view={view} {...props} />;
  if (view?.state === 'finishing') return <Busy {...FINISHING} priceCents={priceCents} currency={currency} />;
  const stage = view?.means.method === 'card' ? AT_TERMINAL : PREPARING;
  return <Busy {...stage} priceCents={priceCents} currency={currency} />;
}

/** While the ticket that is to be paid is made. */
export function Preparing({ priceCents, currency }: Money) {
  return <Busy {...PREPARING} priceCents={priceCents} currency={currency} />;
}

interface Money {
  readonly priceCents: number;
  readonly currency: string;
}

/** What is said while something else acts, as keys of texts. */
interface Stage {
  readonly heading: string;
  readonly lead?: string;
  readonly note?: string;
  readonly icon: ReactNode;
}
const PREPARING: Stage = { heading: 'pay.preparing', icon: <IconHourglass stroke={1.3} /> };
const AT_TERMINAL: Stage = {
  heading: 'pay.terminal',
  lead: 'pay.terminalHow',
  note: 'pay.terminalEnd',
  icon: <IconCreditCard stroke={1.2} />,
};
const FINISHING: Stage = {
  heading: 'pay.finishing',
  lead: 'pay.finishingHow',
  icon: <IconCircleCheck stroke={1.3} />,
};

function Busy({ heading, lead, note, icon, priceCents, currency }: Stage & Money) {
  const { t } = useTranslation();
  const picture = (
    <>
      <Total amountCents={priceCents} currency={currency} />
      <div className={styles.stage} aria-hidden="true">
        <span className={styles.pulse}>{icon}</span>
      </div>
    </>
  );
  return (
    <Page heading={t(heading)} {...(lead === undefined ? {} : { lead: t(lead) })} more={picture} isSplit>
      {note === undefined ? null : <p className={styles.note}>{t(note)}</p>}
    </Page>
  );
}

function Scan({ flow, view, currency, onCancel }: PayingProps & { readonly view: PaymentView }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const { copyCode = '' } = view;
  const amount = formatMoney(cents(flow.priceCents), currency, locale);
  const code = (
    <section className={styles.scan}>
      <div className={styles.qr}>
        <QrCode text={copyCode} label={t('pay.qr', { amount })} />
      </div>
      <div className={styles.due}>
        <p className={styles.price}>{amount}</p>
        <Countdown leftMs={view.leftMs ?? 0} />
      </div>
    </section>
  );
  return (
    <Page heading={t('pay.scan')} lead={t('pay.scanHow')} more={code} isSplit>
      <div className={styles.copy}>
        <p className={styles.copyName}>{t('pay.copy')}</p>
        <p className={styles.copyCode}>{copyCode}</p>
      </div>
      <div className={styles.ways}>
        <BigButton busy={view.isEnding} disabled={!view.canCancel} onPress={onCancel}>
          {t(view.isEnding ? 'pay.ending' : 'pay.cancel')}
        </BigButton>
      </div>
    </Page>
  );
}

const TICK_MS = 500;
const MINUTE_S = 60;

/** What is left of the customer's time. Not read out as it runs: the page's heading has said what there is to do. */
function Countdown({ leftMs }: { readonly leftMs: number }) {
  const { t } = useTranslation();
  const [whole] = useState(leftMs);
  const [until, setUntil] = useState(() => performance.now() + leftMs);
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => setUntil(performance.now() + leftMs), [leftMs]);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, until - now);
  const seconds = Math.ceil(left / 1_000);
  const time = `${Math.floor(seconds / MINUTE_S)}:${String(seconds % MINUTE_S).padStart(2, '0')}`;
  return (
    <div className={styles.countdown} role="timer">
      <span>{t('pay.left', { time })}</span>
      <span className={styles.track} aria-hidden="true">
        <span style={{ transform: `scaleX(${whole === 0 ? 0 : Math.min(1, left / whole)})` }} />
      </span>
    </div>
  );
}

function NotPaid({ flow, currency, onAgain, onEnd }: PayingProps) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const { view, error } = flow;
  const why = view?.why ?? 'unavailable';
  const reason = (
    <section className={styles.reason} role="alert">
      <IconAlertTriangle className={styles.sign} aria-hidden stroke={1.6} />
      <p className={styles.more}>{error === null ? t(`pay.more.${why}`) : textOf(error)}</p>
      {view?.message === undefined ? null : <p className={styles.said}>{view.message}</p>}
      {view?.owed === undefined ? (
        <p className={styles.free}>{t('pay.notCharged')}</p>
      ) : (
        <Owed owed={view.owed} protocol={view.protocol} currency={currency} />
      )}
    </section>
  );
  return (
    <Page heading={t(`pay.why.${why}`)} more={reason} isSplit>
      <div className={styles.ways}>
        <BigButton kind="primary" onPress={onAgain}>
          {t('pay.again')}
        </BigButton>
        <BigButton onPress={onEnd}>{t('pay.leave')}</BigButton>
      </div>
    </Page>
  );
}

function Unknown({ flow, onEnd }: PayingProps) {
  const { t } = useTranslation();
  const { view, ticket } = flow;
  const doubt = (
    <section className={styles.doubt} role="alert">
      <p className={styles.stop}>{t('pay.dontPay')}</p>
      <p className={styles.more}>{t('pay.unknownHow', { code: ticket.code })}</p>
      {view?.protocol === undefined ? null : (
        <p className={styles.protocol}>
          <IconReceipt aria-hidden stroke={1.6} />
          <span>{t('pay.protocol')}</span>
          <strong>{view.protocol}</strong>
        </p>
      )}
    </section>
  );
  return (
    <Page heading={t('pay.unknown')} more={doubt} isSplit>
      <div className={styles.ways}>
        <BigButton kind="primary" onPress={onEnd}>
          {t('pay.close')}
        </BigButton>
      </div>
    </Page>
  );
}
