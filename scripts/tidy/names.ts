/**
 * Names and words: how files are called, the header each code file opens with, and words that do not belong in the
 * repository (notes to self, paths of one machine, hosts of one registry).
 */
import { nameOf, nodeIn, nodesIn } from './ast.ts';
import {
  type CodeFile,
  type Finding,
  lineAt,
  type Repository,
  type RepositoryFile,
  type Rule,
} from './repository.ts';

export const HEADER_CHARACTERS_MIN = 20;

const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const MIGRATION = /^\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql$/;
/** Names that tools or custom expect in capitals. */
const CAPITALS =
  /^(README|CHANGELOG|ARCHITECTURE|STYLE|SPEC|CONTRIBUTING|SECURITY)\.md$|^LICENSE$|^Dockerfile$/;
const EMPTY_WORDS = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'managers', 'misc']);
const EMPTY_SUFFIX = /(Utils?|Helpers?|Managers?)$/;
/** The rules' own tests and tables spell out what they look for. */
const RULES_FOLDER = 'scripts/tidy/';

interface Word {
  readonly name: string;
  readonly reason: string;
  readonly pattern: RegExp;
  /** Code is searched in its comments only. */
  readonly inComments: boolean;
}

const WORDS: readonly Word[] = [
  {
    name: 'no notes to self',
    reason:
      'a note in a file is read by nobody who can act on it: do it, or write it down where work is planned',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    inComments: true,
  },
  {
    name: 'no paths of one machine',
    reason: 'the next machine does not have them; use os.tmpdir(), the repository root or a setting',
    pattern: /(?<![\w.$}/])\/(?:work|home|Users|root|tmp)\/[\w.-]/,
    inComments: false,
  },
  {
    name: 'no package registry by name',
    reason: 'which registry or mirror serves the packages is the business of the machine that installs them',
    pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|^registry\s*=/m,
    inComments: false,
  },
  {
    name: 'no numbers of a tracker',
    reason: 'the reader has the repository, not the tracker: say the reason itself',
    pattern: /\b(issue|pull request|ticket) #\d+/i,
    inComments: false,
  },
];

export const NAME_RULES: readonly Rule[] = [
  {
    name: 'names of files and folders are kebab-case',
    reason: 'one way to write a name means one way to look for it',
    check: ({ files }) => files.filter((file) => !isWellNamed(file.path)).map((file) => at(file, file.path)),
  },
  {
    name: 'names say what the thing is',
    reason: 'utils, helpers, common and manager say nothing, and whatever says nothing collects everything',
    check: ({ files, code }) => [...files.flatMap(emptyPath), ...code.flatMap(emptyExports)],
  },
  {
    name: 'each code file opens with what lives in it and why',
    reason: 'the reader decides in one paragraph whether this is the file',
    check: ({ code }) => code.filter((file) => !hasHeader(file)).map((file) => at(file, 'no header comment')),
  },
  {
    name: 'each code file can be parsed',
    reason: 'a file the rules cannot read is a file they do not hold',
    check: ({ code }) => code.flatMap((file) => file.errors.map((error) => at(file, error))),
  },
  ...WORDS.map(wordRule),
];

function at(file: RepositoryFile, message: string, offset = 0): Finding {
  return { path: file.path, line: lineAt(file.text, offset), message };
}

function isWellNamed(path: string): boolean {
  const folders = path.split('/');
  const base = folders.pop() ?? '';
  const isSql = path.startsWith('migrations/') && base.endsWith('.sql');
  const baseIsFine = isSql ? MIGRATION.test(base) : KEBAB.test(base) || CAPITALS.test(base);
  return baseIsFine && folders.every((folder) => KEBAB.test(folder));
}

function emptyPath(file: RepositoryFile): Finding[] {
  const word = file.path.split(/[/.-]/).find((part) => EMPTY_WORDS.has(part));
  return word === undefined ? [] : [at(file, word)];
}

function emptyExports(file: CodeFile): Finding[] {
  return nodesIn(file.program, 'body')
    .filter((node) => node.type === 'ExportNamedDeclaration')
    .flatMap((node) => {
      const declaration = nodeIn(node, 'declaration');
      if (declaration === undefined) return [];
      return [declaration, ...nodesIn(declaration, 'declarations')];
    })
    .flatMap((declared) => {
      const name = nameOf(nodeIn(declared, 'id'));
      return name !== undefined && EMPTY_SUFFIX.test(name) ? [at(file, name, declared.start)] : [];
    });
}

function hasHeader(file: CodeFile): boolean {
  const first = file.comments[0];
  const firstStatement = nodesIn(file.program, 'body')[0];
  if (first === undefined || (firstStatement !== undefined && first.start > firstStatement.start))
    return false;
  // Line comments come one by one: what counts is all the text before the first statement.
  const opening = file.comments.filter(
    (comment) => comment.end <= (firstStatement?.start ?? file.text.length),
  );
  const text = opening.map((comment) => comment.text.replace(/[\s*]+/g, ' ')).join(' ');
  return text.trim().length >= HEADER_CHARACTERS_MIN;
}

function wordRule({ name, reason, pattern, inComments }: Word): Rule {
  const global = new RegExp(pattern.source, `${pattern.flags}g`);
  const find = (file: RepositoryFile, text: string, start: number): Finding[] =>
    [...text.matchAll(global)].map((match) => at(file, match[0], start + match.index));
  return {
    name,
    reason,
    check: ({ files, code }: Repository): Finding[] => {
      const isOwn = (file: RepositoryFile): boolean => file.path.startsWith(RULES_FOLDER);
      const others = files.filter((file) => !isOwn(file) && !(inComments && /\.tsx?$/.test(file.path)));
      const fromComments = (file: CodeFile): Finding[] =>
        file.comments.flatMap((comment) => find(file, comment.text, comment.start));
      return [
        ...others.flatMap((file) => find(file, file.text, 0)),
        ...(inComments ? code.filter((file) => !isOwn(file)).flatMap(fromComments) : []),
      ];
    },
  };
}
