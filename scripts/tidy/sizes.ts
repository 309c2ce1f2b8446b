/**
 * Sizes: how long a file and a function may be. Every admired codebase has one file that swallowed its neighbours and is
 * regretted; the limit is there from the first day, when it costs nothing.
 */
import { isTest } from './areas.ts';
import { type AstNode, nameOf, nodeIn, nodesIn, walk } from './ast.ts';
import { type CodeFile, type Finding, lineAt, type Repository, type Rule } from './repository.ts';

export const FILE_LINES_MAX = 500;
/** Tests, schemas, tables of data and SQL: long by nature, and read by looking things up. */
export const TABLE_LINES_MAX = 1_000;
export const FUNCTION_LINES_MAX = 70;
/** A React component carries its markup. */
export const COMPONENT_LINES_MAX = 100;
/** A function that makes an object out of named inner functions: those are counted by themselves, as methods would be. */
export const FACTORY_LINES_MAX = 200;

/** What nobody writes is as long as what it is made from. */
const COUNTED = /^(?!docs\/generated\/).*\.(tsx?|css|sql|sh|md|html)$/;
const LONG_BY_NATURE =
  /\.sql$|(^|\/)(locales|texts?|schemas?|presets)\/|(^|[./-])(schema|catalogue|texts?|presets)\.ts$/;
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const SUITE_CALLS = /^(describe|suite|test|it)$/;

export const SIZE_RULES: readonly Rule[] = [
  {
    name: `a file has at most ${FILE_LINES_MAX} lines`,
    reason: `split it by what changes together (tests, schemas, data tables and SQL: ${TABLE_LINES_MAX})`,
    check: ({ files }: Repository): Finding[] =>
      files
        .filter((file) => COUNTED.test(file.path))
        .map((file) => ({ path: file.path, lines: lineCount(file.text), linesMax: fileLinesMax(file.path) }))
        .filter((file) => file.lines > file.linesMax)
        .map(({ path, lines, linesMax }) => ({
          path,
          line: linesMax,
          message: `${lines} lines, at most ${linesMax}`,
        })),
  },
  {
    name: `a function has at most ${FUNCTION_LINES_MAX} lines`,
    reason: `what does not fit on a screen is read in pieces and broken in pieces (a component: ${COMPONENT_LINES_MAX}; with its named inner functions: ${FACTORY_LINES_MAX})`,
    check: ({ code }: Repository): Finding[] => code.flatMap(longFunctions),
  },
];

function fileLinesMax(path: string): number {
  return isTest(path) || LONG_BY_NATURE.test(path) ? TABLE_LINES_MAX : FILE_LINES_MAX;
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}

function longFunctions(file: CodeFile): Finding[] {
  const findings: Finding[] = [];
  walk(file.program, (node, ancestors) => {
    const parent = ancestors.at(-1);
    if (!FUNCTIONS.has(node.type) || isSuite(node, parent)) return;
    const name = functionName(node, parent) ?? 'a function';
    const isComponent = file.path.endsWith('.tsx') && /^[A-Z]/.test(name);
    const ownMax = isComponent ? COMPONENT_LINES_MAX : FUNCTION_LINES_MAX;
    const total = lineSpan(file, node);
    const own = total - innerLines(file, node);
    const fault =
      own > ownMax
        ? `${own} lines of its own, at most ${ownMax}`
        : total > FACTORY_LINES_MAX
          ? `${total} lines with its inner functions, at most ${FACTORY_LINES_MAX}`
          : undefined;
    if (fault === undefined) return;
    findings.push({ path: file.path, line: lineAt(file.text, node.start), message: `${name} has ${fault}` });
  });
  return findings;
}

function lineSpan(file: CodeFile, node: AstNode): number {
  return lineAt(file.text, node.end - 1) - lineAt(file.text, node.start) + 1;
}

/** Lines of the outermost named functions inside this one. Callbacks have no name: they belong to the code around them. */
function innerLines(file: CodeFile, outer: AstNode): number {
  let lines = 0;
  let countedTo = outer.start;
  walk(outer, (node, ancestors) => {
    const isInner = node !== outer && FUNCTIONS.has(node.type) && node.start >= countedTo;
    if (!isInner || functionName(node, ancestors.at(-1)) === undefined) return;
    lines += lineSpan(file, node);
    countedTo = node.end;
  });
  return lines;
}

/** The body of a `describe`, or a conformance suite that declares tests: a list of functions, not one. */
function isSuite(node: AstNode, parent: AstNode | undefined): boolean {
  if (parent?.type === 'CallExpression' && /^(describe|suite)$/.test(calleeRoot(parent) ?? '')) return true;
  const body = nodeIn(node, 'body');
  return body?.type === 'BlockStatement' && nodesIn(body, 'body').some(declaresTests);
}

function declaresTests(statement: AstNode): boolean {
  if (/^(For|If|While|Block)/.test(statement.type)) {
    return [nodeIn(statement, 'body'), nodeIn(statement, 'consequent'), ...nodesIn(statement, 'body')].some(
      (inner) => inner !== undefined && declaresTests(inner),
    );
  }
  const call = statement.type === 'ExpressionStatement' ? nodeIn(statement, 'expression') : undefined;
  return call?.type === 'CallExpression' && SUITE_CALLS.test(calleeRoot(call) ?? '');
}

function calleeRoot(call: AstNode): string | undefined {
  let at = nodeIn(call, 'callee');
  while (at?.type === 'MemberExpression' || at?.type === 'CallExpression') {
    at = nodeIn(at, at.type === 'CallExpression' ? 'callee' : 'object');
  }
  return nameOf(at);
}

function functionName(node: AstNode, parent: AstNode | undefined): string | undefined {
  return (
    nameOf(nodeIn(node, 'id')) ?? (parent && (nameOf(nodeIn(parent, 'id')) ?? nameOf(nodeIn(parent, 'key'))))
  );
}
