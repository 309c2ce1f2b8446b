/**
 * Calls and constructs that the house does not use, each with its reason and the rooms where it is allowed. Matching is
 * on the syntax tree, so a word in a comment or a string never counts.
 */
import { isTest, WORLD_ROOMS, within } from './areas.ts';
import { type AstNode, dottedName, isReference, nameOf, nodeIn, nodesIn, stringOf, walk } from './ast.ts';
import { type CodeFile, type Finding, lineAt, type Repository, type Rule } from './repository.ts';

interface Ban {
  readonly name: string;
  readonly reason: string;
  /** Where it is allowed. */
  allowed(path: string): boolean;
  /** What was found at this node, as the message names it, or undefined. */
  find(node: AstNode, ancestors: readonly AstNode[]): string | undefined;
}

const WORLD =
  'time, chance and timers come in through a port (Env, Timers), so that a run repeats from its seed';
const inWorldRoom = (path: string): boolean => within(path, WORLD_ROOMS);
const nowhere = (): boolean => false;

const BANS: readonly Ban[] = [
  { name: 'no clock outside the rooms that own one', reason: WORLD, allowed: inWorldRoom, find: findClock },
  { name: 'no chance outside the rooms that own it', reason: WORLD, allowed: inWorldRoom, find: findChance },
  { name: 'no timers outside the rooms that own them', reason: WORLD, allowed: inWorldRoom, find: findTimer },
  {
    name: 'no sleeps in tests',
    reason:
      'a sleep hides a race and is too short on a slow machine: wait for the fact, or turn a virtual clock',
    allowed: (path) => !isTest(path) || within(path, ['packages/host', 'packages/testkit', 'scripts']),
    find: (node, ancestors) => findTimer(node, ancestors) ?? findPageSleep(node),
  },
  {
    name: 'no console in what ships',
    reason:
      'a server logs through the logger of packages/host, where fields are redacted; a screen shows the person',
    allowed: (path) => isTest(path) || within(path, ['scripts', 'packages/testkit']),
    find: (node) => (dottedName(node)?.startsWith('console.') ? dottedName(node) : undefined),
  },
  {
    name: 'no any',
    reason: 'what comes from outside is unknown until one schema has parsed it',
    allowed: nowhere,
    find: (node) => (node.type === 'TSAnyKeyword' ? 'any' : undefined),
  },
  {
    name: 'no non-null assertions',
    reason: 'the compiler has seen a case that the reader has not: handle it or throw with a sentence',
    allowed: nowhere,
    find: (node) =>
      node.type === 'TSNonNullExpression' || node.definite === true ? 'a non-null assertion' : undefined,
  },
  {
    name: 'no tests left out',
    reason:
      'a test that does not run proves nothing; where the machine lacks something, call context.skip with the reason',
    allowed: nowhere,
    find: findLeftOut,
  },
  {
    name: 'no mocked modules, no retried tests',
    reason: 'fakes stand at the ports; a mock of a module tests the mock, and a retry hides a race',
    allowed: (path) => !isTest(path) && path !== 'vitest.config.ts',
    find: findMockOrRetry,
  },
  {
    name: 'no default exports',
    reason: 'a name that is the same at both ends can be searched for',
    allowed: (path) => /(^|\/)(vite|vitest)\.config\.ts$/.test(path),
    find: (node) => (node.type === 'ExportDefaultDeclaration' ? 'export default' : undefined),
  },
];

/** One rule for each row of the table. */
export const CALL_RULES: readonly Rule[] = BANS.map((ban) => ({
  name: ban.name,
  reason: ban.reason,
  check: (repository: Repository): Finding[] =>
    repository.code.filter((file) => !ban.allowed(file.path)).flatMap((file) => findIn(file, ban)),
}));

function findIn(file: CodeFile, ban: Ban): Finding[] {
  const findings: Finding[] = [];
  walk(file.program, (node, ancestors) => {
    const found = ban.find(node, ancestors);
    if (found !== undefined) {
      findings.push({ path: file.path, line: lineAt(file.text, node.start), message: found });
    }
  });
  return findings;
}

const CLOCKS = new Set(['Date.now', 'Temporal.Now', 'performance.now', 'process.hrtime']);
const TIMERS = new Set(['setTimeout', 'setInterval']);
const TIMER_MODULES = new Set(['node:timers', 'node:timers/promises', 'timers', 'timers/promises']);
const CRYPTO_MODULES = new Set(['node:crypto', 'crypto']);
const TEST_WORDS = new Set(['test', 'it', 'describe', 'suite', 'bench']);
const LEAVES_OUT = new Set(['only', 'skip', 'todo', 'skipIf', 'runIf']);

function findClock(node: AstNode): string | undefined {
  const dotted = dottedName(node);
  if (dotted !== undefined && CLOCKS.has(dotted)) return dotted;
  const isDate = nameOf(nodeIn(node, 'callee')) === 'Date';
  if (node.type === 'NewExpression' && isDate && nodesIn(node, 'arguments').length === 0) return 'new Date()';
  return node.type === 'CallExpression' && isDate ? 'Date()' : undefined;
}

function findChance(node: AstNode): string | undefined {
  const dotted = dottedName(node);
  if (dotted === 'Math.random' || dotted === 'crypto.randomUUID' || dotted === 'crypto.getRandomValues')
    return dotted;
  return findImported(node, CRYPTO_MODULES, ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']);
}

function findTimer(node: AstNode, ancestors: readonly AstNode[]): string | undefined {
  if (node.type === 'MemberExpression') {
    const dotted = dottedName(node);
    return dotted !== undefined && TIMERS.has(dotted) ? dotted : undefined;
  }
  const name = nameOf(node);
  if (name !== undefined && TIMERS.has(name) && isReference(node, ancestors)) return name;
  const source = node.type === 'ImportDeclaration' ? stringOf(nodeIn(node, 'source')) : undefined;
  return source !== undefined && TIMER_MODULES.has(source) ? `import of ${source}` : undefined;
}

function findImported(
  node: AstNode,
  modules: ReadonlySet<string>,
  names: readonly string[],
): string | undefined {
  if (node.type !== 'ImportDeclaration' || !modules.has(stringOf(nodeIn(node, 'source')) ?? ''))
    return undefined;
  return nodesIn(node, 'specifiers')
    .map((specifier) => nameOf(nodeIn(specifier, 'imported')))
    .find((name) => name !== undefined && names.includes(name));
}

function findPageSleep(node: AstNode): string | undefined {
  const name = node.type === 'MemberExpression' ? nameOf(nodeIn(node, 'property')) : undefined;
  return name === 'waitForTimeout' ? name : undefined;
}

/** `test.only`, `describe.each(...).skip` and their kin, `xit`, and a `context.skip()` that gives no reason. */
function findLeftOut(node: AstNode): string | undefined {
  if (
    node.type === 'CallExpression' &&
    ['xit', 'xtest', 'xdescribe'].includes(nameOf(nodeIn(node, 'callee')) ?? '')
  ) {
    return nameOf(nodeIn(node, 'callee'));
  }
  if (node.type === 'MemberExpression') {
    const property = nameOf(nodeIn(node, 'property'));
    const root = rootName(node);
    const leavesOut = property !== undefined && LEAVES_OUT.has(property);
    return leavesOut && root !== undefined && TEST_WORDS.has(root) ? `${root}.${property}` : undefined;
  }
  const callee = node.type === 'CallExpression' ? nodeIn(node, 'callee') : undefined;
  const object = callee?.type === 'MemberExpression' ? nameOf(nodeIn(callee, 'object')) : undefined;
  const isSkip = callee !== undefined && nameOf(nodeIn(callee, 'property')) === 'skip';
  const hasReason = nodesIn(node, 'arguments').length > 0;
  return isSkip && !hasReason && /^(context|ctx|t)$/.test(object ?? '')
    ? `${object}.skip without a reason`
    : undefined;
}

function rootName(node: AstNode): string | undefined {
  let at: AstNode | undefined = node;
  while (at?.type === 'MemberExpression' || at?.type === 'CallExpression') {
    at = nodeIn(at, at.type === 'CallExpression' ? 'callee' : 'object');
  }
  return nameOf(at);
}

function findMockOrRetry(node: AstNode): string | undefined {
  const dotted = dottedName(node);
  if (dotted === 'vi.mock' || dotted === 'vi.doMock' || dotted === 'vi.hoisted') return dotted;
  const isRetry = node.type === 'Property' && nameOf(nodeIn(node, 'key')) === 'retry';
  return isRetry && typeof nodeIn(node, 'value')?.value === 'number' ? 'retry' : undefined;
}
