/** From the first page to the desk: who is here, at which site, and the door they read and write through. */
import {
  atSite,
  browserPeers,
  browserWorld,
  createKeeper,
  DoorProvider,
  knownHub,
  type LinkSource,
  refreshed,
  type Session,
  signOut,
} from '@totem/ui';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { openBranch } from './session/branch.ts';
import { SignIn } from './session/sign-in.tsx';
import { SiteChoice } from './session/site-choice.tsx';
import { Work } from './work.tsx';

/** The server that gave this page: `/panel/` lies right below its root. */
const BASE_URL = new URL('..', location.href).href.replace(/\/$/, '');

/** What that server is: a hub says so in the pages that it gives. */
const HOME: LinkSource =
  document.querySelector<HTMLMetaElement>('meta[name="totem-server"]')?.content === 'hub' ? 'hub' : 'cloud';
/** The site where this browser worked last: its hub lets people in when the cloud cannot. */
const SITE_STORED_AS = 'totem.panel.site';
const SESSION_STORED_AS = 'totem.panel.session';

const KEEPER = createKeeper({
  world: browserWorld,
  storage: sessionStorage,
  storedAs: SESSION_STORED_AS,
  peers: browserPeers(SESSION_STORED_AS),
  refresh: (refreshToken) => refreshed(BASE_URL, refreshToken),
});

export function App() {
  const { t, i18n } = useTranslation();
  const { session, reason } = useSyncExternalStore(KEEPER.subscribe, KEEPER.state);
  useEffect(() => KEEPER.start(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is written anew in each language.
  useEffect(() => {
    document.title = `${t('title')} · Totem`;
  }, [t, i18n.language]);

  if (session === undefined) {
    return (
      <SignIn
        baseUrl={BASE_URL}
        home={HOME}
        hubUrl={
          HOME === 'hub' ? BASE_URL : knownHub(localStorage, localStorage.getItem(SITE_STORED_AS) ?? '')
        }
        reason={reason}
        onSignedIn={(next) => KEEPER.set(next)}
      />
    );
  }
  if (session.siteId === undefined) {
    return (
      <SiteChoice
        sites={session.sites}
        onChoose={(siteId) => KEEPER.set(atSite(session, siteId))}
        onSignOut={() => leave(session)}
      />
    );
  }
  return <AtSite session={session} siteId={session.siteId} />;
}

/** Ends the session here at once, and at the server as soon as it hears of it. */
function leave({ refreshToken }: Session): void {
  KEEPER.set(undefined);
  if (refreshToken !== undefined) void signOut(BASE_URL, refreshToken);
}

interface AtSiteProps {
  readonly session: Session;
  readonly siteId: string;
}

function AtSite({ session, siteId }: AtSiteProps) {
  const { tenantId } = session;
  // One way to a place: it asks for the token of the moment, so that a refresh disturbs nobody who reads through it.
  const branch = useMemo(
    () =>
      openBranch({
        homeUrl: BASE_URL,
        home: HOME,
        tenantId,
        siteId,
        keeper: KEEPER,
        world: browserWorld,
        storage: localStorage,
      }),
    [tenantId, siteId],
  );
  useEffect(() => {
    localStorage.setItem(SITE_STORED_AS, siteId);
    return branch.server.start();
  }, [branch, siteId]);
  return (
    <DoorProvider door={branch.door}>
      <Work
        key={siteId}
        session={session}
        branch={branch}
        cloudUrl={BASE_URL}
        token={KEEPER.token}
        onSignedOut={() => leave(session)}
        onChangeSite={session.sites.length > 1 ? () => KEEPER.set(atSite(session, undefined)) : undefined}
      />
    </DoorProvider>
  );
}
