/** Languages, and texts that tenants write in several of them. */

/** The languages of the product, by BCP 47 tag; the first is the fallback. */
export const LOCALES = ['pt-BR', 'en', 'es'] as const;
export type Locale = (typeof LOCALES)[number];

/** A text in one or more languages. */
export type LocalText = { readonly [L in Locale]?: string };

/** The text in a language, else in the first language that has one, else empty. */
export function inLocale(text: LocalText, locale: Locale): string {
  return text[locale] ?? LOCALES.map((other) => text[other]).find((found) => found !== undefined) ?? '';
}

/** The product's language for a BCP 47 tag: `pt`, `pt-PT` and `pt_BR` all find `pt-BR`; unknown ones the fallback. */
export function localeFor(tag: string | null | undefined): Locale {
  const wanted = (tag ?? '').replace('_', '-').toLowerCase();
  const language = wanted.split('-')[0];
  return (
    LOCALES.find((locale) => locale.toLowerCase() === wanted) ??
    LOCALES.find((locale) => locale.toLowerCase().split('-')[0] === language) ??
    LOCALES[0]
  );
}
