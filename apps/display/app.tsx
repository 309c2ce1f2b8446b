/** From the link to the board: what the display was opened with, the door it reads through, and what it shows without. */

import { IconLinkOff, IconPlugConnected } from '@tabler/icons-react';
import type { Locale } from '@totem/domain';
import { createDoor, DoorProvider } from '@totem/ui';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './board/board.module.css';
import { Board } from './board/board.tsx';
import { Rest } from './board/rest.tsx';
import { type DisplayLink, dropLink } from './link/link.ts';

/** The server that gave this page: `/display/` lies right below its root. */
const BASE_URL = new URL('..', location.href).href.replace(/\/$/, '');

interface AppProps {
  readonly link: DisplayLink | undefined;
  readonly asked: Locale | undefined;
}

export function App({ link, asked }: AppProps) {
  const { t, i18n } = useTranslation();
  const [isRefused, setIsRefused] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is written anew in each language.
  useEffect(() => {
    document.title = `${t('title')} · Totem`;
  }, [t, i18n.language]);
  const door = useMemo(() => {
    if (link === undefined) return undefined;
    const { token, tenant, site } = link;
    return createDoor({
      baseUrl: BASE_URL,
      token: () => token,
      place: () => ({ tenantId: tenant, siteId: site }),
      onUnauthorized: () => {
        dropLink(sessionStorage);
        setIsRefused(true);
      },
    });
  }, [link]);

  if (isRefused) {
    return <Alone icon={<IconLinkOff stroke={1.3} />} title={t('refused')} hint={t('refusedHint')} />;
  }
  if (door === undefined) {
    return <Alone icon={<IconPlugConnected stroke={1.3} />} title={t('noLink')} hint={t('noLinkHint')} />;
  }
  return (
    <DoorProvider door={door}>
      <Board asked={asked} />
    </DoorProvider>
  );
}

/** A screen with one message for staff. */
function Alone(props: { readonly icon: ReactNode; readonly title: string; readonly hint: string }) {
  return (
    <div className={css.screen}>
      <main className={`${css.body} ${css.whole}`}>
        <h1 className={css.hidden}>Totem</h1>
        <Rest {...props} />
      </main>
    </div>
  );
}
