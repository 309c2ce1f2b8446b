/** The whole screen of a linked display: place and time above, the call of the moment, the last calls beside or below it. */

import { IconCloudOff, IconSpeakerphone } from '@tabler/icons-react';
import {
  CALL_VOICE_DEFAULT,
  type CallRow,
  type Locale,
  localeFor,
  queueRulesOf,
  type SiteRow,
} from '@totem/domain';
import {
  ConnectionBadge,
  type LinkSource,
  type LinkState,
  useErrorText,
  useLocale,
  useShape,
} from '@totem/ui';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { currentCall, recentCalls } from '../calls/announcer.ts';
import { serviceOfCode } from '../calls/service-of-code.ts';
import { shownCalls } from '../calls/shown-calls.ts';
import { useAnnouncer } from '../calls/use-announcer.ts';
import { Showcase } from '../media/showcase.tsx';
import { useMediaFiles } from '../media/use-media-files.ts';
import { type Decided, NOTHING_DECIDED } from '../office/office.ts';
import { SoundButton } from '../sound/sound-button.tsx';
import { useCallVoice } from '../sound/use-call-voice.ts';
import css from './board.module.css';
import { timeText, useNow } from './clock.ts';
import { CurrentCall } from './current-call.tsx';
import { RECENT_CALLS_MAX, RecentCalls } from './recent-calls.tsx';
import { Rest } from './rest.tsx';

/** How often the site, its counters and services are read again; only calls are followed live. */
const CATALOGUE_REFRESH_MS = 5 * 60_000;
/** The site's zone is not known before its row has come; times are then the screen's own. */
const UNKNOWN_TIMEZONE = '';

const NO_CALLS: readonly CallRow[] = [];
const NO_MEDIA = NOTHING_DECIDED.media;

/** Before the site is known nobody knows in which language to speak. */
const SILENT = { ...CALL_VOICE_DEFAULT, isOn: false };

/** Lines of the last calls where pictures take their room. */
const RECENT_BESIDE_MEDIA = 3;

interface BoardProps {
  /** The language that the address asks for; else the site's own. */
  readonly asked: Locale | undefined;
  /** Where the calls come from. */
  readonly source: LinkSource;
  /** What the office has decided of this screen. */
  readonly decided: Decided;
}

export function Board({ asked, source, decided }: BoardProps) {
  const { settings } = decided;
  const calls = useShape('call');
  const { site, counters, services } = useCatalogue();
  const shown = useMemo(() => shownCalls(calls.rows, settings, services), [calls.rows, settings, services]);
  const locale = useSiteLocale(asked, site);
  const voice = useCallVoice(locale, site === undefined ? SILENT : queueRulesOf(site).callVoice);
  const announcer = useAnnouncer(
    shown ?? NO_CALLS,
    shown !== undefined && calls.status === 'live',
    voice.announce,
  );
  const media = useMediaFiles(settings.layout === 'media' ? decided.media : NO_MEDIA);
  const recentMax = media.length === 0 ? RECENT_CALLS_MAX : RECENT_BESIDE_MEDIA;
  const call = currentCall(announcer);
  const timezone = site?.timezone ?? UNKNOWN_TIMEZONE;

  return (
    <div className={css.frame} data-turn={settings.turn}>
      <div className={css.screen}>
        <Header
          name={site?.name ?? 'Totem'}
          locale={locale}
          timezone={timezone}
          showsClock={settings.showsClock}
        >
          <SoundButton onReady={voice.test} />
          <div className={css.badge}>
            <ConnectionBadge link={calls} source={source} compact />
          </div>
        </Header>
        <main className={css.body} data-media={media.length > 0 || undefined}>
          {media.length > 0 && (
            <Showcase
              media={media}
              pictureSeconds={settings.pictureSeconds}
              filmVolumePercent={settings.filmVolumePercent}
              isCalling={voice.isReading}
            />
          )}
          {call !== undefined ? (
            <>
              <CurrentCall
                key={call.id}
                call={call}
                counterName={counters.find((counter) => counter.id === call.counterId)?.name}
                service={serviceOfCode(call.code, services)}
                locale={locale}
                isNew={announcer.announcedAtMs !== null}
              />
              <RecentCalls
                calls={recentCalls(announcer, recentMax)}
                places={recentMax}
                locale={locale}
                timezone={timezone}
              />
            </>
          ) : (
            <Nothing link={calls} />
          )}
        </main>
      </div>
    </div>
  );
}

/** What names a call, read once and again now and then. */
function useCatalogue() {
  const site = useShape('site', { live: false });
  const counter = useShape('counter', { live: false });
  const service = useShape('service', { live: false });
  const { refresh: refreshSite } = site;
  const { refresh: refreshCounter } = counter;
  const { refresh: refreshService } = service;
  useEffect(() => {
    const refresh = (): void => void Promise.all([refreshSite(), refreshCounter(), refreshService()]);
    const timer = setInterval(refresh, CATALOGUE_REFRESH_MS);
    return () => clearInterval(timer);
  }, [refreshSite, refreshCounter, refreshService]);
  return { site: site.rows[0], counters: counter.rows, services: service.rows };
}

/** The language of the screen: the one that was asked for, else the site's as soon as it is known. */
function useSiteLocale(asked: Locale | undefined, site: SiteRow | undefined): Locale {
  const { locale, setLocale } = useLocale();
  const wanted = asked ?? (site === undefined ? locale : localeFor(site.defaultLocale));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the setter is new at each render; the language decides.
  useEffect(() => {
    if (wanted !== locale) setLocale(wanted);
  }, [wanted, locale]);
  return locale;
}

interface HeaderProps {
  readonly name: string;
  readonly locale: Locale;
  readonly timezone: string;
  readonly showsClock: boolean;
  readonly children: ReactNode;
}

function Header({ name, locale, timezone, showsClock, children }: HeaderProps) {
  const nowMs = useNow();
  return (
    <header className={css.header}>
      <h1 className={css.site}>{name}</h1>
      {children}
      {showsClock && <time className={css.clock}>{timeText(nowMs, locale, timezone)}</time>}
    </header>
  );
}

interface NothingProps {
  readonly link: LinkState;
}

/** No call to show: the rows are on their way, cannot be had, or nobody was called yet. */
function Nothing({ link }: NothingProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  switch (link.status) {
    case 'loading':
      return <Rest icon={<IconSpeakerphone stroke={1.3} />} title={t('loading')} />;
    case 'error':
      return <Rest icon={<IconCloudOff stroke={1.3} />} title={errorText(link.error)} hint={t('retrying')} />;
    case 'live':
    case 'stale':
      return <Rest icon={<IconSpeakerphone stroke={1.3} />} title={t('resting')} hint={t('restingHint')} />;
    default:
      return link.status satisfies never;
  }
}
