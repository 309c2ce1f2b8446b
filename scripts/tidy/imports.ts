/**
 * Who may import whom. The arrows run from the rules outwards (domain, then sync and drivers, then the places that run
 * them), so that what decides never depends on where it runs. The table is in `areas.ts`.
 */
import { posix } from 'node:path';
import { areaOf, isTestOnly, MAY_IMPORT } from './areas.ts';
import { type AstNode, nameOf, nodeIn, nodesIn, stringOf, walk } from './ast.ts';
import { type CodeFile, type Finding, lineAt, type Repository, type Rule } from './repository.ts';

interface Import {
  readonly from: CodeFile;
  readonly specifier: string;
  readonly line: number;
}

/** A workspace package: its folder, its name and the subpaths that its manifest exports. */
interface Workspace {
  readonly folder: string;
  readonly name: string;
  readonly subpaths: readonly string[];
}

const EXTENSION = /\.(tsx?|json|css|sql|svg|png|woff2|html)(\?[a-z]+)?$/;

export const IMPORT_RULES: readonly Rule[] = [
  {
    name: 'imports follow the arrows',
    reason: 'domain <- sync <- {edge, cloud, ui} <- apps; domain <- drivers; cloud and edge never meet',
    check: (repository) => eachImport(repository, directionFault),
  },
  {
    name: 'a package is entered by its exports',
    reason:
      'what a manifest does not export is private, and a relative path around it makes the manifest a lie',
    check: (repository) => eachImport(repository, doorFault),
  },
  {
    name: 'test code stays in tests',
    reason: 'the test kit, conformance suites and testing folders never ship',
    check: (repository) => eachImport(repository, testCodeFault),
  },
  {
    name: 'a relative import names the file, with its extension',
    reason: 'Node runs the sources as they are and does not guess',
    check: (repository) =>
      eachImport(repository, ({ specifier }) =>
        specifier.startsWith('.') && !EXTENSION.test(specifier) ? 'no extension' : undefined,
      ),
  },
  {
    name: 'only an index.ts re-exports, and by name',
    reason: 'one way to each thing: elsewhere import the file that has it',
    check: ({ code }) => code.flatMap(reExports),
  },
];

/** Every static and dynamic import, re-export and type import in the file. */
export function importsOf(file: CodeFile): Import[] {
  const imports: Import[] = [];
  walk(file.program, (node) => {
    const specifier = /^(Import|ExportNamed|ExportAll|TSImportType)/.test(node.type)
      ? stringOf(nodeIn(node, 'source'))
      : undefined;
    if (specifier !== undefined) imports.push({ from: file, specifier, line: lineAt(file.text, node.start) });
  });
  return imports;
}

type FaultOf = (imported: Import, workspaces: readonly Workspace[]) => string | undefined;

function eachImport(repository: Repository, faultOf: FaultOf): Finding[] {
  const workspaces = workspacesOf(repository);
  return repository.code.flatMap(importsOf).flatMap((imported) => {
    const fault = faultOf(imported, workspaces);
    const { from, line, specifier } = imported;
    return fault === undefined ? [] : [{ path: from.path, line, message: `'${specifier}': ${fault}` }];
  });
}

function workspacesOf({ files }: Repository): Workspace[] {
  return files
    .filter((file) => posix.basename(file.path) === 'package.json' && areaOf(file.path) !== undefined)
    .map((file) => {
      const manifest: unknown = JSON.parse(file.text);
      const fields = typeof manifest === 'object' && manifest !== null ? manifest : {};
      const name = 'name' in fields && typeof fields.name === 'string' ? fields.name : '';
      const exported = 'exports' in fields && typeof fields.exports === 'object' ? fields.exports : {};
      return { folder: posix.dirname(file.path), name, subpaths: Object.keys(exported ?? {}) };
    });
}

/** The path that an import leads to, and its workspace when it was entered by name. */
function targetOf({ from, specifier }: Import, workspaces: readonly Workspace[]) {
  if (specifier.startsWith('.'))
    return { path: posix.join(posix.dirname(from.path), specifier), workspace: undefined };
  const workspace = workspaces.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (workspace === undefined) return undefined;
  return { path: posix.join(workspace.folder, specifier.slice(workspace.name.length), '.'), workspace };
}

function directionFault(imported: Import, workspaces: readonly Workspace[]): string | undefined {
  const target = targetOf(imported, workspaces);
  const from = areaOf(imported.from.path);
  const to = target && (areaOf(`${target.path}/`) ?? areaOf(target.path));
  if (target === undefined || from === undefined || from === to) return undefined;
  if (to === undefined) return 'leads out of the workspaces';
  const row = MAY_IMPORT[from] ?? MAY_IMPORT[from.replace(/^apps\/.*/, 'apps')];
  const allowed = [...(row?.code ?? []), ...(isTestOnly(imported.from.path) ? (row?.tests ?? []) : [])];
  if (!allowed.some((area) => to === area || to.startsWith(`${area}/`)))
    return `${from} may not import ${to}`;
  const isDevice =
    from === 'cloud' && to === 'packages/drivers' && !target.path.startsWith('packages/drivers/psp');
  return isDevice ? 'the cloud may import only the payment providers of packages/drivers' : undefined;
}

function doorFault(imported: Import, workspaces: readonly Workspace[]): string | undefined {
  const target = targetOf(imported, workspaces);
  if (target === undefined) return imported.specifier.startsWith('@totem/') ? 'no such package' : undefined;
  if (target.workspace === undefined) {
    const leaves = areaOf(target.path) !== areaOf(imported.from.path) && areaOf(target.path) !== undefined;
    return leaves ? 'a relative path into another package' : undefined;
  }
  const subpath = `.${imported.specifier.slice(target.workspace.name.length)}`;
  const exported = target.workspace.subpaths.some((pattern) => posix.matchesGlob(subpath, pattern));
  return exported ? undefined : `${target.workspace.folder}/package.json does not export ${subpath}`;
}

function testCodeFault(imported: Import, workspaces: readonly Workspace[]): string | undefined {
  const target = targetOf(imported, workspaces);
  if (target === undefined || isTestOnly(imported.from.path)) return undefined;
  const path = `${target.path}/`;
  const testOnly = /^packages\/testkit\/|\/(conformance|testing)\/|\.test\.tsx?\/$/.test(path);
  return testOnly ? 'only tests, benches and scripts may load this' : undefined;
}

/** `export * from`, and re-exports outside an index: with `from`, or of a name that was imported. */
function reExports(file: CodeFile): Finding[] {
  const statements = nodesIn(file.program, 'body');
  const imported = new Set(
    statements
      .filter((node) => node.type === 'ImportDeclaration')
      .flatMap((node) => nodesIn(node, 'specifiers').map((specifier) => nameOf(nodeIn(specifier, 'local')))),
  );
  const isIndex = posix.basename(file.path) === 'index.ts';
  return statements.flatMap((node) => {
    const message = reExportFault(node, imported, isIndex);
    return message === undefined ? [] : [{ path: file.path, line: lineAt(file.text, node.start), message }];
  });
}

function reExportFault(
  node: AstNode,
  imported: ReadonlySet<string | undefined>,
  isIndex: boolean,
): string | undefined {
  if (node.type === 'ExportAllDeclaration') return 'export *';
  if (node.type !== 'ExportNamedDeclaration' || isIndex) return undefined;
  const passesOn = nodesIn(node, 'specifiers').some((specifier) =>
    imported.has(nameOf(nodeIn(specifier, 'local'))),
  );
  return nodeIn(node, 'source') !== undefined || passesOn ? 'a re-export outside an index.ts' : undefined;
}
