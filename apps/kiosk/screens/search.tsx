/** Finds a service by what is typed: a few letters are enough, and what is found is chosen as anywhere else. */
import { useLocale } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import { searchOffers } from '../catalogue/sections.ts';
import { Page } from '../frame/page.tsx';
import { Keyboard, Typed } from '../keys/keyboard.tsx';
import styles from './search.module.css';
import { ServiceCard } from './service-card.tsx';
import cards from './services.module.css';
import type { ServicesProps } from './services.tsx';

/** More letters find fewer: so many are seen at a glance. */
const FOUND_MAX = 4;
const FOUND_MAX_LOW = 3;
const TYPED_LENGTH_MAX = 24;

/** The page of a search. */
export function Search(props: ServicesProps & { readonly typed: string }) {
  const { offers, typed, isRoomy, issuing, onPlace } = props;
  const { t } = useTranslation();
  const { locale } = useLocale();
  const found = searchOffers(offers, typed, locale).slice(0, isRoomy ? FOUND_MAX_LOW : FOUND_MAX);
  return (
    <Page
      heading={t('search.heading')}
      more={<Typed label={t('search.typed')} text={typed} hint={t('search.hint')} />}
    >
      {found.length > 0 ? (
        <ul className={`${cards.cards} ${styles.found}`} aria-label={t('search.results')}>
          {found.map((offer) => (
            <ServiceCard
              key={offer.service.id}
              {...props}
              offer={offer}
              isIssuing={offer.service.id === issuing}
              isIdle={issuing === null}
            />
          ))}
        </ul>
      ) : (
        <p className={styles.nothing} aria-live="polite">
          {typed.trim() === '' ? '' : t('search.nothing')}
        </p>
      )}
      <Keyboard typed={typed} lengthMax={TYPED_LENGTH_MAX} onType={(search) => onPlace({ search })} />
    </Page>
  );
}
