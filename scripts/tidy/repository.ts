/**
 * What the tidy rules look at: the files of the repository as paths and text, and the code among them as syntax trees.
 * Rules see only this, never the disk, so that each can be tested on a planted violation of a few lines.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { type AstNode, isAstNode } from './ast.ts';

/** A file by its path from the root of the repository, with `/` between folders. Binary files have empty text. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A TypeScript file with its tree; offsets are UTF-16 positions in `text`. */
export interface CodeFile extends RepositoryFile {
  readonly program: AstNode;
  readonly comments: readonly Comment[];
  /** What the parser could not read; a file with errors is itself a finding. */
  readonly errors: readonly string[];
}

export interface Repository {
  readonly files: readonly RepositoryFile[];
  readonly code: readonly CodeFile[];
}

/** One place that breaks a rule. `line` counts from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** One rule of the house. The reason is printed with each finding: a rule without one is not worth keeping. */
export interface Rule {
  readonly name: string;
  readonly reason: string;
  check(repository: Repository): Finding[];
}

const TEXT_FILE =
  /\.(tsx?|mjs|cjs|js|json|md|sql|css|html|sh|ya?ml|toml|svg|service|rules|conf)$|(^|\/)[^./]+$|(^|\/)\.[^/]+$/;
const TEXT_BYTES_MAX = 2_000_000;
const LISTING_BYTES_MAX = 64 * 1024 * 1024;

/** The repository at `root`: what git tracks, and what it would track if it were added. @throws when `root` is no git checkout. */
export function readRepository(root: string): Repository {
  // The checkout may belong to another user than the one who runs the tests (a container, a CI mount): only names are read.
  const listing = execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '-z', '-co', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: LISTING_BYTES_MAX },
  );
  const paths = [...new Set(listing.split('\0'))].filter(
    (path) => path !== '' && existsSync(join(root, path)),
  );
  return repositoryOf(paths.map((path) => ({ path, text: readText(join(root, path)) })));
}

/** A repository from files in memory: how the rules' own tests plant a violation. */
export function repositoryOf(files: readonly RepositoryFile[]): Repository {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, code: sorted.filter((file) => /\.tsx?$/.test(file.path)).map(parseCode) };
}

/** The line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function readText(path: string): string {
  if (!TEXT_FILE.test(path)) return '';
  const bytes = readFileSync(path);
  return bytes.length > TEXT_BYTES_MAX || bytes.includes(0) ? '' : bytes.toString('utf8');
}

function parseCode(file: RepositoryFile): CodeFile {
  const parsed = parseSync(file.path, file.text, { sourceType: 'module' });
  const program: unknown = parsed.program;
  if (!isAstNode(program)) throw new Error(`the parser gave no tree for ${file.path}`);
  return {
    ...file,
    program,
    comments: parsed.comments.map(({ value, start, end }) => ({ text: value, start, end })),
    errors: parsed.errors.map((error) => error.message),
  };
}
