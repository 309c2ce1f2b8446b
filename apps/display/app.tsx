/** From who this screen is to the board: opened by a link, paired by its code, or waiting to be paired. */

import type { Locale } from '@totem/domain';
import { browserWorld, DoorProvider } from '@totem/ui';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Board } from './board/board.tsx';
import { type DisplayLink, dropLink } from './link/link.ts';
import { HOME_URL, type Way, wayOfLink, wayOfScreen } from './link/way.ts';
import { forgetDecided } from './office/office.ts';
import { forgetScreen, keepScreen, keptKey, keptScreen } from './pairing/kept-screen.ts';
import { createPairing } from './pairing/pairing.ts';
import { PairingScreen } from './pairing/pairing-screen.tsx';

interface AppProps {
  /** What the address opens, before anything else. */
  readonly link: DisplayLink | undefined;
  readonly asked: Locale | undefined;
}

export function App({ link, asked }: AppProps) {
  const { t, i18n } = useTranslation();
  const [opened, setOpened] = useState(link);
  const [screen, setScreen] = useState(() => keptScreen(localStorage));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is written anew in each language.
  useEffect(() => {
    document.title = `${t('title')} · Totem`;
  }, [t, i18n.language]);
  const way = useMemo((): Way | undefined => {
    if (opened !== undefined)
      return wayOfLink(opened, () => {
        dropLink(sessionStorage);
        setOpened(undefined);
      });
    if (screen === undefined) return undefined;
    return wayOfScreen(screen, keptKey(localStorage, browserWorld.env), () => {
      forgetScreen(localStorage);
      forgetDecided(localStorage);
      setScreen(undefined);
    });
  }, [opened, screen]);
  useEffect(() => way?.start(), [way]);
  const pairing = useMemo(() => {
    if (way !== undefined) return undefined;
    return createPairing({
      world: browserWorld,
      homeUrl: HOME_URL,
      key: keptKey(localStorage, browserWorld.env),
      onPaired: (paired) => {
        keepScreen(localStorage, paired);
        setScreen(paired);
      },
    });
  }, [way]);
  useEffect(() => pairing?.start(), [pairing]);

  if (pairing !== undefined) return <PairingScreen pairing={pairing} />;
  return (
    way && (
      <DoorProvider door={way.door}>
        <Linked asked={asked} way={way} />
      </DoorProvider>
    )
  );
}

function Linked({ asked, way }: { readonly asked: Locale | undefined; readonly way: Way }) {
  const { server, office } = way;
  const { source } = useSyncExternalStore(server.subscribe, server.current);
  const decided = useSyncExternalStore(office.subscribe, office.current);
  return <Board asked={asked} source={source} decided={decided} />;
}
