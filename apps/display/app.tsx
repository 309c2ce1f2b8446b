/** From the link to the board: what the display was opened with, the door it reads through, and what it shows without. */

import { IconLinkOff, IconPlugConnected } from '@tabler/icons-react';
import type { Locale } from '@totem/domain';
import {
  browserWorld,
  createDoor,
  createSiteServer,
  type Door,
  DoorProvider,
  type LinkSource,
  type SiteServer,
} from '@totem/ui';
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import css from './board/board.module.css';
import { Board } from './board/board.tsx';
import { Rest } from './board/rest.tsx';
import { type DisplayLink, dropLink } from './link/link.ts';

/** The server that gave this page: `/display/` lies right below its root. */
const BASE_URL = new URL('..', location.href).href.replace(/\/$/, '');

/** What that server is: a hub says so in the pages that it gives. */
const HOME: LinkSource =
  document.querySelector<HTMLMetaElement>('meta[name="totem-server"]')?.content === 'hub' ? 'hub' : 'cloud';

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
  const way = useMemo(
    () =>
      link &&
      wayOf(link, () => {
        dropLink(sessionStorage);
        setIsRefused(true);
      }),
    [link],
  );
  useEffect(() => way?.server.start(), [way]);

  if (isRefused) {
    return <Alone icon={<IconLinkOff stroke={1.3} />} title={t('refused')} hint={t('refusedHint')} />;
  }
  if (way === undefined) {
    return <Alone icon={<IconPlugConnected stroke={1.3} />} title={t('noLink')} hint={t('noLinkHint')} />;
  }
  return (
    <DoorProvider door={way.door}>
      <Linked asked={asked} server={way.server} />
    </DoorProvider>
  );
}

function Linked({ asked, server }: { readonly asked: Locale | undefined; readonly server: SiteServer }) {
  const { source } = useSyncExternalStore(server.subscribe, server.current);
  return <Board asked={asked} source={source} />;
}

/** How a link leads to its site: to the hub while it has one that answers, else to the cloud. */
function wayOf(
  { token, tenant, site }: DisplayLink,
  onUnauthorized: () => void,
): { readonly server: SiteServer; readonly door: Door } {
  const server = createSiteServer({
    homeUrl: BASE_URL,
    home: HOME,
    siteId: site,
    authorization: () => ({ authorization: `Bearer ${token}` }),
    world: browserWorld,
    storage: localStorage,
  });
  const door = createDoor({
    baseUrl: () => server.current().baseUrl,
    token: () => token,
    place: () => ({ tenantId: tenant, siteId: site }),
    onUnauthorized,
    onMisdirected: server.misdirected,
    onMoved: server.onMoved,
  });
  return { server, door };
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
