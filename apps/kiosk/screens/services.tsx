/** The services as cards, in the groups of the site. Eight on a page; if there are more, six, the next page, and a search. */
import { IconArrowLeft, IconArrowRight, IconCalendarCheck, IconSearch } from '@tabler/icons-react';
import type { ServiceId, SiteRow } from '@totem/domain';
import { BigButton, EmptyState, Pressable, useFormat } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { type Offer, pageOf } from '../catalogue/offers.ts';
import type { Section, Sections } from '../catalogue/sections.ts';
import { Page } from '../frame/page.tsx';
import type { Place } from '../session/flow.ts';
import { Search } from './search.tsx';
import { GroupCard, ServiceCard } from './service-card.tsx';
import styles from './services.module.css';

/** More than eight choices at once are searched, not seen. */
const CARDS_MAX = 8;
/** Where there are more pages, or letters are large, or the cards share 40 % of the screen. */
const CARDS_FEWER_MAX = 6;
/** The same, beside the way for those who have an appointment: smaller cards would not say how long one waits. */
const CARDS_FEWEST_MAX = 3;
/** So few share no row: each has the whole width. */
const CARDS_IN_ROW_MAX = 3;

export interface ServicesProps {
  readonly offers: readonly Offer[];
  readonly sections: Sections;
  readonly site: SiteRow;
  readonly place: Place;
  /** The customer's tier. */
  readonly tier: number;
  readonly showsWait: boolean;
  /** Fewer cards on a page, for large letters and low reach. */
  readonly isRoomy: boolean;
  /** The service that is being asked for; nothing else can be chosen meanwhile. */
  readonly issuing: ServiceId | null;
  readonly onChoose: (id: ServiceId) => void;
  readonly onPlace: (place: Partial<Place>) => void;
  /** For whoever has an appointment; null where nobody has one. */
  readonly onBooked: (() => void) | null;
}

type Item =
  | { readonly kind: 'group'; readonly section: Section }
  | { readonly kind: 'service'; readonly offer: Offer };

/** The page on which a service is chosen, also while its ticket is on the way. */
export function Services(props: ServicesProps) {
  const { offers, sections, place, isRoomy, issuing, onPlace, onBooked } = props;
  const { t } = useTranslation();
  const format = useFormat();
  if (offers.length === 0) {
    return (
      <Page heading={t('services.heading')}>
        <EmptyState title={t('services.none')}>{t('services.noneHint')}</EmptyState>
        <OtherWays {...props} />
      </Page>
    );
  }
  if (place.search !== null) return <Search {...props} typed={place.search} />;
  const group = sections.groups.find(({ index }) => index === place.group);
  const items = itemsOf(sections, group);
  const fewer = isRoomy && onBooked !== null ? CARDS_FEWEST_MAX : CARDS_FEWER_MAX;
  const cardsMax = isRoomy || items.length > CARDS_MAX ? fewer : CARDS_MAX;
  const { shown, pages } = pageOf(items, place.page, cardsMax);
  const heading = group === undefined ? t('services.heading') : format.local(group.name);
  return (
    <Page key={place.group} heading={heading} lead={t('services.lead')}>
      <ul className={styles.cards} data-few={items.length <= CARDS_IN_ROW_MAX || undefined}>
        {shown.map((item) =>
          item.kind === 'group' ? (
            <GroupCard
              key={`group ${item.section.index}`}
              section={item.section}
              onOpen={(index) => onPlace({ group: index, page: 0 })}
            />
          ) : (
            <ServiceCard
              key={item.offer.service.id}
              {...props}
              offer={item.offer}
              isIssuing={item.offer.service.id === issuing}
              isIdle={issuing === null}
            />
          ),
        )}
      </ul>
      {pages > 1 ? <Pager page={place.page} pages={pages} onTurn={(page) => onPlace({ page })} /> : null}
      <OtherWays {...props} />
      <p className={styles.news} aria-live="polite">
        {issuing === null ? '' : t('services.issuing')}
      </p>
    </Page>
  );
}

/** The ways to a ticket besides the cards. */
function OtherWays({ offers, issuing, onPlace, onBooked }: ServicesProps) {
  const { t } = useTranslation();
  const isIdle = issuing === null;
  if (offers.length <= CARDS_MAX && onBooked === null) return null;
  return (
    <div className={styles.find}>
      {offers.length > CARDS_MAX ? (
        <BigButton
          icon={<IconSearch stroke={2} />}
          disabled={!isIdle}
          onPress={() => onPlace({ search: '' })}
        >
          {t('services.search')}
        </BigButton>
      ) : null}
      {onBooked === null ? null : (
        <BigButton icon={<IconCalendarCheck stroke={1.9} />} disabled={!isIdle} onPress={onBooked}>
          {t('services.booked')}
        </BigButton>
      )}
    </div>
  );
}

function itemsOf({ groups, rest }: Sections, group: Section | undefined): Item[] {
  const services = (offers: readonly Offer[]) => offers.map((offer): Item => ({ kind: 'service', offer }));
  if (group !== undefined) return services(group.offers);
  return [...groups.map((section): Item => ({ kind: 'group', section })), ...services(rest)];
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
