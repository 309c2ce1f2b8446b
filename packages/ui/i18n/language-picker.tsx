/** Languages by their own names: a reader looks for a word that they know, not for a flag. */
import { useTranslation } from 'react-i18next';
import { BigButton } from '../parts/big-button.tsx';
import { KIT_NAMESPACE, LANGUAGE_NAMES } from './i18n.ts';
import styles from './language-picker.module.css';
import { useLocale } from './use-locale.ts';

export interface LanguagePickerProps {
  /** Called after a choice. */
  readonly onPicked?: () => void;
}

/** A button for each language of the product; the one in use is pressed. */
export function LanguagePicker({ onPicked }: LanguagePickerProps) {
  const { t } = useTranslation(KIT_NAMESPACE);
  const { locale: current, locales, setLocale } = useLocale();
  return (
    <fieldset className={styles.picker} aria-label={t('language')}>
      {locales.map((locale) => (
        <BigButton
          key={locale}
          lang={locale}
          pressed={locale === current}
          onPress={() => {
            setLocale(locale);
            onPicked?.();
          }}
        >
          {LANGUAGE_NAMES[locale]}
        </BigButton>
      ))}
    </fieldset>
  );
}
