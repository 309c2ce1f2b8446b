/** The machine that figures were measured on. A figure without its machine says nothing, so benches and proofs carry both. */
import { execFileSync } from 'node:child_process';
import { cpus, platform, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly kernel: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpus: all.length,
    model: all[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    platform: `${platform()}-${process.arch}`,
    kernel: release(),
    node: process.versions.node,
  };
}

/** The commit the sources are at, with `+changes` when the working tree differs from it; `unknown` outside git. */
export function describeCommit(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'safe.directory=*', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    // docs/proof.json is what a proof writes: its own last result does not make the sources different.
    const changes = git('status', '--porcelain', '--', '.', ':(exclude)docs/proof.json');
    return git('rev-parse', 'HEAD') + (changes === '' ? '' : '+changes');
  } catch {
    return 'unknown';
  }
}
