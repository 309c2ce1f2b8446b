/** The list of pages, beside the page or, on a small screen, in a drawer. */
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useMe } from '../session/me.ts';
import { isAt, NAVIGATION } from './navigation.ts';
import css from './shell.module.css';

export function SideNavigation({ onGone }: { onGone?(): void }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const [location] = useLocation();
  const groups = NAVIGATION.map(({ name, items }) => ({
    name,
    items: items.filter(({ permission }) => may(permission)),
  })).filter(({ items }) => items.length > 0);
  return (
    <nav aria-label={t('shell.pages')} className={css.navigation}>
      {groups.map(({ name, items }) => (
        <div key={name}>
          <h2 className={css.groupName} id={`nav-${name}`}>
            {t(`nav.group.${name}`)}
          </h2>
          <ul className={css.items} aria-labelledby={`nav-${name}`}>
            {items.map((item) => (
              <li key={item.name}>
                <Link
                  href={item.path}
                  className={css.item}
                  aria-current={isAt(item, location) ? 'page' : undefined}
                  onClick={() => onGone?.()}
                >
                  <item.icon size={20} stroke={1.7} aria-hidden />
                  {t(`nav.${item.name}`)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
