/** Operators at counters: one operator for each counter, one counter for each operator, and who is there without calling. */

import {
  type CommandDone,
  decideCounterClose,
  decideCounterOpen,
  decidePause,
  decideResume,
  mayAt,
  type OperatorSessionRow,
} from '@totem/domain';
import { requireServedHere } from '../hub/terms.ts';
import { type Committed, commitEntries } from '../ledger/commit.ts';
import { noRows } from '../ledger/folded-tables.ts';
import type { CommandResult } from './command-log.ts';
import { type CommandRun, deskOf } from './context.ts';
import { counterById, LOCK_SESSION_AT_COUNTER, lockSessions, siteById } from './queries.ts';

export async function openCounter(run: CommandRun<'counter.open'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const desk = await deskOf(run);
  const found = await counterById(tx, command.counterId);
  const counter = found !== undefined && mayAt(person, found.siteId) ? found : undefined;
  const site = counter && (await siteById(tx, counter.siteId));
  if (site !== undefined) requireServedHere(site);
  const [atCounter] =
    counter === undefined ? [] : await lockSessions(tx, LOCK_SESSION_AT_COUNTER, counter.id);
  const committed = await commitEntries(tx, env, {
    commandId: command.id,
    locked: withSessions([desk.session, atCounter]),
    decide: () =>
      decideCounterOpen(env, command, {
        userId: person.userId,
        counter,
        mine: desk.session,
        atCounter,
        inHand: desk.inHand[0],
      }),
  });
  return answer(committed, { commandId: command.id, counterId: command.counterId });
}

export async function closeCounter(run: CommandRun<'counter.close'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const desk = await deskOf(run);
  const committed = await commitEntries(tx, env, {
    commandId: command.id,
    locked: withSessions([desk.session]),
    decide: () => decideCounterClose({ userId: person.userId, mine: desk.session, inHand: desk.inHand[0] }),
  });
  return answer(committed, { commandId: command.id });
}

export async function pauseOperator(run: CommandRun<'operator.pause'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const { session, inHand } = await deskOf(run);
  const committed = await commitEntries(tx, env, {
    commandId: command.id,
    locked: withSessions([session]),
    decide: () => decidePause(command, { userId: person.userId, mine: session, inHand: inHand[0] }),
  });
  return answer(committed, at(command.id, session));
}

export async function resumeOperator(run: CommandRun<'operator.resume'>): Promise<CommandResult> {
  const { tx, env, person, command } = run;
  const { session } = await deskOf(run);
  const committed = await commitEntries(tx, env, {
    commandId: command.id,
    locked: withSessions([session]),
    decide: () => decideResume({ userId: person.userId, mine: session }),
  });
  return answer(committed, at(command.id, session));
}

function at(commandId: string, session: OperatorSessionRow | undefined): CommandDone {
  return session === undefined ? { commandId } : { commandId, counterId: session.counterId };
}

function withSessions(sessions: readonly (OperatorSessionRow | undefined)[]) {
  const rows = noRows();
  for (const session of sessions) if (session !== undefined) rows.operator_session.set(session.id, session);
  return rows;
}

function answer(committed: Committed, done: CommandDone): CommandResult {
  return committed.ok ? { ok: true, done } : committed;
}
