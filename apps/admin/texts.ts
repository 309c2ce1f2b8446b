/**
 * The words of the admin app, each in its three languages side by side: who changes one sees the others. Errors are not here:
 * their texts are in the domain's catalogue.
 */
import type { Locale } from '@totem/domain';
import type { Texts } from '@totem/ui';
import { ACCESS_TEXTS } from './texts/access.ts';
import { AUDIT_TEXTS } from './texts/audit.ts';
import { BOOK_TEXTS } from './texts/books.ts';
import { CONFIGURATION_TEXTS } from './texts/configuration.ts';
import { DEVICE_TEXTS } from './texts/devices.ts';
import { DISPLAY_TEXTS } from './texts/displays.ts';
import { FRAME_TEXTS } from './texts/frame.ts';
import { PAYMENT_TEXTS } from './texts/payments.ts';
import { PRIVACY_TEXTS } from './texts/privacy.ts';
import { RECORD_TEXTS } from './texts/record.ts';
import { REPORT_TEXTS } from './texts/reports.ts';
import { SETTINGS_TEXTS } from './texts/settings.ts';
import type { TextTree } from './texts/text-tree.ts';

export const ADMIN_TEXT_TREE: TextTree = {
  ...FRAME_TEXTS,
  ...ACCESS_TEXTS,
  ...CONFIGURATION_TEXTS,
  ...DEVICE_TEXTS,
  ...DISPLAY_TEXTS,
  ...RECORD_TEXTS,
  ...REPORT_TEXTS,
  ...PAYMENT_TEXTS,
  ...BOOK_TEXTS,
  ...AUDIT_TEXTS,
  ...PRIVACY_TEXTS,
  ...SETTINGS_TEXTS,
};

/** The place of each language in a line of the tables. */
const PLACES = { 'pt-BR': 0, en: 1, es: 2 } as const satisfies Record<Locale, number>;

export const ADMIN_TEXTS: Readonly<Record<Locale, Texts>> = {
  'pt-BR': inLanguage(ADMIN_TEXT_TREE, 'pt-BR'),
  en: inLanguage(ADMIN_TEXT_TREE, 'en'),
  es: inLanguage(ADMIN_TEXT_TREE, 'es'),
};

function inLanguage(tree: TextTree, locale: Locale): Texts {
  return Object.fromEntries(
    Object.entries(tree).map(([key, given]) => [
      key,
      isLine(given) ? given[PLACES[locale]] : inLanguage(given, locale),
    ]),
  );
}

function isLine(given: TextTree[string]): given is readonly [string, string, string] {
  return Array.isArray(given);
}
