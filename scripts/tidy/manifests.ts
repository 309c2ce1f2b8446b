/**
 * Rules over the manifests: versions are exact and the same everywhere, install scripts are named. With exact versions
 * `npm install` gives the same tree on every machine without the lock file's word for it.
 */
import { posix } from 'node:path';
import { type Finding, lineAt, type Repository, type RepositoryFile, type Rule } from './repository.ts';

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

interface Dependency {
  readonly manifest: RepositoryFile;
  readonly name: string;
  readonly version: string;
}

export const MANIFEST_RULES: readonly Rule[] = [
  {
    name: 'versions are exact',
    reason: 'a range installs today something else than what was tested yesterday',
    check: (repository) =>
      dependenciesOf(repository)
        .filter(({ version }) => !EXACT.test(version))
        .map((dependency) => finding(dependency, `${dependency.name} ${dependency.version}`)),
  },
  {
    name: 'one version of each dependency',
    reason: 'two copies of one library in a process differ in the one place where it matters',
    check: (repository) => {
      const first = new Map<string, Dependency>();
      return dependenciesOf(repository).flatMap((dependency) => {
        const other = first.get(dependency.name);
        if (other === undefined) first.set(dependency.name, dependency);
        if (other === undefined || other.version === dependency.version) return [];
        const { name, version } = dependency;
        return [finding(dependency, `${name} ${version}, but ${other.version} in ${other.manifest.path}`)];
      });
    },
  },
  {
    name: 'the lock file names no host',
    reason: 'a lock file that points at one registry cannot be installed from another',
    check: ({ files }) =>
      files
        .filter((file) => file.path === 'package-lock.json')
        .flatMap((file) =>
          [...file.text.matchAll(/"resolved": "https?:\/\/[^"]*/g)].map((match) => ({
            path: file.path,
            line: lineAt(file.text, match.index),
            message: 'a resolved address',
          })),
        ),
  },
];

function dependenciesOf({ files }: Repository): Dependency[] {
  return files
    .filter((file) => posix.basename(file.path) === 'package.json')
    .flatMap((manifest) => {
      const fields: unknown = JSON.parse(manifest.text);
      return SECTIONS.flatMap((section) =>
        Object.entries(sectionOf(fields, section)).map(([name, version]) => ({
          manifest,
          name,
          version: String(version),
        })),
      );
    });
}

function sectionOf(fields: unknown, section: string): object {
  if (typeof fields !== 'object' || fields === null) return {};
  const found = Object.entries(fields).find(([key]) => key === section)?.[1];
  return typeof found === 'object' && found !== null ? found : {};
}

function finding({ manifest, name }: Dependency, message: string): Finding {
  return { path: manifest.path, line: lineAt(manifest.text, manifest.text.indexOf(`"${name}"`)), message };
}
