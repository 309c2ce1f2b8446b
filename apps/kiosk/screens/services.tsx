/** The services as cards: what each is, what it costs, and, where it cannot be had, why. Eight on a page; if there are more, six and the next page. */
import { IconArrowLeft, IconArrowRight, IconClock } from '@tabler/icons-react';
import { formatMoney, type ServiceId, type SiteRow } from '@totem/domain';
import { EmptyState, type Format, Pressable, ServiceIcon, useFormat } from '@totem/ui';
import type { TFunction } from 'i18next';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Availability, type Offer, pageOf } from '../catalogue/offers.ts';
import { Page } from '../frame/page.tsx';
import { useNow } from '../frame/use-now.ts';
import styles from './services.module.css';

/** More than eight choices at once are searched, not seen. */
const CARDS_MAX = 8;
/** Where there are more pages, or letters are large, or the cards share 40 % of the screen. */
const CARDS_FEWER_MAX = 6;
/** So few share no row: each has the whole width. */
const CARDS_IN_ROW_MAX = 3;
/** Longer names are set smaller. */
const NAME_LENGTH_SHORT = 34;

export interface ServicesProps {
  readonly offers: readonly Offer[];
  readonly site: SiteRow;
  readonly page: number;
  /** Fewer cards on a page, for large letters and low reach. */
  readonly isRoomy: boolean;
  /** The service that is being asked for; nothing else can be chosen meanwhile. */
  readonly issuing: ServiceId | null;
  readonly onChoose: (id: ServiceId) => void;
  readonly onTurn: (page: number) => void;
}

/** The page on which a service is chosen, also while its ticket is on the way. */
export function Services({ offers, site, page, isRoomy, issuing, onChoose, onTurn }: ServicesProps) {
  const { t } = useTranslation();
  const cardsMax = isRoomy || offers.length > CARDS_MAX ? CARDS_FEWER_MAX : CARDS_MAX;
  const { shown, pages } = pageOf(offers, page, cardsMax);
  if (offers.length === 0) {
    return (
      <Page heading={t('services.heading')}>
        <EmptyState title={t('services.none')}>{t('services.noneHint')}</EmptyState>
      </Page>
    );
  }
  return (
    <Page heading={t('services.heading')} lead={t('services.lead')}>
      <ul className={styles.cards} data-few={offers.length <= CARDS_IN_ROW_MAX || undefined}>
        {shown.map((offer) => (
          <Card
            key={offer.service.id}
            offer={offer}
            site={site}
            isIssuing={offer.service.id === issuing}
            isIdle={issuing === null}
            onChoose={onChoose}
          />
        ))}
      </ul>
      {pages > 1 ? <Pager page={page} pages={pages} onTurn={onTurn} /> : null}
      <p className={styles.news} aria-live="polite">
        {issuing === null ? '' : t('services.issuing')}
      </p>
    </Page>
  );
}

interface CardProps {
  readonly offer: Offer;
  readonly site: SiteRow;
  readonly isIssuing: boolean;
  readonly isIdle: boolean;
  readonly onChoose: (id: ServiceId) => void;
}

function Card({ offer: { service, availability }, site, isIssuing, isIdle, onChoose }: CardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const id = useId();
  const reason = reasonOf(availability, { t, format, now, timezone: site.timezone });
  const price =
    service.priceCents === 0
      ? t('services.free')
      : formatMoney(service.priceCents, site.currency, format.locale);
  const name = format.local(service.name);
  const isLong = name.length > NAME_LENGTH_SHORT;
  const kind = isIssuing ? 'issuing' : availability.kind === 'open' ? 'open' : 'away';
  return (
    <li className={styles.card} data-kind={kind}>
      {/* The button is the name and reaches over the whole card; what is beside the name describes it. */}
      <Pressable
        className={styles.name}
        kind={isLong ? 'long' : undefined}
        aria-describedby={id}
        unavailable={availability.kind !== 'open' || (!isIdle && !isIssuing)}
        busy={isIssuing}
        onPress={() => onChoose(service.id)}
      >
        {name}
      </Pressable>
      <div id={id} className={styles.more}>
        {service.description === null ? null : (
          <p className={styles.description}>{format.local(service.description)}</p>
        )}
        {reason === null ? (
          <p className={styles.price}>{isIssuing ? t('services.issuing') : price}</p>
        ) : (
          <p className={styles.reason}>
            <IconClock aria-hidden className={styles.clock} stroke={2} />
            {reason}
          </p>
        )}
      </div>
      <span className={styles.medal} data-long={isLong || undefined} aria-hidden="true">
        <ServiceIcon name={service.icon} />
      </span>
    </li>
  );
}

interface Saying {
  readonly t: TFunction;
  readonly format: Format;
  readonly now: number;
  readonly timezone: string;
}

const DAY_MS = 86_400_000;

/** Why a service cannot be had, or null when it can. */
function reasonOf(availability: Availability, { t, format, now, timezone }: Saying): string | null {
  switch (availability.kind) {
    case 'open':
      return null;
    case 'pay_elsewhere':
      return t('services.payElsewhere');
    case 'closed': {
      const { opensAt } = availability;
      if (opensAt === null) return t('services.closed');
      const time = format.time(opensAt, timezone);
      const isToday = format.date(opensAt, timezone) === format.date(now, timezone) && opensAt - now < DAY_MS;
      return isToday
        ? t('services.opensAt', { time })
        : t('services.opensOn', { time, day: format.weekday(opensAt, timezone) });
    }
    default:
      return availability satisfies never;
  }
}

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

function Pager({ page, pages, onTurn }: PagerProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.pager}>
      <Pressable
        className={styles.turn}
        label={t('services.previous')}
        unavailable={page === 0}
        onPress={() => onTurn(page - 1)}
      >
        <IconArrowLeft aria-hidden stroke={1.8} />
      </Pressable>
      <p className={styles.where} aria-live="polite">
        {t('services.page', { page: page + 1, pages })}
      </p>
      <Pressable
        className={styles.turn}
        label={t('services.next')}
        unavailable={page === pages - 1}
        onPress={() => onTurn(page + 1)}
      >
        <IconArrowRight aria-hidden stroke={1.8} />
      </Pressable>
    </div>
  );
}
