/** Operators at counters, at the hub: one operator for each counter, one counter for each operator, and who is there without calling. */
import {
  type CommandDone,
  decideCounterClose,
  decideCounterOpen,
  decidePause,
  decideResume,
  type OperatorSessionRow,
} from '@totem/domain';
import { type CommandResult, type CommandRun, counterById, deskOf, settle } from './command-run.ts';
import { sessionAtCounter } from './queries.ts';

export function openCounter(run: CommandRun<'counter.open'>): CommandResult {
  const { tx, env, person, command } = run;
  const desk = deskOf(run);
  const found = counterById(run, command.counterId);
  const counter = found?.siteId === desk.site?.id ? found : undefined;
  const decision = decideCounterOpen(env, command, {
    userId: person.userId,
    counter,
    mine: desk.session,
    atCounter: counter && sessionAtCounter(tx.db, counter.id),
    inHand: desk.inHand[0],
  });
  return answer(settle(run, decision), { counterId: command.counterId });
}

export function closeCounter(run: CommandRun<'counter.close'>): CommandResult {
  const { session: mine, inHand } = deskOf(run);
  return settle(run, decideCounterClose({ userId: run.person.userId, mine, inHand: inHand[0] }));
}

export function pauseOperator(run: CommandRun<'operator.pause'>): CommandResult {
  const { session: mine, inHand } = deskOf(run);
  const decision = decidePause(run.command, { userId: run.person.userId, mine, inHand: inHand[0] });
  return answer(settle(run, decision), at(mine));
}

export function resumeOperator(run: CommandRun<'operator.resume'>): CommandResult {
  const { session: mine } = deskOf(run);
  return answer(settle(run, decideResume({ userId: run.person.userId, mine })), at(mine));
}

function at(session: OperatorSessionRow | undefined): Partial<CommandDone> {
  return session === undefined ? {} : { counterId: session.counterId };
}

function answer(result: CommandResult, more: Partial<CommandDone>): CommandResult {
  return result.ok ? { ok: true, done: { ...result.done, ...more } } : result;
}
