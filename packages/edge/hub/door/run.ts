/**
 * The hub's write door: the commands of the queue, judged by the same rules as at the cloud, over the totem's own database.
 * One writer, one transaction for each command: entries, rows and answer.
 */
import {
  COMMAND_PERMISSIONS,
  type Command,
  type CommandDone,
  type Env,
  instantText,
  isTicketCommand,
  may,
  type Principal,
  ProblemError,
} from '@totem/domain';
import type { Clock } from '../../clock/clock.ts';
import type { Device } from '../../device.ts';
import type { Ledger, LedgerTx } from '../../ledger/ledger.ts';
import { readSetting } from '../../store/settings.ts';
import { hubRole } from '../role.ts';
import { isReady } from '../takeover.ts';
import { callNext } from './call-next.ts';
import { earlierResult, saveResult } from './command-log.ts';
import type { CommandResult, CommandRun, Person } from './command-run.ts';
import { closeCounter, openCounter, pauseOperator, resumeOperator } from './counter.ts';
import { checkInAtReception, issueAtReception } from './issue.ts';
import { actOnTicket } from './ticket.ts';

export interface HubDoorParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly device: Device;
}

/**
 * Runs a command of a person at the hub. When it returns, what it did is on disk.
 * @throws ProblemError: a refusal with its code, `forbidden`, `not_the_hub`, `served_by_cloud`, `command_id_reused`,
 * `device_suspended`, `not_ready`, `storage_fault`.
 */
export function runHubCommand(parts: HubDoorParts, principal: Principal, command: Command): CommandDone {
  const { ledger, clock, device } = parts;
  if (principal.kind !== 'user' || principal.tenantId !== device.tenantId)
    throw new ProblemError('forbidden');
  if (!may(principal, COMMAND_PERMISSIONS[command.type])) throw new ProblemError('forbidden');
  const result = ledger.commit((tx) => once({ ...parts, env: atOnce(clock.env) }, tx, principal, command));
  if (result.ok) return result.done;
  const { code, params } = result.refusal;
  throw new ProblemError(code, params === undefined ? {} : { params });
}

function once(
  parts: HubDoorParts & { readonly env: Env },
  tx: LedgerTx,
  person: Person,
  command: Command,
): CommandResult {
  const { clock, device, env } = parts;
  // Asked first: whoever has lost an answer gets it, whatever this totem is by now.
  const earlier = earlierResult(tx.db, person.userId, command);
  if (earlier !== undefined) return earlier;
  if (command.type === 'ticket.override') throw new ProblemError('served_by_cloud');
  const role = hubRole(tx.db, device);
  if (role === undefined) throw new ProblemError('not_the_hub');
  if (readSetting(tx.db, 'suspended') !== undefined) throw new ProblemError('device_suspended');
  if (
    !isReady(tx.db, device) ||
    readSetting(tx.db, 'restoring') !== undefined ||
    readSetting(tx.db, 'rebuilding') !== undefined
  )
    throw new ProblemError('not_ready');
  const result = execute({ tx, clock, env, device, role, person, command });
  saveResult(tx.db, person.userId, command, result, instantText(env.now()));
  return result;
}

function execute({ command, ...rest }: CommandRun): CommandResult {
  if (isTicketCommand(command)) return actOnTicket({ ...rest, command });
  switch (command.type) {
    case 'ticket.create':
      return issueAtReception({ ...rest, command });
    case 'appointment.check_in':
      return checkInAtReception({ ...rest, command });
    case 'ticket.call_next':
      return callNext({ ...rest, command });
    case 'counter.open':
      return openCounter({ ...rest, command });
    case 'counter.close':
      return closeCounter({ ...rest, command });
    case 'operator.pause':
      return pauseOperator({ ...rest, command });
    case 'operator.resume':
      return resumeOperator({ ...rest, command });
    default:
      return command satisfies never;
  }
}

/** The same clock, standing still. */
function atOnce(env: Env): Env {
  const now = env.now();
  return { now: () => now, randomBytes: (count) => env.randomBytes(count) };
}
