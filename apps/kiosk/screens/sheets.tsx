/** The sheets over a page: the language, how the screen is seen and reached, and the question whether anybody is there. */
import { IconArrowBarToDown, IconContrast, IconTextSize, IconVolume } from '@tabler/icons-react';
import { BigButton, LanguagePicker } from '@totem/ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Sheet } from '../frame/sheet.tsx';
import type { Setting, Settings } from '../session/settings.ts';
import { IDLE_ANSWER } from '../session/use-idle.ts';
import help from './help.module.css';
import styles from './sheets.module.css';

/** Choosing the language. */
export function LanguageSheet({ onLeave }: { readonly onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet heading={t('language.heading')} onLeave={onLeave}>
      <div className={styles.languages}>
        <LanguagePicker onPicked={onLeave} />
      </div>
    </Sheet>
  );
}

const SWITCHES: readonly { readonly setting: Setting; readonly text: string; readonly icon: ReactNode }[] = [
  { setting: 'isLow', text: 'access.reach', icon: <IconArrowBarToDown stroke={1.8} /> },
  { setting: 'isContrast', text: 'access.contrast', icon: <IconContrast stroke={1.8} /> },
  { setting: 'isLarge', text: 'access.large', icon: <IconTextSize stroke={1.8} /> },
  { setting: 'isSpoken', text: 'access.voice', icon: <IconVolume stroke={1.8} /> },
];

export interface AccessSheetProps {
  readonly settings: Settings;
  readonly onSwitch: (setting: Setting) => void;
  readonly onLeave: () => void;
}

/** How the customer wants the screen; it acts at once, behind the sheet. */
export function AccessSheet({ settings, onSwitch, onLeave }: AccessSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet heading={t('access.heading')} onLeave={onLeave}>
      <div className={styles.switches}>
        {SWITCHES.map(({ setting, text, icon }) => (
          <BigButton key={setting} icon={icon} pressed={settings[setting]} onPress={() => onSwitch(setting)}>
            {t(text)}
          </BigButton>
        ))}
      </div>
      <BigButton kind="primary" onPress={onLeave}>
        {t('access.close')}
      </BigButton>
    </Sheet>
  );
}

/** How a ticket is taken, in three sentences, and that people help. */
export function HelpSheet({ onLeave }: { readonly onLeave: () => void }) {
  const { t } = useTranslation();
  return (
    <Sheet heading={t('help.heading')} onLeave={onLeave}>
      <ol className={help.steps}>
        <li>{t('help.first')}</li>
        <li>{t('help.second')}</li>
        <li>{t('help.third')}</li>
      </ol>
      <p className={help.staff}>{t('help.staff')}</p>
      <BigButton kind="primary" onPress={onLeave}>
        {t('help.close')}
      </BigButton>
    </Sheet>
  );
}

export interface IdleSheetProps {
  readonly leftMs: number;
  readonly onMore: () => void;
  readonly onEnd: () => void;
}

/** Is anybody there? */
export function IdleSheet({ leftMs, onMore, onEnd }: IdleSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet heading={t('idle.heading')} onLeave={onMore} isUrgent>
      <p className={styles.left}>{t('idle.left', { count: Math.ceil(leftMs / 1000) })}</p>
      <div className={styles.answers} {...{ [IDLE_ANSWER]: '' }}>
        <BigButton kind="primary" onPress={onMore}>
          {t('idle.more')}
        </BigButton>
        <BigButton onPress={onEnd}>{t('idle.end')}</BigButton>
      </div>
    </Sheet>
  );
}
