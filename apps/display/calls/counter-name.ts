/** Whether a counter's own name is worth showing beside "Guichê 3": not when it says the same, in whatever language. */
import { LOCALES } from '@totem/domain';
import { DISPLAY_TEXTS } from '../texts.ts';

/** Whether a name says more than the word for a counter and its number. */
export function saysMore(name: string, number: number): boolean {
  const said = name.trim().toLowerCase();
  return !LOCALES.some((locale) => said === `${DISPLAY_TEXTS[locale].counter} ${number}`.toLowerCase());
}
