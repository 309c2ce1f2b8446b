/** The frame of all pages: the list of pages, the header with the site that is looked at, and the page itself. */
import { ActionIcon, Drawer } from '@mantine/core';
import { IconMenu2, IconTicket, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useMe } from '../session/me.ts';
import { HeaderTools } from './header-tools.tsx';
import css from './shell.module.css';
import { SideNavigation } from './side-navigation.tsx';
import { SiteProvider } from './site-choice.ts';
import { SiteSwitcher } from './site-switcher.tsx';

const SITE_STORED_AS = 'totem.admin.site';

export function Shell({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const { tenant } = useMe();
  const [isOpen, setIsOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const [siteId, setSiteId] = useState<string | undefined>(
    () => localStorage.getItem(SITE_STORED_AS) ?? undefined,
  );
  const site = useMemo(
    () => ({
      siteId,
      choose: (next: string | undefined) => {
        if (next === undefined) localStorage.removeItem(SITE_STORED_AS);
        else localStorage.setItem(SITE_STORED_AS, next);
        setSiteId(next);
      },
    }),
    [siteId],
  );
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another place to read from.
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    main.current?.scrollTo({ top: 0 });
    main.current?.focus({ preventScroll: true });
  }, [location]);
  return (
    <SiteProvider value={site}>
      <a className={css.skip} href="#main">
        {t('shell.skip')}
      </a>
      <div className={css.app}>
        <aside className={css.side} aria-label={tenant.name}>
          <Brand name={tenant.name} />
          <SideNavigation />
        </aside>
        <div className={css.column}>
          <header className={css.header}>
            <ActionIcon
              className={css.burger ?? ''}
              variant="subtle"
              color="gray"
              size={44}
              aria-label={t('shell.menu')}
              aria-expanded={isOpen}
              onClick={() => setIsOpen(true)}
            >
              <IconMenu2 aria-hidden />
            </ActionIcon>
            <SiteSwitcher />
            <HeaderTools />
          </header>
          <main className={css.main} id="main" ref={main} tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
      <Drawer.Root opened={isOpen} onClose={() => setIsOpen(false)} size={300} padding={0}>
        <Drawer.Overlay />
        <Drawer.Content aria-label={t('shell.pages')} className={css.drawer ?? ''}>
          <Drawer.Body>
            <div className={css.drawerHead}>
              <Brand name={tenant.name} />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t('shell.closeMenu')}
                onClick={() => setIsOpen(false)}
              >
                <IconX aria-hidden />
              </ActionIcon>
            </div>
            <SideNavigation onGone={() => setIsOpen(false)} />
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </SiteProvider>
  );
}

function Brand({ name }: { readonly name: string }) {
  return (
    <div className={css.brand}>
      <span className={css.logo} aria-hidden>
        <IconTicket size={20} />
      </span>
      <span className={css.brandName}>{name}</span>
    </div>
  );
}
