/** The write door's core: who may ask, once only, and which part of the queue answers. */
import {
  COMMAND_PERMISSIONS,
  type Command,
  type CommandDone,
  type Env,
  isTicketCommand,
  may,
  type Principal,
  ProblemError,
} from '@totem/domain';
import { faultPoint } from '@totem/host';
import type { Database } from '../db/pool.ts';
import { type WriteHandle, withTenant } from '../db/with-tenant.ts';
import { callNext } from './call-next.ts';
import { checkInAtReception } from './check-in.ts';
import { type CommandResult, once } from './command-log.ts';
import { atOnce, type Person } from './context.ts';
import { closeCounter, openCounter, pauseOperator, resumeOperator } from './counter.ts';
import { issueTicket } from './issue.ts';
import { actOnTicket } from './ticket.ts';

/** Runs a command. @throws ProblemError: a refusal with its code, `forbidden`, `command_id_reused`, or `hub_serves_site`. */
export async function runCommand(
  parts: { readonly db: Database; readonly env: Env },
  principal: Principal,
  command: Command,
): Promise<CommandDone> {
  if (principal.kind !== 'user' || !may(principal, COMMAND_PERMISSIONS[command.type]))
    throw new ProblemError('forbidden');
  const result = await withTenant(parts.db, principal.tenantId, (tx) => {
    const env = atOnce(parts.env);
    return once(tx, env, principal.userId, command, () => execute(tx, env, principal, command));
  });
  faultPoint('command_committed');
  if (result.ok) return result.done;
  const { code, params } = result.refusal;
  throw new ProblemError(code, params === undefined ? {} : { params });
}

function execute(tx: WriteHandle, env: Env, person: Person, command: Command): Promise<CommandResult> {
  if (isTicketCommand(command)) return actOnTicket({ tx, env, person, command });
  switch (command.type) {
    case 'ticket.create':
      return issueTicket({ tx, env, person, command });
    case 'appointment.check_in':
      return checkInAtReception({ tx, env, person, command });
    case 'ticket.call_next':
      return callNext({ tx, env, person, command });
    case 'counter.open':
      return openCounter({ tx, env, person, command });
    case 'counter.close':
      return closeCounter({ tx, env, person, command });
    case 'operator.pause':
      return pauseOperator({ tx, env, person, command });
    case 'operator.resume':
      return resumeOperator({ tx, env, person, command });
    default:
      return command satisfies never;
  }
}
