/**
 * Languages on screen. Each app brings its words for every language of the product; the kit adds its own, and errors have
 * theirs in the domain's catalogue. Nothing is fetched and nothing is guessed from the browser: the app says which language.
 */
import { LOCALES, type Locale, localeFor } from '@totem/domain';
import { createInstance, type i18n as I18n, type Resource } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { KIT_TEXTS } from './kit-texts.ts';

/** The words of an app in one language: texts by key, in groups. */
export interface Texts {
  readonly [key: string]: string | Texts;
}
export type AppTexts = Readonly<Record<Locale, Texts>>;

/** The namespace of the kit's own words. */
export const KIT_NAMESPACE = 'kit';

/** The languages by their own names, as a reader looks for them. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  'pt-BR': 'Português',
  en: 'English',
  es: 'Español',
};

/** Makes the languages of an app, ready at once, starting in `initialLocale`. */
export function createI18n(texts: AppTexts, initialLocale: Locale): I18n {
  const resources: Resource = Object.fromEntries(
    LOCALES.map((locale) => [locale, { translation: texts[locale], [KIT_NAMESPACE]: KIT_TEXTS[locale] }]),
  );
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    resources,
    lng: initialLocale,
    fallbackLng: LOCALES[0],
    supportedLngs: [...LOCALES],
    initAsync: false,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  return instance;
}

/** The language that an instance speaks now. */
export function localeOf(i18n: I18n): Locale {
  return localeFor(i18n.resolvedLanguage ?? i18n.language);
}
