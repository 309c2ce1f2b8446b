/** The list of threats is true: each test that it names is there, under that title, and each kind of attacker has its table. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(ROOT, 'docs/operations/threats.md'), 'utf8');
const sections = text.split(/^## /m).slice(1);
const rows = sections.flatMap((section) => {
  const [heading = ''] = section.split('\n', 1);
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (threat \||---)/.test(line))
    .map((line) => {
      const [threat = '', guard = '', named = ''] = line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim());
      return { heading, threat, guard, named };
    });
});

test('every kind of attacker has threats, and no threat stands there twice', () => {
  expect(sections.map((section) => section.split('\n', 1)[0])).toEqual([
    'Customers at the kiosk',
    'A thief with the disk or the totem',
    'A malicious admin or operator of a tenant',
    'On the network',
    'A totem that somebody else commands',
    'Receivers of webhooks, and those who pretend to be a provider',
    'Insiders, and what is built in',
  ]);
  for (const section of sections) expect(section).toMatch(/^\| threat \| in its way \| test \|$/m);
  expect(new Set(rows.map(({ heading, threat }) => `${heading}: ${threat}`)).size).toBe(rows.length);
});

describe('what stands in the way of', () => {
  test.each(rows.map(({ threat, guard, named }) => [threat, guard, named]))(
    '"%s" is tested',
    (_, guard, named) => {
      expect(guard).not.toBe('');
      const [, path = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(named) ?? [];
      expect(path).toMatch(/\.test\.ts$/);
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
      const source = readFileSync(join(ROOT, path), 'utf8')
        .replaceAll(/\\'/g, "'")
        .replaceAll(/\$\{[^}]+\} /g, '');
      expect(`${path}: ${source.includes(title) ? title : 'no test of that title'}`).toBe(
        `${path}: ${title}`,
      );
    },
  );
});
