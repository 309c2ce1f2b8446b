/** Every word that a page asks for is there, in three languages, with the same places to be filled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEDGER_ACTIONS, LEDGER_ENTITIES } from '@totem/domain';
import { describe, expect, it } from 'vitest';
import type { TextLine, TextTree } from './texts/text-tree.ts';
import { ADMIN_TEXT_TREE } from './texts.ts';

const ROOT = import.meta.dirname;
const PLURALS = ['', '_one', '_other', '_zero'];

const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.ts$|^(dist|node_modules|texts)\b/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

function lines(tree: TextTree, above = ''): readonly (readonly [key: string, line: TextLine])[] {
  return Object.entries(tree).flatMap(([name, given]) =>
    Array.isArray(given)
      ? [[`${above}${name}`, given as unknown as TextLine] as const]
      : lines(given as TextTree, `${above}${name}.`),
  );
}
const known = new Map(lines(ADMIN_TEXT_TREE));
const isKnown = (key: string): boolean => PLURALS.some((plural) => known.has(key + plural));
const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

describe('the words of the admin app', () => {
  it('are there for every page that names them', () => {
    const asked = sources.flatMap(({ path, text }) =>
      found(text, /\bt\(\s*'([^']+)'/g).map((key) => ({ path, key })),
    );
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.filter(({ key }) => !isKnown(key))).toEqual([]);
  });

  it('are there for every field, section and question of every form', () => {
    const missing = sources.flatMap(({ path, text }) => {
      const [form] = found(text, /\bform(?:: |=)['"](\w+)['"]/g);
      const fields = found(text, /\bpath: '([\w.]+)',\s*kind:/g);
      if (form === undefined || fields.length === 0) return [];
      const sections = found(text, /\bname: '(\w+)',\s*fields:/g);
      const isResource = path.startsWith('resources/');
      const own = ['title', 'one', 'new', 'none', 'noneHint', 'removeHeading', 'removeLead'];
      return [
        ...fields.map((field) => `${form}.field.${field}`),
        ...sections.map((section) => `${form}.section.${section}`),
        ...(isResource ? own.map((key) => `${form}.${key}`) : []),
        `${form}.remove`,
      ].filter((key) => !isKnown(key));
    });
    expect(missing).toEqual([]);
  });

  it('name every action and every kind of thing in the ledger', () => {
    expect(LEDGER_ACTIONS.filter((action) => !known.has(`action.${action}`))).toEqual([]);
    expect(LEDGER_ENTITIES.filter((entity) => !known.has(`entity.${entity}`))).toEqual([]);
  });

  it('are whole in each language, with the same places to be filled', () => {
    const places = (text: string): readonly string[] => found(text, /\{\{(\w+)\}\}/g).toSorted();
    for (const [key, line] of known) {
      for (const text of line) expect(text.trim(), key).not.toBe('');
      const [first, ...others] = line.map(places);
      for (const other of others) expect(other, key).toEqual(first);
    }
  });
});
