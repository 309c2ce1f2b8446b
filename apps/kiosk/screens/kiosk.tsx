/**
 * The kiosk: one session after the other over one catalogue and one device.
 *
 * Roles and names, for whoever drives it: the first screen has a `button` named after `attract.start`, and a `button` for each
 * language by its own name. Priorities and services are `button`s whose names are the tenant's (a service's price or reason
 * is its description; one that cannot be had is `aria-disabled`). The ticket is the one element of role `status`, and its
 * name contains the code; what becomes of the paper is beside it, in a polite live region. Errors are in role `alert`.
 * The bar's five places are in the `navigation`; sheets are `dialog`s, the question of who is idle an `alertdialog`.
 */
import './kiosk.css';
import { LOCALES, localeFor } from '@totem/domain';
import { type Door, type ThemeColours, TotemProvider } from '@totem/ui';
import type { i18n as I18n } from 'i18next';
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from '../catalogue/use-catalogue.ts';
import { useMedia } from '../catalogue/use-media.ts';
import { useDevice } from '../device/use-device.ts';
import { Frame } from '../frame/frame.tsx';
import { SETTINGS_AT_START, type Setting, type Settings } from '../session/settings.ts';
import { TechnicianGate } from '../technician/gate.tsx';
import { OutOfService } from './out-of-service.tsx';
import { Session } from './session.tsx';

export interface KioskProps {
  readonly i18n: I18n;
  readonly door: Door;
  /** The key of this screen to its agent, for who comes to look after it. */
  readonly token: string | null;
}

/** The whole screen. */
export function Kiosk({ i18n, door, token }: KioskProps) {
  const [settings, setSettings] = useState(SETTINGS_AT_START);
  const [colours, setColours] = useState<ThemeColours>({});
  useLayoutEffect(() => {
    // The size of everything hangs on the size of the root's letters.
    document.documentElement.toggleAttribute('data-large-text', settings.isLarge);
  }, [settings.isLarge]);
  return (
    <TotemProvider
      i18n={i18n}
      door={door}
      appearance={settings.isContrast ? 'contrast' : 'light'}
      colours={colours}
    >
      <TechnicianGate token={token}>
        <Sessions settings={settings} onSettings={setSettings} onColours={setColours} />
      </TechnicianGate>
    </TotemProvider>
  );
}

interface SessionsProps {
  readonly settings: Settings;
  readonly onSettings: (settings: Settings) => void;
  /** Called with the tenant's colours, as the site carries them. */
  readonly onColours: (colours: ThemeColours) => void;
}

function Sessions({ settings, onSettings, onColours }: SessionsProps) {
  const { t, i18n } = useTranslation();
  const { catalogue, refresh } = useCatalogue();
  const device = useDevice();
  const [number, setNumber] = useState(0);
  const isReady = typeof catalogue !== 'string';
  const home = isReady ? localeFor(catalogue.site.defaultLocale) : undefined;
  const media = useMedia(isReady);
  const colours = isReady ? catalogue.site.theme : undefined;
  useEffect(() => {
    if (colours !== undefined) onColours(colours);
  }, [colours, onColours]);
  const isTouched = settings !== SETTINGS_AT_START || (home !== undefined && i18n.language !== home);

  const greetedIn = useRef<string>(LOCALES[0]);
  const greet = useEffectEvent((locale: string) => {
    // Who chose a language while the catalogue was on its way keeps it.
    if (i18n.language === greetedIn.current) void i18n.changeLanguage(locale);
    greetedIn.current = locale;
  });
  useEffect(() => {
    if (home !== undefined) greet(home);
  }, [home]);
  useEffect(() => {
    document.title = t('title');
  }, [t]);

  const end = (): void => {
    setNumber(number + 1);
    onSettings(SETTINGS_AT_START);
    if (home !== undefined) void i18n.changeLanguage(home);
    refresh();
  };
  const flip = (setting: Setting): void => onSettings({ ...settings, [setting]: !settings[setting] });

  if (!isReady) {
    const reason = device.state.outOfService ?? catalogue;
    return (
      <Frame
        site={undefined}
        logo={null}
        settings={settings}
        isCloudAway={false}
        isBold={false}
        showLanguages
        onBack={null}
        onRestart={null}
        onLanguage={() => {}}
        onAccess={null}
        onHelp={null}
        voice={null}
      >
        <OutOfService reason={reason} />
      </Frame>
    );
  }
  return (
    <Session
      key={number}
      catalogue={catalogue}
      media={media}
      device={device}
      settings={settings}
      onSwitch={flip}
      isTouched={isTouched}
      onRefresh={refresh}
      onEnd={end}
    />
  );
}
