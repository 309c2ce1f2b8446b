/** What is about to be taken, where it costs something: everything that somebody may want to know before they say yes. */
import { mustPayFirst, type PriorityClassRow, type SiteRow } from '@totem/domain';
import { BigButton, ServiceIcon, useFormat } from '@totem/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { closesAt, type Offer } from '../catalogue/offers.ts';
import { Page } from '../frame/page.tsx';
import { useNow } from '../frame/use-now.ts';
import styles from './confirm.module.css';
import { priceOf, waitTextOf } from './service-card.tsx';

export interface ConfirmProps {
  readonly offer: Offer;
  readonly site: SiteRow;
  readonly tier: number;
  /** The customer's priority; undefined for everyone else. */
  readonly priority: PriorityClassRow | undefined;
  readonly showsWait: boolean;
  readonly onYes: () => void;
  readonly onOther: () => void;
}

/** The last question before the ticket. */
export function Confirm({ offer, site, tier, priority, showsWait, onYes, onOther }: ConfirmProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { service } = offer;
  const wait = showsWait ? waitTextOf(offer, tier, { t, format }, 'confirm.about') : null;
  const closing = closesAt(service, site, now);
  const isPaidFirst = mustPayFirst(service);
  const card = (
    <section className={styles.card}>
      <div className={styles.title}>
        <span className={styles.medal} aria-hidden="true">
          <ServiceIcon name={service.icon} />
        </span>
        <h2 className={styles.name}>{format.local(service.name)}</h2>
      </div>
      <dl className={styles.facts}>
        <Fact name={t('confirm.price')}>
          {priceOf(offer, site, { t, format })}
          {service.paymentPolicy === 'after_service' ? (
            <span className={styles.note}>{t('confirm.payLater')}</span>
          ) : null}
          {isPaidFirst ? <span className={styles.note}>{t('confirm.payNow')}</span> : null}
        </Fact>
        {wait === null ? null : <Fact name={t('confirm.wait')}>{wait}</Fact>}
        {closing === null ? null : (
          <Fact name={t('confirm.hours')}>
            {t('confirm.until', { time: format.time(closing, site.timezone) })}
          </Fact>
        )}
        {priority === undefined ? null : (
          <Fact name={t('confirm.priority')}>{format.local(priority.name)}</Fact>
        )}
      </dl>
    </section>
  );
  return (
    <Page heading={t('confirm.heading')} more={card} isSplit>
      <div className={styles.ways}>
        <BigButton kind="primary" onPress={onYes}>
          {t(isPaidFirst ? 'confirm.pay' : 'confirm.take')}
        </BigButton>
        <BigButton onPress={onOther}>{t('confirm.other')}</BigButton>
      </div>
    </Page>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
