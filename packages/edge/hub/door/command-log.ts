/** Commands by id: a repetition gets the answer that the first one got, a refusal too, and has no second effect. */
import {
  type Command,
  type CommandDone,
  canonicalJson,
  type InstantText,
  ProblemError,
  type Refusal,
  sha256Hex,
  type UserId,
} from '@totem/domain';
import type { ReadHandle, WriteHandle } from '../../store/connection.ts';
import type { CommandResult } from './command-run.ts';

/** What an earlier run came to. @throws ProblemError `command_id_reused` when the id was used by someone else or for something else. */
export function earlierResult(db: ReadHandle, userId: UserId, command: Command): CommandResult | undefined {
  const row = db.one('SELECT fingerprint, status, answer FROM command WHERE id = ?', command.id);
  if (row === undefined) return undefined;
  if (row.fingerprint !== fingerprintOf(userId, command)) throw new ProblemError('command_id_reused');
  const answer: unknown = JSON.parse(String(row.answer));
  // Our own words, written by `saveResult`.
  return row.status === 'done'
    ? { ok: true, done: answer as CommandDone }
    : { ok: false, refusal: answer as Refusal };
}

export function saveResult(
  db: WriteHandle,
  userId: UserId,
  command: Command,
  result: CommandResult,
  at: InstantText,
): void {
  db.run(
    'INSERT INTO command (id, fingerprint, answer, created_at, status) VALUES (?, ?, ?, ?, ?)',
    command.id,
    fingerprintOf(userId, command),
    JSON.stringify(result.ok ? result.done : result.refusal),
    at,
    result.ok ? 'done' : 'refused',
  );
}

/** Who asked, and for what: as the cloud has it. */
function fingerprintOf(userId: UserId, command: Command): string {
  return sha256Hex(`${userId}\n${canonicalJson(JSON.parse(JSON.stringify(command)))}`);
}
