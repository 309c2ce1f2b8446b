/** Looks after the PIN of whoever is signed in at the cloud while their site has a hub: renews its grant, and says when there is none. */
import type { ServerNow, Session } from '@totem/ui';
import { useEffect, useState } from 'react';
import { choosePin, type PinPlace, tendPin } from './hub-pin.ts';

/** Also how soon a PIN that was chosen in another tab is seen here. */
const TEND_EVERY_MS = 6 * 3_600_000;

export interface PinCare {
  /** Whether there is a PIN at the hub; undefined while that is not known, or the site has no hub. */
  readonly hasPin: boolean | undefined;
  /** Chooses one; absent without a hub or without the cloud's session. @throws DoorError */
  readonly choose: ((pin: string) => Promise<void>) | undefined;
}

/** @param token the cloud's token of the moment. */
export function usePinCare(
  session: Session,
  siteId: string,
  cloudUrl: string,
  { source, baseUrl }: ServerNow,
  token: () => string | null,
): PinCare {
  const [hasPin, setHasPin] = useState<boolean | undefined>();
  // A session that the hub itself gave has no grant to renew.
  const hubUrl = source === 'hub' && session.refreshToken !== undefined ? baseUrl : undefined;
  useEffect(() => {
    if (hubUrl === undefined) return;
    const tend = (): void => {
      const now = placeNow(cloudUrl, hubUrl, siteId, token());
      // Whatever fails is tried again at its time; nothing on the screen depends on it.
      if (now !== undefined) tendPin(now, Date.now()).then(setHasPin, () => undefined);
    };
    tend();
    const timer = setInterval(tend, TEND_EVERY_MS);
    return () => clearInterval(timer);
  }, [hubUrl, cloudUrl, siteId, token]);
  const choose = async (pin: string): Promise<void> => {
    const now = hubUrl === undefined ? undefined : placeNow(cloudUrl, hubUrl, siteId, token());
    if (now === undefined) return;
    await choosePin(now, pin);
    setHasPin(true);
  };
  return { hasPin, choose: hubUrl === undefined ? undefined : choose };
}

function placeNow(
  cloudUrl: string,
  hubUrl: string,
  siteId: string,
  token: string | null,
): PinPlace | undefined {
  return token === null ? undefined : { cloudUrl, hubUrl, siteId, token };
}
