/** What an error says to the reader, from the catalogue: in one place, so that no screen invents its own words. */
import { errorText, type Locale } from '@totem/domain';
import { useCallback } from 'react';
import { asDoorError } from '../door/door-error.ts';
import { useLocale } from '../i18n/use-locale.ts';

/** The text of an error in a language; anything that is no `DoorError` reads as an internal error. */
export function textOfError(error: unknown, locale: Locale): string {
  const { code, params } = asDoorError(error);
  return errorText(code, locale, params);
}

/** `textOfError` in the reader's language. */
export function useErrorText(): (error: unknown) => string {
  const { locale } = useLocale();
  return useCallback((error: unknown) => textOfError(error, locale), [locale]);
}
