/**
 * The house style, held by a test: each rule of `scripts/tidy/` looks at the whole repository and must find nothing.
 * That the rules can fail is shown in `scripts/tidy/rules.test.ts`. The style itself, with its reasons: docs/STYLE.md.
 */
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRepository } from './tidy/repository.ts';
import { RULES } from './tidy/rules.ts';

const FINDINGS_SHOWN_MAX = 40;
const repository = readRepository(resolve(import.meta.dirname, '..'));

describe('the repository keeps its own rules', () => {
  test('there is something to look at', () => {
    expect(repository.files.length).toBeGreaterThan(30);
    expect(repository.code.length).toBeGreaterThan(10);
  });

  test.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
    const findings = rule.check(repository);
    const shown = findings
      .slice(0, FINDINGS_SHOWN_MAX)
      .map(({ path, line, message }) => `${path}:${line}  ${message}`);
    const more = findings.length - shown.length;
    const text = [...shown, ...(more > 0 ? [`and ${more} more`] : []), `Reason: ${rule.reason}.`].join('\n');
    expect(findings.length, `${rule.name}\n${text}\n`).toBe(0);
  });
});
