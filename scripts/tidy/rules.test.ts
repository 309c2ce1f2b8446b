/**
 * A rule that cannot fail holds nothing. Here each rule sees a small repository with one planted violation and must
 * name it, and sees the nearest thing that is allowed and must stay silent.
 */
import { describe, expect, test } from 'vitest';
import { lineAt, repositoryOf } from './repository.ts';
import { RULES, ruleNamed } from './rules.ts';

const HEADER = '/** A header that says what lives in this file, and why it is here. */\n';
/** Put together here, so that no text of this repository holds an id that no SPEC.md states. */
const ID = ['I', 'ZZZ', '1'].join('-');

const MANIFESTS: Readonly<Record<string, string>> = {
  'packages/domain/package.json': '{"name":"@totem/domain","exports":{".":"./index.ts"}}',
  'packages/sync/package.json':
    '{"name":"@totem/sync","exports":{".":"./index.ts","./conformance":"./conformance/index.ts"}}',
  'packages/drivers/package.json':
    '{"name":"@totem/drivers","exports":{"./printer":"./p.ts","./psp":"./s.ts"}}',
  'packages/edge/package.json': '{"name":"@totem/edge","exports":{".":"./index.ts"}}',
  'packages/testkit/package.json': '{"name":"@totem/testkit","exports":{".":"./index.ts"}}',
  'packages/ui/package.json': '{"name":"@totem/ui","exports":{".":"./index.ts"}}',
  'cloud/package.json': '{"name":"@totem/cloud","exports":{".":"./index.ts"}}',
};

/** What the rule says about these files; `.ts` files get a header, and the manifests are there unless replaced. */
function findings(rule: string, files: Readonly<Record<string, string>>): string[] {
  const planted = Object.entries({ ...MANIFESTS, ...files });
  const repository = repositoryOf(planted.map(([path, text]) => ({ path, text })));
  return ruleNamed(rule)
    .check(repository)
    .map(({ path, message }) => `${path} ${message}`);
}

/** rule, path, text that breaks it, text (or path and text) that does not. */
type Planted = readonly [rule: string, path: string, bad: string, goodPath: string, good: string];

const lines = (count: number, line = 'x;'): string => `${line}\n`.repeat(count);

const PLANTED: readonly Planted[] = [
  // Arrows.
  [
    'imports follow the arrows',
    'packages/domain/a.ts',
    "import '@totem/sync';",
    'packages/sync/a.ts',
    "import '@totem/domain';",
  ],
  [
    'imports follow the arrows',
    'cloud/a.ts',
    "import '@totem/edge';",
    'packages/testkit/a.ts',
    "import '@totem/edge';",
  ],
  [
    'imports follow the arrows',
    'packages/edge/a.test.ts',
    "await import('@totem/cloud');",
    'packages/edge/a.test.ts',
    "import '@totem/testkit';",
  ],
  [
    'imports follow the arrows',
    'cloud/a.ts',
    "import '@totem/drivers/printer';",
    'cloud/a.ts',
    "import '@totem/drivers/psp';",
  ],
  [
    'imports follow the arrows',
    'packages/drivers/a.ts',
    "import type { A } from '@totem/sync';",
    'packages/drivers/a.ts',
    "import type { A } from '@totem/domain';",
  ],
  [
    'imports follow the arrows',
    'apps/kiosk/a.tsx',
    "type A = import('@totem/edge').A;",
    'apps/kiosk/a.tsx',
    "import '@totem/ui';",
  ],
  [
    'imports follow the arrows',
    'packages/shiny/a.ts',
    "import '@totem/domain';",
    'scripts/a.ts',
    "import '@totem/cloud';",
  ],
  [
    'a package is entered by its exports',
    'packages/sync/a.ts',
    "import '@totem/domain/ticket/machine.ts';",
    'packages/sync/a.ts',
    "import '@totem/domain';",
  ],
  [
    'a package is entered by its exports',
    'cloud/a.ts',
    "import '../packages/domain/a.ts';",
    'cloud/b/a.ts',
    "import '../a.ts';",
  ],
  [
    'a package is entered by its exports',
    'cloud/a.ts',
    "import '@totem/nowhere';",
    'cloud/a.ts',
    "import 'hono';",
  ],
  [
    'test code stays in tests',
    'packages/edge/a.ts',
    "import '@totem/testkit';",
    'packages/edge/a.test.ts',
    "import '@totem/testkit';",
  ],
  [
    'test code stays in tests',
    'cloud/a.ts',
    "import '@totem/sync/conformance';",
    'cloud/a.pg.test.ts',
    "import '@totem/sync/conformance';",
  ],
  [
    'test code stays in tests',
    'cloud/a.ts',
    "import './testing/b.ts';",
    'cloud/testing/a.ts',
    "import './b.ts';",
  ],
  [
    'a relative import names the file, with its extension',
    'cloud/a.ts',
    "import './b';",
    'cloud/a.ts',
    "import './b.ts';",
  ],
  [
    'only an index.ts re-exports, and by name',
    'cloud/a.ts',
    "export { b } from './b.ts';",
    'cloud/index.ts',
    "export { b } from './b.ts';",
  ],
  [
    'only an index.ts re-exports, and by name',
    'cloud/a.ts',
    "import { b } from './b.ts'; export { b };",
    'cloud/a.ts',
    'const b = 1; export { b };',
  ],
  [
    'only an index.ts re-exports, and by name',
    'cloud/index.ts',
    "export * from './b.ts';",
    'cloud/index.ts',
    "export type { B } from './b.ts';",
  ],
  // Calls.
  [
    'no clock outside the rooms that own one',
    'cloud/a.ts',
    'const t = Date.now();',
    'packages/host/a.ts',
    'const t = Date.now();',
  ],
  [
    'no clock outside the rooms that own one',
    'cloud/a.ts',
    'const t = new Date();',
    'cloud/a.ts',
    "const t = new Date('2026-11-23');",
  ],
  [
    'no clock outside the rooms that own one',
    'packages/domain/a.ts',
    'const t = Temporal.Now.instant();',
    'packages/domain/a.ts',
    '// Date.now() is banned\nconst t = "Date.now()";',
  ],
  [
    'no clock outside the rooms that own one',
    'packages/domain/a.ts',
    'const t = globalThis.performance.now();',
    'packages/domain/a.ts',
    'const t = env.now();',
  ],
  [
    'no chance outside the rooms that own it',
    'packages/edge/a.ts',
    'const r = Math.random();',
    'packages/testkit/a.ts',
    'const r = Math.random();',
  ],
  [
    'no chance outside the rooms that own it',
    'packages/edge/a.ts',
    "import { randomUUID } from 'node:crypto';",
    'packages/edge/a.ts',
    "import { createHash } from 'node:crypto';",
  ],
  [
    'no chance outside the rooms that own it',
    'packages/edge/a.ts',
    'const r = crypto.randomUUID();',
    'packages/edge/a.ts',
    'const r = env.randomBytes(16);',
  ],
  [
    'no timers outside the rooms that own them',
    'packages/edge/a.ts',
    'setTimeout(f, 5);',
    'packages/edge/a.ts',
    'timers.setTimeout(f, 5);',
  ],
  [
    'no timers outside the rooms that own them',
    'packages/edge/a.ts',
    'const port = { setInterval };',
    'packages/edge/a.ts',
    'type T = ReturnType<typeof setInterval>;',
  ],
  [
    'no timers outside the rooms that own them',
    'packages/edge/a.ts',
    'window.setTimeout(f, 5);',
    'apps/kiosk/a.ts',
    'window.setTimeout(f, 5);',
  ],
  [
    'no timers outside the rooms that own them',
    'packages/edge/a.ts',
    "import { setTimeout as wait } from 'node:timers/promises';",
    'packages/edge/a.ts',
    "import { once } from 'node:events';",
  ],
  [
    'no sleeps in tests',
    'apps/kiosk/a.e2e.test.ts',
    'await page.waitForTimeout(500);',
    'apps/kiosk/a.e2e.test.ts',
    'await page.waitForURL(url);',
  ],
  [
    'no sleeps in tests',
    'packages/ui/a.test.ts',
    'setTimeout(done, 5);',
    'packages/testkit/a.test.ts',
    'setTimeout(done, 5);',
  ],
  [
    'no console in what ships',
    'cloud/a.ts',
    "console.log('hello');",
    'scripts/a.ts',
    "console.log('hello');",
  ],
  ['no any', 'cloud/a.ts', 'const a = b as any;', 'cloud/a.ts', 'const a: unknown = b;'],
  ['no any', 'scripts/a.ts', 'function f(a: any) {}', 'scripts/a.ts', 'const any = 1;'],
  ['no non-null assertions', 'cloud/a.ts', 'const a = b!.c;', 'cloud/a.ts', 'const a = !b.c;'],
  ['no non-null assertions', 'cloud/a.ts', 'let a!: string;', 'cloud/a.ts', 'let a: string;'],
  ['no tests left out', 'cloud/a.test.ts', "test.only('a', f);", 'cloud/a.test.ts', "test('a', f);"],
  [
    'no tests left out',
    'cloud/a.test.ts',
    "describe.each([1]).skip('a', f);",
    'cloud/a.test.ts',
    "describe.each([1])('a', f);",
  ],
  ['no tests left out', 'cloud/a.test.ts', "test.skipIf(bad)('a', f);", 'cloud/a.test.ts', 'query.skip(5);'],
  [
    'no tests left out',
    'cloud/a.test.ts',
    'context.skip();',
    'cloud/a.test.ts',
    "context.skip('no PostgreSQL 15 here');",
  ],
  ['no tests left out', 'cloud/a.test.ts', "xit('a', f);", 'cloud/a.test.ts', "it('a', f);"],
  [
    'no mocked modules, no retried tests',
    'cloud/a.test.ts',
    "vi.mock('./b.ts');",
    'cloud/a.test.ts',
    'const f = vi.fn();',
  ],
  [
    'no mocked modules, no retried tests',
    'cloud/a.test.ts',
    "test('a', { retry: 3 }, f);",
    'cloud/a.test.ts',
    "const fault = { retry: 'safe' };",
  ],
  [
    'no default exports',
    'cloud/a.ts',
    'export default 1;',
    'apps/kiosk/vite.config.ts',
    'export default {};',
  ],
  [
    'no default exports',
    'cloud/b.ts',
    'export default function f() {}',
    'cloud/b.ts',
    'export function f() {}',
  ],
  // Sizes.
  ['a file has at most 500 lines', 'cloud/a.ts', lines(500), 'cloud/a.ts', lines(499)],
  ['a file has at most 500 lines', 'cloud/a.test.ts', lines(1_000), 'cloud/a.test.ts', lines(999)],
  [
    'a file has at most 500 lines',
    'migrations/postgres/0010_a.sql',
    lines(1_001),
    'migrations/postgres/0010_a.sql',
    lines(1_000),
  ],
  [
    'a function has at most 70 lines',
    'cloud/a.ts',
    `function f() {\n${lines(69)}}`,
    'cloud/a.ts',
    `function f() {\n${lines(68)}}`,
  ],
  [
    'a function has at most 70 lines',
    'cloud/a.ts',
    `const f = async () => {\n${lines(69)}};`,
    'cloud/a.ts',
    `const s = "function f() {${'\\n'.repeat(90)}}";`,
  ],
  [
    'a function has at most 70 lines',
    'cloud/a.ts',
    `class A { m() {\n${lines(69)}} }`,
    'cloud/a.ts',
    `class A { m() {\n${lines(60)}} n() {\n${lines(60)}} }`,
  ],
  [
    'a function has at most 70 lines',
    'apps/a/b.tsx',
    `function Big() {\n${lines(99)}}`,
    'apps/a/b.tsx',
    `function Big() {\n${lines(90)}}`,
  ],
  [
    'a function has at most 70 lines',
    'apps/a/b.tsx',
    `function small() {\n${lines(90)}}`,
    'cloud/a.test.ts',
    `describe('a', () => {\n${lines(200, "test('b', f);")}});`,
  ],
  [
    'a function has at most 70 lines',
    'cloud/a.ts',
    `function f() {\n a.map(() => {\n${lines(69)}});\n}`,
    'cloud/a.ts',
    `function f() {\n const g = () => {\n${lines(60)}};\n${lines(60)}}`,
  ],
  [
    'a function has at most 70 lines',
    'cloud/a.ts',
    `function f() {\n${` const g = () => {\n${lines(60)}};\n`.repeat(4)}}`,
    'cloud/a.ts',
    `function f() {\n${` const g = () => {\n${lines(60)}};\n`.repeat(3)}}`,
  ],
  // Names and words.
  [
    'names of files and folders are kebab-case',
    'cloud/shapeServer.ts',
    '',
    'cloud/shape-server.pg.test.ts',
    '',
  ],
  ['names of files and folders are kebab-case', 'apps/kiosk/TicketCard.tsx', '', 'packages/sync/SPEC.md', ''],
  [
    'names of files and folders are kebab-case',
    'cloud/My-Folder/a.ts',
    '',
    'migrations/postgres/0010_tickets.sql',
    '',
  ],
  ['names say what the thing is', 'cloud/utils/a.ts', '', 'cloud/utilisation/a.ts', ''],
  ['names say what the thing is', 'cloud/print-helpers.ts', '', 'cloud/print-queue.ts', ''],
  [
    'names say what the thing is',
    'cloud/a.ts',
    'export class PrintManager {}',
    'cloud/a.ts',
    'export class PrintQueue {}',
  ],
  ['each code file can be parsed', 'cloud/a.ts', 'const = ;', 'cloud/a.ts', 'const a = 1;'],
  ['no notes to self', 'cloud/a.ts', '// TODO later', 'cloud/a.ts', "const text = 'TODO O DIA';"],
  ['no notes to self', 'docs/a.md', 'FIXME this', 'docs/a.md', 'todo fixed'],
  [
    'no paths of one machine',
    'cloud/a.ts',
    "const p = '/home/ana/totem';",
    'cloud/a.ts',
    "const p = './work/home/a';",
  ],
  [
    'no paths of one machine',
    'docs/a.md',
    'see /tmp/data',
    'docs/a.md',
    'see https://example.org/work/a and $DIR/tmp/a',
  ],
  [
    'no package registry by name',
    'cloud/a.ts',
    "fetch('https://registry.example.org/')",
    'cloud/a.ts',
    'const { registry } = metrics;',
  ],
  ['no numbers of a tracker', 'docs/a.md', 'as in issue #12', 'docs/a.md', 'issue 50 tickets'],
  // Manifests.
  [
    'versions are exact',
    'apps/a/package.json',
    '{"dependencies":{"hono":"^4.0.0"}}',
    'apps/a/package.json',
    '{"dependencies":{"hono":"4.0.0"}}',
  ],
  [
    'versions are exact',
    'apps/a/package.json',
    '{"devDependencies":{"hono":"latest"}}',
    'apps/a/package.json',
    '{"devDependencies":{"pg":"18.4.0-beta.17"}}',
  ],
  [
    'one version of each dependency',
    'cloud/package.json',
    '{"name":"c","dependencies":{"zod":"4.0.0"},"devDependencies":{"zod":"4.0.1"}}',
    'cloud/package.json',
    '{"name":"c","dependencies":{"zod":"4.0.0"},"devDependencies":{"zod":"4.0.0"}}',
  ],
  [
    'the lock file names no host',
    'package-lock.json',
    '{"resolved": "https://example.org/a.tgz"}',
    'package-lock.json',
    '{"resolved": "packages/domain"}',
  ],
  // Documents.
  [
    'every path a document names exists',
    'docs/ARCHITECTURE.md',
    'see `cloud/gone.ts`',
    'docs/ARCHITECTURE.md',
    'see `cloud/package.json`, `packages/*/package.json`, `cloud/` and `POST /v1/ledger`',
  ],
  [
    'every path a document names exists',
    'README.md',
    'see `packages/nowhere/`',
    'README.md',
    'see `/v1/shape`, `@totem/nowhere` and `packages/domain`',
  ],
  [
    'invariants are stated once and held by a test',
    'packages/domain/SPEC.md',
    `- **${ID}** holds`,
    'packages/domain/SPEC.md',
    'no ids',
  ],
  [
    'invariants are stated once and held by a test',
    'packages/domain/a.ts',
    `// ${ID}`,
    'packages/domain/a.ts',
    '// none',
  ],
];

describe('each rule finds what was planted, and only that', () => {
  test.each(PLANTED)('%s: %s', (rule, path, bad, goodPath, good) => {
    const withHeader = (at: string, text: string): string => (/\.tsx?$/.test(at) ? HEADER + text : text);
    const found = findings(rule, { [path]: withHeader(path, bad) });
    expect(
      found.filter((text) => text.startsWith(path)),
      'planted',
    ).not.toEqual([]);
    expect(findings(rule, { [goodPath]: withHeader(goodPath, good) }), 'allowed').toEqual([]);
  });

  test('every rule has a planted violation in this file', () => {
    const planted = new Set(PLANTED.map(([rule]) => rule));
    const below = [
      'each code file opens with what lives in it and why',
      'the documents exist',
      'the README has the commands, and the CI runs the same',
    ];
    expect(
      RULES.map((rule) => rule.name).filter((name) => !planted.has(name) && !below.includes(name)),
    ).toEqual([]);
  });
});

describe('rules about what is missing', () => {
  test('a file without a header, with too short a one, or with one that comes too late', () => {
    const rule = 'each code file opens with what lives in it and why';
    expect(findings(rule, { 'cloud/a.ts': 'const a = 1;' })).toHaveLength(1);
    expect(findings(rule, { 'cloud/a.ts': '// Short.\nconst a = 1;' })).toHaveLength(1);
    expect(findings(rule, { 'cloud/a.ts': `const a = 1;\n${HEADER}` })).toHaveLength(1);
    expect(findings(rule, { 'cloud/a.ts': `${HEADER}const a = 1;` })).toEqual([]);
    expect(findings(rule, { 'cloud/a.ts': `#!/usr/bin/env node\n${HEADER}const a = 1;` })).toEqual([]);
  });

  test('documents that are not there', () => {
    expect(findings('the documents exist', {})).toContain('docs/ARCHITECTURE.md missing');
  });

  test('a README or a CI script that runs something else', () => {
    const rule = 'the README has the commands, and the CI runs the same';
    const readme = 'Run `npm install && npm start`; test with `npm install && npm test`.';
    expect(findings(rule, { 'README.md': readme, '.ci/run': 'npm install && npm test' })).toEqual([]);
    expect(findings(rule, { 'README.md': readme, '.ci/run': 'npm ci && npm test' })).toHaveLength(1);
    expect(findings(rule, { 'README.md': 'Ask around.', '.ci/run': 'npm install && npm test' })).toHaveLength(
      2,
    );
  });

  test('an invariant is held when it is stated in one place and a test cites it', () => {
    const rule = 'invariants are stated once and held by a test';
    const spec = { 'packages/domain/SPEC.md': `- **${ID}** A code is unique.` };
    const held = { ...spec, 'packages/domain/a.test.ts': `${HEADER}test('${ID}: a code is unique', f);` };
    expect(findings(rule, held)).toEqual([]);
    expect(findings(rule, { ...held, 'packages/sync/SPEC.md': `| ${ID} | again |` })).toHaveLength(1);
    expect(findings(rule, { ...spec, 'packages/domain/a.ts': `${HEADER}// ${ID}` })).toEqual([
      `packages/domain/SPEC.md no test cites ${ID}`,
    ]);
  });
});

describe('reading a repository', () => {
  test('lines count from 1, and a line ends with its line feed', () => {
    expect([0, 1, 2, 3].map((offset) => lineAt('a\nb\n', offset))).toEqual([1, 1, 2, 2]);
  });

  test('a finding points at the line', () => {
    const repository = repositoryOf([{ path: 'cloud/a.ts', text: `${HEADER}\nconst t =\n  Date.now();\n` }]);
    expect(ruleNamed('no clock outside the rooms that own one').check(repository)).toEqual([
      { path: 'cloud/a.ts', line: 4, message: 'Date.now' },
    ]);
  });

  test('a rule that does not exist is refused', () => {
    expect(() => ruleNamed('no such rule')).toThrow('no tidy rule');
  });
});
