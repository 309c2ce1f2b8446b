/**
 * The fixed parts around every page: whose place this is and what time it is above; the ways out, language and accessibility
 * below, with help beside them, always in the same five places. Between them a page puts its heading and its controls.
 */
import {
  IconAccessible,
  IconArrowLeft,
  IconCloudOff,
  IconHelpCircle,
  IconHome,
  IconLanguage,
} from '@tabler/icons-react';
import type { SiteRow } from '@totem/domain';
import { LANGUAGE_NAMES, Pressable, useFormat, useLocale } from '@totem/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../session/settings.ts';
import styles from './frame.module.css';
import { useNow } from './use-now.ts';

export interface BarProps {
  /** Null where it leads nowhere; its place stays empty. */
  readonly onBack: (() => void) | null;
  readonly onRestart: (() => void) | null;
  readonly onLanguage: () => void;
  readonly onAccess: (() => void) | null;
  readonly onHelp: (() => void) | null;
  /** Shows the languages themselves instead of the ways out. */
  readonly showLanguages: boolean;
}

export interface FrameProps extends BarProps {
  readonly site: SiteRow | undefined;
  /** Path of a picture that stands for the site's name; null for the name itself. */
  readonly logo: string | null;
  readonly settings: Settings;
  readonly isCloudAway: boolean;
  /** On the accent's ground, for the first screen. */
  readonly isBold: boolean;
  /** The keys of the guide by voice; null while it is off. */
  readonly voice: ReactNode;
  readonly children: ReactNode;
}

/** The frame around a page. */
export function Frame({ site, logo, settings, isCloudAway, isBold, voice, children, ...bar }: FrameProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <div
      className={styles.frame}
      data-bold={isBold || undefined}
      data-low={settings.isLow || undefined}
      data-large={settings.isLarge || undefined}
      data-voiced={voice !== null || undefined}
    >
      <header className={styles.top}>
        {logo === null ? (
          <p className={styles.site}>{site?.name}</p>
        ) : (
          <img className={styles.logo} src={logo} alt={site?.name ?? ''} />
        )}
        <div className={styles.aside}>
          {isCloudAway ? (
            <IconCloudOff className={styles.cloud} role="img" aria-label={t('cloudAway')} stroke={1.8} />
          ) : null}
          <time className={styles.clock}>{format.time(now, site?.timezone)}</time>
        </div>
      </header>
      {children}
      {voice}
      <Bar {...bar} />
    </div>
  );
}

function Bar({ onBack, onRestart, onLanguage, onAccess, onHelp, showLanguages }: BarProps) {
  const { t } = useTranslation();
  return (
    <nav className={styles.bar} aria-label={t('bar.label')}>
      {showLanguages ? <Languages /> : null}
      {showLanguages ? null : (
        <>
          <Place icon={<IconArrowLeft stroke={1.8} />} label={t('bar.back')} onPress={onBack} />
          <Place icon={<IconHome stroke={1.8} />} label={t('bar.restart')} onPress={onRestart} />
          <Place icon={<IconLanguage stroke={1.8} />} label={t('bar.language')} onPress={onLanguage} />
        </>
      )}
      <Place icon={<IconAccessible stroke={1.8} />} label={t('bar.access')} onPress={onAccess} />
      <Place icon={<IconHelpCircle stroke={1.8} />} label={t('bar.help')} onPress={onHelp} />
    </nav>
  );
}

interface PlaceProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly onPress: (() => void) | null;
}

/** One of the five places. An empty one keeps its room, so that the others never move. */
function Place({ icon, label, onPress }: PlaceProps) {
  if (onPress === null) return <span className={styles.place} aria-hidden="true" />;
  return (
    <Pressable className={styles.place} onPress={onPress}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <span className={styles.label}>{label}</span>
    </Pressable>
  );
}

function Languages() {
  const { locale: current, locales, setLocale } = useLocale();
  return locales.map((locale) => (
    <Pressable
      key={locale}
      className={styles.place}
      lang={locale}
      pressed={locale === current}
      onPress={() => setLocale(locale)}
    >
      <span className={styles.language}>{LANGUAGE_NAMES[locale]}</span>
    </Pressable>
  ));
}
