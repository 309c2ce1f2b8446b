/** From the first page to the desk: who is here, at which site, and the door they read and write through. */
import { createDoor, DoorError, DoorProvider } from '@totem/ui';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { atSite, keepSession, keptSession, type Session } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { SiteChoice } from './session/site-choice.tsx';
import { Work } from './work.tsx';

/** The server that gave this page: `/panel/` lies right below its root. */
const BASE_URL = new URL('..', location.href).href.replace(/\/$/, '');

export function App() {
  const { t, i18n } = useTranslation();
  const [session, setSession] = useState(() => keptSession(sessionStorage, Date.now()));
  const [reason, setReason] = useState<DoorError | undefined>();
  const change = useCallback((next: Session | undefined, why?: DoorError) => {
    keepSession(sessionStorage, next);
    setSession(next);
    setReason(why);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is written anew in each language.
  useEffect(() => {
    document.title = `${t('title')} · Totem`;
  }, [t, i18n.language]);

  if (session === undefined) {
    return <SignIn baseUrl={BASE_URL} reason={reason} onSignedIn={(next) => change(next)} />;
  }
  if (session.siteId === undefined) {
    return (
      <SiteChoice
        sites={session.sites}
        onChoose={(siteId) => change(atSite(session, siteId))}
        onSignOut={() => change(undefined)}
      />
    );
  }
  return <AtSite session={session} siteId={session.siteId} onChange={change} />;
}

interface AtSiteProps {
  readonly session: Session;
  readonly siteId: string;
  onChange(next: Session | undefined, why?: DoorError): void;
}

function AtSite({ session, siteId, onChange }: AtSiteProps) {
  const { accessToken, tenantId } = session;
  const door = useMemo(
    () =>
      createDoor({
        baseUrl: BASE_URL,
        token: () => accessToken,
        place: () => ({ tenantId, siteId }),
        onUnauthorized: () => onChange(undefined, new DoorError('unauthorized')),
      }),
    [accessToken, tenantId, siteId, onChange],
  );
  return (
    <DoorProvider door={door}>
      <Work
        key={siteId}
        session={session}
        onSignedOut={() => onChange(undefined)}
        onChangeSite={session.sites.length > 1 ? () => onChange(atSite(session, undefined)) : undefined}
      />
    </DoorProvider>
  );
}
