/**
 * A child process with a budget. It leads a process group of its own, so that when its time is over it can be stopped
 * with everything it started: first asked (SIGTERM), then, after a moment, ended (SIGKILL). Processes that left the
 * group, as browsers do, are known by their parentage, noted before the first signal. Nothing else is ever signalled.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** From asking to ending. */
export const GRACE_MS = 5_000;

export type ChildEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly why: 'budget' | 'interrupted' };

export interface ChildRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly budgetMs: number;
  /** From asking to ending; GRACE_MS unless told. */
  readonly graceMs?: number;
}

/** A process as seen in /proc; the start time tells it from a later one with the same number. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
}

const running = new Set<(why: 'budget' | 'interrupted') => void>();

/** Runs a program to its end, or to the end of its budget. Its output goes where ours goes; it has no input. */
export function runChild({
  program,
  args,
  cwd,
  env,
  budgetMs,
  graceMs = GRACE_MS,
}: ChildRequest): Promise<ChildEnd> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>();
  let killed: 'budget' | 'interrupted' | undefined;
  let ending: NodeJS.Timeout | undefined;
  const stop = (why: 'budget' | 'interrupted'): void => {
    if (killed !== undefined || child.pid === undefined) return;
    killed = why;
    const family = familyOf(child.pid);
    signalGroup(child.pid, 'SIGTERM');
    ending = setTimeout(() => endFamily(family), graceMs);
    child.once('exit', () => {
      clearTimeout(ending);
      endFamily(family);
    });
  };
  const budget = setTimeout(() => stop('budget'), budgetMs);
  running.add(stop);
  const settle = (): void => {
    clearTimeout(budget);
    running.delete(stop);
  };
  child.once('error', (error) => {
    settle();
    reject(error);
  });
  child.once('exit', (code) => {
    settle();
    resolve(killed === undefined ? { kind: 'exited', code: code ?? 1 } : { kind: 'killed', why: killed });
  });
  return promise;
}

/** Stops every child that still runs. For SIGINT and SIGTERM. */
export function stopChildren(): void {
  for (const stop of running) stop('interrupted');
}

/** The process and all that descends from it. Empty where there is no /proc: then the group is all we know. */
function familyOf(pid: number): Seen[] {
  const all = readProcesses();
  const family = all.filter((seen) => seen.pid === pid);
  for (const member of family) family.push(...all.filter((seen) => seen.parent === member.pid));
  return family;
}

function endFamily(family: readonly Seen[]): void {
  const now = new Map(readProcesses().map((seen) => [seen.pid, seen.startedAt]));
  for (const { pid, startedAt } of family) if (now.get(pid) === startedAt) signal(pid, 'SIGKILL');
}

function readProcesses(): Seen[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readProcess);
  } catch {
    return [];
  }
}

/** proc(5): after the name in parentheses, which may hold anything, come the state, the parent, and as 20th the start time. */
function readProcess(pid: string): Seen[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid: Number(pid), parent: Number(fields[1]), startedAt: fields[19] ?? '' }];
  } catch {
    // It ended between the listing and the reading.
    return [];
  }
}

function signalGroup(leader: number, name: NodeJS.Signals): void {
  signal(-leader, name);
}

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // It ended by itself: what was wanted.
  }
}
