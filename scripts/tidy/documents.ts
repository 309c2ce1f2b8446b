/**
 * Documents that must stay true: the paths they name exist, the invariants of each SPEC.md are held by tests, and the
 * README's commands are the ones that run.
 */
import { posix } from 'node:path';
import { isTest } from './areas.ts';
import { type Finding, lineAt, type Repository, type RepositoryFile, type Rule } from './repository.ts';

/** Documents about the present. Decision records are dated: what they name may be gone. */
const PRESENT_TENSE = ['README.md', 'docs/ARCHITECTURE.md', 'docs/STYLE.md'] as const;
const TOP_FOLDERS = /^(packages|cloud|apps|migrations|scripts|docs|deploy|\.ci)(\/|$)/;
const INVARIANT = /\bI-[A-Z]{2,8}-\d+\b/g;
/** An invariant is stated where its id opens a line, after the marks of a list, a heading or a table. */
const STATED = /^[\s>*\-|#`]*(I-[A-Z]{2,8}-\d+)\b/gm;
const RULES_FOLDER = 'scripts/tidy/';
/** The command that both a reader and the CI run. */
export const TEST_COMMAND = 'npm install && npm test';
export const START_COMMAND = 'npm install && npm start';

export const DOCUMENT_RULES: readonly Rule[] = [
  {
    name: 'the documents exist',
    reason: 'the map, the style and the promises are part of the product',
    check: ({ files }) =>
      [...PRESENT_TENSE, 'CHANGELOG.md', 'LICENSE']
        .filter((path) => !files.some((file) => file.path === path))
        .map((path) => ({ path, line: 1, message: 'missing' })),
  },
  {
    name: 'every path a document names exists',
    reason: 'a map with one wrong street is no longer looked at',
    check: missingPaths,
  },
  {
    name: 'invariants are stated once and held by a test',
    reason: 'a promise that no test holds is a wish; an id that no SPEC.md states is a riddle',
    check: looseInvariants,
  },
  {
    name: 'the README has the commands, and the CI runs the same',
    reason: 'what a stranger types is what is tested',
    check: ({ files }) => [
      ...lacking(files, 'README.md', [TEST_COMMAND, START_COMMAND]),
      ...lacking(files, '.ci/run', [TEST_COMMAND]),
    ],
  },
];

function lacking(files: readonly RepositoryFile[], path: string, texts: readonly string[]): Finding[] {
  const text = files.find((file) => file.path === path)?.text ?? '';
  return texts
    .filter((command) => !text.includes(command))
    .map((command) => ({ path, line: 1, message: `does not say \`${command}\`` }));
}

function missingPaths({ files }: Repository): Finding[] {
  return files
    .filter((file) => PRESENT_TENSE.some((path) => path === file.path))
    .flatMap((file) =>
      [...file.text.matchAll(/`([^`\n]+)`/g)]
        .filter((match) => isPath(match[1] ?? '') && !exists(files, match[1] ?? ''))
        .map((match) => ({
          path: file.path,
          line: lineAt(file.text, match.index),
          message: `${match[1]} does not exist`,
        })),
    );
}

/** Whether a word in backticks is meant as a path from the root: it starts in a known folder, or is a file at the root. */
function isPath(word: string): boolean {
  if (/[\s<>$()=:]/.test(word)) return false;
  return TOP_FOLDERS.test(word) || /^[A-Za-z][\w.-]*\.(md|json|ts)$/.test(word);
}

function exists(files: readonly RepositoryFile[], word: string): boolean {
  const path = word.replace(/\/$/, '');
  // A bare file name such as `index.ts` or `SPEC.md` stands for any file of that name.
  if (!path.includes('/'))
    return files.some((file) => posix.basename(file.path) === path || file.path.startsWith(`${path}/`));
  return files.some(
    (file) =>
      file.path === path ||
      file.path.startsWith(`${path}/`) ||
      posix.matchesGlob(file.path, path) ||
      posix.matchesGlob(file.path, `${path}/**`),
  );
}

function looseInvariants({ files }: Repository): Finding[] {
  const specs = files.filter((file) => posix.basename(file.path) === 'SPEC.md');
  const cited = files.filter(
    (file) => /\.(tsx?|sql|md)$/.test(file.path) && !file.path.startsWith(RULES_FOLDER),
  );
  const inTests = new Set(
    cited
      .filter((file) => isTest(file.path) || /(^|\/)conformance\//.test(file.path))
      .flatMap((file) => [...file.text.matchAll(INVARIANT)].map((match) => match[0])),
  );
  const stated = new Map<string, string>();
  const findings: Finding[] = [];
  for (const spec of specs) {
    for (const match of spec.text.matchAll(STATED)) {
      const id = match[1] ?? '';
      const line = lineAt(spec.text, match.index + match[0].length);
      const before = stated.get(id);
      if (before !== undefined)
        findings.push({ path: spec.path, line, message: `${id} is stated before, in ${before}` });
      else if (!inTests.has(id)) findings.push({ path: spec.path, line, message: `no test cites ${id}` });
      stated.set(id, `${spec.path}:${line}`);
    }
  }
  const unknown = cited.flatMap((file) =>
    [...file.text.matchAll(INVARIANT)]
      .filter((match) => !stated.has(match[0]))
      .map((match) => ({
        path: file.path,
        line: lineAt(file.text, match.index),
        message: `no SPEC.md states ${match[0]}`,
      })),
  );
  return [...findings, ...unknown];
}
