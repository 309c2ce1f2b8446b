/** Commands by id: a repetition gets the answer that the first one got, and no second effect. */
import {
  type Command,
  type CommandDone,
  type Env,
  instantText,
  ProblemError,
  type Refusal,
  type UserId,
} from '@totem/domain';
import type { Statement, WriteHandle } from '../db/with-tenant.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What a command came to. */
export type CommandResult =
  | { readonly ok: true; readonly done: CommandDone }
  | { readonly ok: false; readonly refusal: Refusal };

const CLAIM: Statement = {
  name: 'command-claim',
  text: `INSERT INTO command (tenant_id, id, fingerprint, user_id, type, status, created_at)
    VALUES ($1, $2, $3, $4, $5, 'running', $6) ON CONFLICT (tenant_id, id) DO NOTHING`,
};
const KNOWN: Statement = {
  name: 'command-known',
  text: 'SELECT fingerprint, status, answer FROM command WHERE tenant_id = $1 AND id = $2',
};
const SETTLE: Statement = {
  name: 'command-settle',
  text: 'UPDATE command SET status = $3, answer = $4 WHERE tenant_id = $1 AND id = $2',
};

/**
 * Runs a command unless it ran before. The claim and the effect are one transaction, and a second request with the same id
 * waits for the first one's commit.
 * @throws ProblemError `command_id_reused` when the id was used by someone else or for something else.
 */
export async function once(
  tx: WriteHandle,
  env: Env,
  userId: UserId,
  command: Command,
  run: () => Promise<CommandResult>,
): Promise<CommandResult> {
  const fingerprint = fingerprintOf(userId, command);
  const claim = [tx.tenantId, command.id, fingerprint, userId, command.type, instantText(env.now())];
  if ((await tx.run(CLAIM, claim)) === 0) return earlier(tx, command, fingerprint);
  const result = await run();
  const answer = JSON.stringify(result.ok ? result.done : result.refusal);
  tx.send(SETTLE, [tx.tenantId, command.id, result.ok ? 'done' : 'refused', answer]);
  return result;
}

async function earlier(tx: WriteHandle, command: Command, fingerprint: string): Promise<CommandResult> {
  const row = await tx.one(KNOWN, [tx.tenantId, command.id]);
  if (row?.fingerprint !== fingerprint) throw new ProblemError('command_id_reused');
  const answer: unknown = JSON.parse(row.answer ?? 'null');
  // Our own words, written by `once` above.
  return row.status === 'done'
    ? { ok: true, done: answer as CommandDone }
    : { ok: false, refusal: answer as Refusal };
}
