/** One service as a card: what it is, what it costs, how long it takes to be served, and, where it cannot be had, why. */
import { IconClock, IconHourglassLow } from '@tabler/icons-react';
import { formatMoney, type ServiceId, type SiteRow } from '@totem/domain';
import { type Format, Pressable, ServiceIcon, useFormat } from '@totem/ui';
import type { TFunction } from 'i18next';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type Availability, closesAt, type Offer, waitFor } from '../catalogue/offers.ts';
import type { Section } from '../catalogue/sections.ts';
import { useNow } from '../frame/use-now.ts';
import styles from './services.module.css';

/** Longer names are set smaller. */
const NAME_LENGTH_SHORT = 34;
const MINUTE_MS = 60_000;
/** A closing that is nearer than this is worth a word. */
const CLOSING_SOON_MS = 60 * MINUTE_MS;

export interface ServiceCardProps {
  readonly offer: Offer;
  readonly site: SiteRow;
  /** The customer's tier. */
  readonly tier: number;
  readonly showsWait: boolean;
  readonly isIssuing: boolean;
  /** Nothing is being asked for. */
  readonly isIdle: boolean;
  readonly onChoose: (id: ServiceId) => void;
}

/** The button is the name and reaches over the whole card; what is beside the name describes it. */
export function ServiceCard(props: ServiceCardProps) {
  const { offer, site, tier, showsWait, isIssuing, isIdle, onChoose } = props;
  const { service, availability } = offer;
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const id = useId();
  const reason = reasonOf(availability, { t, format, now, timezone: site.timezone });
  const name = format.local(service.name);
  const isLong = name.length > NAME_LENGTH_SHORT;
  const kind = isIssuing ? 'issuing' : availability.kind === 'open' ? 'open' : 'away';
  return (
    <li className={styles.card} data-kind={kind}>
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
          <>
            <p className={styles.price}>
              {isIssuing ? t('services.issuing') : priceOf(offer, site, { t, format })}
            </p>
            {showsWait && !isIssuing ? <Wait offer={offer} site={site} tier={tier} /> : null}
          </>
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

function Wait({ offer, site, tier }: Pick<ServiceCardProps, 'offer' | 'site' | 'tier'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const wait = waitTextOf(offer, tier, { t, format });
  const closing = closesAt(offer.service, site, now);
  const isSoon = closing !== null && closing - now < CLOSING_SOON_MS;
  const until = isSoon ? t('services.closesAt', { time: format.time(closing, site.timezone) }) : null;
  const words = [wait, until].filter((word) => word !== null);
  if (words.length === 0) return null;
  return (
    <p className={styles.wait}>
      <IconHourglassLow aria-hidden className={styles.clock} stroke={1.9} />
      {words.join(' · ')}
    </p>
  );
}

/** A group of services as a card. */
export function GroupCard({
  section,
  onOpen,
}: {
  readonly section: Section;
  readonly onOpen: (index: number) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  return (
    <li className={styles.card} data-kind="group">
      <Pressable className={styles.name} aria-describedby={id} onPress={() => onOpen(section.index)}>
        {format.local(section.name)}
      </Pressable>
      <div id={id} className={styles.more}>
        <p className={styles.description} data-kept>
          {t('services.count', { count: section.offers.length })}
        </p>
      </div>
      <span className={styles.medal} aria-hidden="true">
        <ServiceIcon name={section.icon} />
      </span>
    </li>
  );
}

interface Words {
  readonly t: TFunction;
  readonly format: Format;
}

/** What a service costs, in words. */
export function priceOf({ service }: Offer, site: SiteRow, { t, format }: Words): string {
  return service.priceCents === 0
    ? t('services.free')
    : formatMoney(service.priceCents, site.currency, format.locale);
}

/** How long a customer of a tier waits, in words; null when nobody can say. */
export function waitTextOf(
  offer: Offer,
  tier: number,
  { t, format }: Words,
  key: 'services.wait' | 'confirm.about' = 'services.wait',
): string | null {
  const wait = waitFor(offer, tier);
  if (wait === undefined || wait.waitMinutes === null) return null;
  if (wait.waitMinutes === 0) return t('services.noWait');
  return t(key, { minutes: format.minutes(wait.waitMinutes * MINUTE_MS) });
}

interface Saying extends Words {
  readonly now: number;
  readonly timezone: string;
}

const DAY_MS = 86_400_000;

/** Why a service cannot be had, or null when it can. */
function reasonOf(availability: Availability, { t, format, now, timezone }: Saying): string | null {
  switch (availability.kind) {
    case 'open':
      return null;
    case 'full':
      return t('services.full');
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
