/** Commands that were done, by their own id: a repetition gets the answer and not the effect. */
import {
  type Command,
  type CommandDone,
  canonicalJson,
  type InstantText,
  type LedgerEntry,
  ProblemError,
  sha256Hex,
} from '@totem/domain';
import type { ReadHandle, WriteHandle } from '../store/connection.ts';

/** The command is known by its entry only: what else it said went with a damaged database. */
const UNKNOWN = '';

/** The answer of an earlier run. @throws ProblemError `command_id_reused` when it was another command. */
export function earlierAnswer(db: ReadHandle, command: Command): CommandDone | undefined {
  const row = db.one('SELECT fingerprint, answer FROM command WHERE id = ?', command.id);
  if (row === undefined) return undefined;
  if (row.fingerprint !== UNKNOWN && row.fingerprint !== fingerprintOf(command))
    throw new ProblemError('command_id_reused');
  return JSON.parse(String(row.answer)) as CommandDone;
}

export function saveAnswer(db: WriteHandle, command: Command, answer: CommandDone, at: InstantText): void {
  db.run(
    'INSERT INTO command (id, fingerprint, answer, created_at) VALUES (?, ?, ?, ?)',
    command.id,
    fingerprintOf(command),
    JSON.stringify(answer),
    at,
  );
}

/** Keeps, after a salvage, what entries say of commands that were done: whoever asks again has no second ticket. */
export function saveRecovered(db: WriteHandle, entries: readonly LedgerEntry[]): void {
  for (const { action, commandId, entityId, data, occurredAt } of entries) {
    if (action !== 'TICKET_CREATE' || commandId === null) continue;
    const { code, state, serviceId } = data;
    const ticket = { id: entityId, code, state, serviceId };
    db.run(
      'INSERT INTO command (id, fingerprint, answer, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      commandId,
      UNKNOWN,
      JSON.stringify({ commandId, ticket }),
      occurredAt,
    );
  }
}

/** A digest, so that a name in the command is not kept where nobody would look for it. */
function fingerprintOf(command: Command): string {
  return sha256Hex(canonicalJson(JSON.parse(JSON.stringify(command))));
}
