/** How a display is opened: by a link once, by the tab's memory afterwards. */
import { describe, expect, it } from 'vitest';
import { askedLocale, dropLink, parseLink, type TabStorage, takeLink } from './link.ts';

function tab(): TabStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const LINK = { token: 'a.b+c/d=', tenant: 't1', site: 's1' };
const FRAGMENT = `#${new URLSearchParams(LINK).toString()}`;

describe("a display's link", () => {
  it('is read from the fragment whatever the order of its parts', () => {
    expect(parseLink(FRAGMENT)).toEqual(LINK);
    expect(parseLink('#site=s1&tenant=t1&token=x')).toEqual({ token: 'x', tenant: 't1', site: 's1' });
  });

  it.each(['', '#', '#token=x', '#token=x&site=s', '#token=&site=s&tenant=t'])('%j is none', (fragment) => {
    expect(parseLink(fragment)).toBeUndefined();
  });

  it('is kept for the tab, replaced by a newer one, and forgotten when refused', () => {
    const storage = tab();
    expect(takeLink('', storage)).toBeUndefined();
    expect(takeLink(FRAGMENT, storage)).toEqual(LINK);
    expect(takeLink('', storage)).toEqual(LINK);
    expect(takeLink('#token=n&site=s2&tenant=t2', storage)?.token).toBe('n');
    expect(takeLink('', storage)?.site).toBe('s2');
    dropLink(storage);
    expect(takeLink('', storage)).toBeUndefined();
  });

  it.each([
    ['?lang=en', 'en'],
    ['?lang=pt', 'pt-BR'],
    ['?lang=es-MX', 'es'],
    ['?lang=de', undefined],
    ['?lang=', undefined],
    ['', undefined],
  ])('%j asks for %s', (search, locale) => {
    expect(askedLocale(search)).toBe(locale);
  });
});
