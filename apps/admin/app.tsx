/** From the sign-in to the pages: who is here, whether they may go on without a second factor, and what they see. */
import { QueryClientProvider } from '@tanstack/react-query';
import { ROUTES } from '@totem/api';
import {
  asDoorError,
  browserPeers,
  browserWorld,
  createKeeper,
  LoadingState,
  localeOf,
  refreshed,
  type Session,
  signOut,
} from '@totem/ui';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Router } from 'wouter';
import { ApiProvider, createApi } from './data/api.ts';
import { createQueryClient, useRead } from './data/queries.ts';
import { Pages } from './pages.tsx';
import { Problem } from './parts/problem.tsx';
import { EnrolmentGate } from './session/enrolment-gate.tsx';
import { MeProvider } from './session/me.ts';
import { NoAccess } from './session/no-access.tsx';
import { SignIn } from './session/sign-in.tsx';
import { Shell } from './shell/shell.tsx';

/** Where the app lies below its server's root: its pages have addresses there. */
const BASE = import.meta.env.BASE_URL.replace(/\/$/, '');
const SERVER_URL = location.origin;
const SESSION_STORED_AS = 'totem.admin.session';
/** Who has work here; operators work at their panel. */
const ROLES_HERE: readonly string[] = ['admin', 'technician'];

const KEEPER = createKeeper({
  world: browserWorld,
  storage: sessionStorage,
  storedAs: SESSION_STORED_AS,
  peers: browserPeers(SESSION_STORED_AS),
  refresh: (refreshToken) => refreshed(SERVER_URL, refreshToken),
});

export function App() {
  const { session, reason } = useSyncExternalStore(KEEPER.subscribe, KEEPER.state);
  useEffect(() => KEEPER.start(), []);
  if (session === undefined) {
    return <SignIn serverUrl={SERVER_URL} reason={reason} onSignedIn={(next) => KEEPER.set(next)} />;
  }
  return <SignedIn key={session.user.id} session={session} />;
}

/** Ends the session here at once, and at the server as soon as it hears of it. */
function leave({ refreshToken }: Session): void {
  KEEPER.set(undefined);
  if (refreshToken !== undefined) void signOut(SERVER_URL, refreshToken);
}

function SignedIn({ session }: { readonly session: Session }) {
  const { i18n } = useTranslation();
  const [mustEnrol, setMustEnrol] = useState(false);
  const { api, queries } = useMemo(
    () => ({
      api: createApi({ baseUrl: SERVER_URL, keeper: KEEPER, locale: () => localeOf(i18n) }),
      queries: createQueryClient((error) => {
        if (asDoorError(error).code === 'second_factor_enrolment_required') setMustEnrol(true);
      }),
    }),
    [i18n],
  );
  const onSignOut = () => leave(session);
  if (!ROLES_HERE.includes(session.user.role)) return <NoAccess onSignOut={onSignOut} />;
  return (
    <ApiProvider value={api}>
      <QueryClientProvider client={queries}>
        {mustEnrol ? (
          <EnrolmentGate
            onSignOut={onSignOut}
            onEnrolled={() => {
              queries.clear();
              setMustEnrol(false);
            }}
          />
        ) : (
          <Router base={BASE}>
            <Inside session={session} onSignOut={onSignOut} />
          </Router>
        )}
      </QueryClientProvider>
    </ApiProvider>
  );
}

interface InsideProps {
  readonly session: Session;
  onSignOut(): void;
}

function Inside({ session, onSignOut }: InsideProps) {
  const tenant = useRead(ROUTES.getTenant, {});
  if (tenant.data === undefined) {
    return tenant.error === null ? (
      <LoadingState />
    ) : (
      <main>
        <Problem error={tenant.error} onRetry={() => void tenant.refetch()} />
      </main>
    );
  }
  return (
    <MeProvider value={{ session, onSignOut, tenant: tenant.data }}>
      <Shell>
        <Pages />
      </Shell>
    </MeProvider>
  );
}
