/** The catalogue is complete in every language. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOCALES } from '../site/local-text.ts';
import { ERROR_CODES, ERRORS, errorText } from './catalogue.ts';

const paramsOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('the error catalogue', () => {
  it.each(ERROR_CODES)('I-ERR-1: %s has a text in each language, with the same params', (code) => {
    const { text, status, action } = ERRORS[code];
    for (const locale of LOCALES) {
      expect(text[locale].length).toBeGreaterThan(5);
      expect(paramsOf(text[locale])).toEqual(paramsOf(text.en));
    }
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(action.length).toBeGreaterThan(10);
  });

  it('holds every code of its chapters, each of which stands in one of them', async () => {
    const names = readdirSync(new URL('chapters', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
    const chapters = await Promise.all(names.map((name) => import(`./chapters/${name}.ts`)));
    const codes = chapters.flatMap((chapter) =>
      Object.values(chapter).flatMap((codes) => Object.keys(codes as object)),
    );
    expect(codes.toSorted()).toEqual(ERROR_CODES.toSorted());
  });

  it('a text never shows a brace, even when a param is missing', () => {
    for (const code of ERROR_CODES) expect(errorText(code, 'pt-BR')).not.toMatch(/[{}]/);
    expect(errorText('text_too_long', 'en', { max: 60 })).toBe(
      'The text is too long: 60 characters at most.',
    );
  });
});
