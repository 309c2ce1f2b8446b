/**
 * A small view of a syntax tree (ESTree with TypeScript, as Vite's parser gives it): a node, a walk that tells each
 * node its ancestors, and the few questions that several rules ask.
 */

export interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export function isAstNode(value: unknown): value is AstNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    typeof value.start === 'number'
  );
}

/** Calls `visit` for `root` and all below it, outer nodes first; `ancestors` runs from the root to the parent. */
export function walk(root: AstNode, visit: (node: AstNode, ancestors: readonly AstNode[]) => void): void {
  const ancestors: AstNode[] = [];
  const step = (node: AstNode): void => {
    visit(node, ancestors);
    ancestors.push(node);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isAstNode(child)) step(child);
    }
    ancestors.pop();
  };
  step(root);
}

/** The nodes in a list field, for instance the arguments of a call. */
export function nodesIn(node: AstNode, field: string): AstNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isAstNode) : [];
}

/** The node in a field, or undefined. */
export function nodeIn(node: AstNode, field: string): AstNode | undefined {
  const value = node[field];
  return isAstNode(value) ? value : undefined;
}

/** The name of an identifier (also a private or JSX one), or undefined. */
export function nameOf(node: AstNode | undefined): string | undefined {
  return node !== undefined && typeof node.name === 'string' ? node.name : undefined;
}

/** The text of a string literal, or undefined. */
export function stringOf(node: AstNode | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** `a.b.c` for a chain of plain names, or undefined. `globalThis.` and `window.` are taken off. */
export function dottedName(node: AstNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'Identifier') return nameOf(node);
  if (node.type !== 'MemberExpression' || node.computed === true) return undefined;
  const object = dottedName(nodeIn(node, 'object'));
  const property = nameOf(nodeIn(node, 'property'));
  if (object === undefined || property === undefined) return undefined;
  return GLOBAL_OBJECTS.has(object) ? property : `${object}.${property}`;
}

/** Whether this identifier stands for a value in scope, not for a member, a key or a type. */
export function isReference(node: AstNode, ancestors: readonly AstNode[]): boolean {
  const parent = ancestors.at(-1);
  if (node.type !== 'Identifier' || parent === undefined) return false;
  if (ancestors.some((ancestor) => ancestor.type === 'TSTypeQuery')) return false;
  if (parent.type === 'MemberExpression') return parent.object === node || parent.computed === true;
  if (KEYED.has(parent.type))
    return parent.key !== node || parent.shorthand === true || parent.computed === true;
  return true;
}

const GLOBAL_OBJECTS = new Set(['globalThis', 'window', 'self', 'global']);
const KEYED = new Set([
  'Property',
  'MethodDefinition',
  'PropertyDefinition',
  'TSPropertySignature',
  'TSMethodSignature',
  'TSAbstractMethodDefinition',
]);
