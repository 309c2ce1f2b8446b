/**
 * The end of the way: the code as large as it goes, how many are before, how a phone follows it, and what becomes of the
 * paper. The number counts
 * whether or not it was printed, and the screen says so before anybody has to ask.
 */
import { IconAlertTriangle, IconCheck, IconPrinter } from '@tabler/icons-react';
import {
  cents,
  errorText,
  formatMoney,
  type PaymentView,
  type PriorityClassRow,
  type ServiceRow,
  type SiteRow,
} from '@totem/domain';
import { BigButton, Code, QrCode, ServiceIcon, useDoor, useFormat, useLocale } from '@totem/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Paper } from '../device/device-state.ts';
import { Page } from '../frame/page.tsx';
import type { Ticket as IssuedTicket } from '../session/flow.ts';
import { Owed } from './cash.tsx';
import styles from './ticket.module.css';

export interface TicketProps {
  readonly ticket: IssuedTicket;
  readonly service: ServiceRow | undefined;
  /** The customer's priority; undefined for everyone else. */
  readonly priority: PriorityClassRow | undefined;
  readonly site: SiteRow;
  /** What was paid for it here; null for nothing. */
  readonly paid: PaymentView | null;
  readonly paper: Paper;
  /** Share of the time on this page that is left, 0 to 1. */
  readonly left: number;
  readonly onDone: () => void;
}

/** The size at which a code of one character would fill the slip, in percent of its width; longer codes share it. */
const CODE_WIDTH_CQI = 132;

/** The ticket on screen. The element of role `status` carries the code in its name. */
export function Ticket({ ticket, service, priority, site, paid, paper, left, onDone }: TicketProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [issuedAt] = useState(Date.now);
  const { code, peopleAhead, followUrl } = ticket;
  const slip = (
    <section className={styles.slip} role="status" aria-label={t('ticket.yours', { code })}>
      <div className={styles.upper}>
        {service === undefined ? null : <p className={styles.service}>{format.local(service.name)}</p>}
        <p className={styles.code}>
          <Code size={`min(var(--code-size-max), ${(CODE_WIDTH_CQI / code.length).toFixed(1)}cqi)`}>
            {code}
          </Code>
        </p>
        {paid === null ? null : (
          <p className={styles.paid}>
            <IconCheck aria-hidden stroke={2.4} />
            {t('pay.paid', { amount: formatMoney(cents(paid.amountCents), paid.currency, format.locale) })}
          </p>
        )}
        {priority === undefined ? null : (
          <p className={styles.priority}>
            <ServiceIcon name={priority.icon} size="1.4em" />
            {format.local(priority.name)}
          </p>
        )}
      </div>
      <div className={styles.lower} data-follow={followUrl !== undefined || undefined}>
        <p className={styles.ahead}>
          {peopleAhead === undefined ? t('ticket.watch') : t('ticket.ahead', { count: peopleAhead })}
        </p>
        <time className={styles.time}>{format.time(issuedAt, site.timezone)}</time>
        {followUrl === undefined ? null : (
          <div className={styles.follow}>
            <div className={styles.qr}>
              <QrCode text={followUrl} label={t('ticket.follow')} />
            </div>
            <p className={styles.how}>
              <strong>{t('ticket.follow')}</strong>
              {t('ticket.followHow')}
            </p>
          </div>
        )}
      </div>
    </section>
  );
  return (
    <Page heading={t('ticket.heading')} more={slip} isSplit>
      {paid?.owed === undefined ? null : (
        <Owed owed={paid.owed} protocol={paid.protocol} currency={paid.currency} />
      )}
      <PaperNews paper={paper} ticketId={ticket.id} />
      <div className={styles.done}>
        <BigButton kind="primary" onPress={onDone}>
          {t('ticket.done')}
        </BigButton>
        <span className={styles.track} aria-hidden="true">
          <span className={styles.left} style={{ transform: `scaleX(${left})` }} />
        </span>
      </div>
    </Page>
  );
}

/** What the customer said when nobody else could tell. */
type Answer = 'yes' | 'no';

function PaperNews({ paper, ticketId }: { readonly paper: Paper; readonly ticketId: string }) {
  const { t } = useTranslation();
  const door = useDoor();
  const { locale } = useLocale();
  const [answer, setAnswer] = useState<Answer>();
  /** Another copy, marked as one. What comes of it is seen as the paper's news; a refusal leaves the number on the screen. */
  const noPaper = (): void => {
    setAnswer('no');
    door.tell('/v1/papers/repeats', { ticketId }).catch(() => undefined);
  };
  const printed = <News tone="good" icon={<IconCheck stroke={2.4} />} text={t('ticket.printed')} />;
  const missing = (text: string) => (
    <News tone="bad" icon={<IconAlertTriangle stroke={1.8} />} text={text} more={t('ticket.onScreen')} />
  );
  switch (paper.kind) {
    case 'printing':
      return <Printing />;
    case 'printed':
      return printed;
    case 'not_printed':
      return missing(errorText(paper.code, locale));
    case 'unknown':
      if (answer !== undefined) return answer === 'yes' ? printed : missing(t('ticket.noPaper'));
      return (
        <News tone="busy" icon={<IconPrinter stroke={1.6} />} text={t('ticket.didPrint')}>
          <BigButton onPress={() => setAnswer('yes')}>{t('ticket.yes')}</BigButton>
          <BigButton onPress={noPaper}>{t('ticket.no')}</BigButton>
        </News>
      );
    default:
      return paper satisfies never;
  }
}

/** Paper comes within two seconds; after this the customer should not have to hope. */
const SLOW_AFTER_MS = 5_000;

function Printing() {
  const { t } = useTranslation();
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const icon = <IconPrinter stroke={1.6} />;
  return isSlow ? (
    <News tone="busy" icon={icon} text={t('ticket.slow')} more={t('ticket.onScreen')} />
  ) : (
    <News tone="busy" icon={icon} text={t('ticket.printing')} />
  );
}

interface NewsProps {
  readonly tone: 'busy' | 'good' | 'bad';
  readonly icon: ReactNode;
  readonly text: string;
  readonly more?: string;
  readonly children?: ReactNode;
}

function News({ tone, icon, text, more, children }: NewsProps) {
  return (
    <div className={styles.news} data-tone={tone} aria-live="polite">
      <span className={styles.medal} aria-hidden="true">
        {icon}
      </span>
      <div>
        <p className={styles.text}>{text}</p>
        {more === undefined ? null : <p className={styles.more}>{more}</p>}
      </div>
      {children === undefined ? null : <div className={styles.answers}>{children}</div>}
    </div>
  );
}
