/** `POST /v1/commands`: the write door. */
import { ProblemError } from '@totem/domain';
import { type Handlers, own } from '../rest/mount.ts';
import { runCommand } from './run.ts';

export const commandHandlers: Pick<Handlers, 'runCommand'> = {
  runCommand: own(async (c, { body, principal }, { db, env, counts }) => {
    try {
      const done = await runCommand({ db, env }, principal, body);
      counts.command(body.type, 'done');
      return c.json(done);
    } catch (error) {
      counts.command(body.type, error instanceof ProblemError ? error.code : 'internal_error');
      throw error;
    }
  }),
};
