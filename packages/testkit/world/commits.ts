/**
 * The moments at which a totem's disk changes: every commit of a file passes a gate, which may let it through, fail it, or end
 * the process on either side of it.
 */
import Database from 'better-sqlite3';

export interface CommitGate {
  /** The process that had the file open has ended: it commits nothing any more. */
  leaveFile(): void;
}

type OnCommit = (commit: () => void) => void;

const gates = new Map<string, OnCommit>();
const handles = new Map<string, Database.Database>();

/** Puts a gate before the commits of a file. */
export function setCommitGate(path: string, onCommit: OnCommit): CommitGate {
  gates.set(path, onCommit);
  return { leaveFile: () => void handles.delete(path) };
}

export function removeCommitGates(): void {
  gates.clear();
  handles.clear();
}

const exec = Database.prototype.exec;
const pragma = Database.prototype.pragma;
const WRITES = ['BEGIN IMMEDIATE', 'COMMIT'];

function gatedExec(this: Database.Database, sql: string): Database.Database {
  const onCommit = WRITES.includes(sql) ? gates.get(this.name) : undefined;
  if (onCommit === undefined) return exec.call(this, sql);
  // What still runs of a process that has ended may look, and may write nothing.
  if (handles.get(this.name) !== this) throw new Error('this process has ended');
  if (sql === 'COMMIT') onCommit(() => void exec.call(this, sql));
  else exec.call(this, sql);
  return this;
}

/** Whoever opens the file to write sets pragmas first. */
function watchedPragma(this: Database.Database, ...asked: Parameters<typeof pragma>): unknown {
  if (gates.has(this.name) && String(asked[0]).startsWith('journal_mode =')) handles.set(this.name, this);
  return pragma.call(this, ...asked);
}

Object.assign(Database.prototype, { exec: gatedExec, pragma: watchedPragma });
