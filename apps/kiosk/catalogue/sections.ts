/** The services as a customer looks for them: in the groups of the site, or by what they type. */
import { inLocale, LOCALES, type Locale, type LocalText, type ServiceGroup } from '@totem/domain';
import type { Offer } from './offers.ts';

export interface Section {
  /** Its place among the site's groups: what the flow remembers. */
  readonly index: number;
  readonly name: LocalText;
  readonly icon: string | null;
  readonly offers: readonly Offer[];
}

export interface Sections {
  readonly groups: readonly Section[];
  /** Offers of no group. */
  readonly rest: readonly Offer[];
}

/** Sorts offers into groups. A group without a service here is not shown, and one that holds everything is none. */
export function sectionsOf(offers: readonly Offer[], groups: readonly ServiceGroup[]): Sections {
  const filled = groups
    .map(({ name, icon, serviceIds }, index): Section => {
      const inGroup = offers.filter(({ service }) => serviceIds.includes(service.id));
      return { index, name, icon, offers: inGroup };
    })
    .filter((section) => section.offers.length > 0);
  if (filled.some((section) => section.offers.length === offers.length)) return { groups: [], rest: offers };
  const grouped = new Set(filled.flatMap((section) => section.offers));
  return { groups: filled, rest: offers.filter((offer) => !grouped.has(offer)) };
}

/**
 * The offers that a customer means by what they typed: every word begins a word of the name or of the description. Names in the
 * customer's language come first, those of other languages count too. Nothing typed finds nothing.
 */
export function searchOffers(offers: readonly Offer[], typed: string, locale: Locale): Offer[] {
  const words = wordsOf(typed);
  if (words.length === 0) return [];
  const found = offers.map((offer) => ({ offer, rank: rankOf(offer, words, locale) }));
  return found
    .filter(({ rank }) => rank !== null)
    .toSorted((a, b) => Number(a.rank) - Number(b.rank))
    .map(({ offer }) => offer);
}

/** 0 by the name in the language, 1 by the name in another, 2 by the description; null when it is not meant. */
function rankOf({ service }: Offer, words: readonly string[], locale: Locale): number | null {
  const { name, description } = service;
  const everywhere = LOCALES.flatMap((other) => [name[other] ?? '', description?.[other] ?? '']).join(' ');
  if (isMeant(inLocale(name, locale), words)) return 0;
  if (LOCALES.some((other) => isMeant(name[other] ?? '', words))) return 1;
  return isMeant(everywhere, words) ? 2 : null;
}

function isMeant(text: string, words: readonly string[]): boolean {
  const own = wordsOf(text);
  return words.every((word) => own.some((each) => each.startsWith(word)));
}

/** Words without case and accents: the keyboard on the screen has neither. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
