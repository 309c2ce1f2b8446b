/**
 * Whether this node can serve: both roles reach the database, the database has what the code needs, and the node is not about
 * to stop. A node says that it stops before it does, so that nobody sends it a request that it would have to turn away.
 */
import { ProblemError } from '@totem/domain';
import { postgresVersions } from '@totem/migrations';
import type { Database } from '../db/pool.ts';
import { asFault, type SqlRow, type Statement } from '../db/with-tenant.ts';

const VERSIONS: Statement = {
  name: 'schema-versions',
  text: 'SELECT version FROM schema_migration',
};

export interface Readiness {
  /** @throws ProblemError `draining`, `schema_outdated`, `unreachable`. */
  check(): Promise<void>;
  /** From now on the node is not ready any more. */
  drain(): void;
}

export function createReadiness(db: Database): Readiness {
  let isDraining = false;
  /** Once there, a step does not go away. */
  let isMigrated = false;
  const needed = postgresVersions();
  const checkVersions = async () => {
    if (isMigrated) return;
    const { rows } = await db.api.query<SqlRow>(VERSIONS.text);
    const found = new Set(rows.map(({ version }) => Number(version)));
    if (!needed.every((version) => found.has(version))) throw new ProblemError('schema_outdated');
    isMigrated = true;
  };
  return {
    check: async () => {
      if (isDraining) throw new ProblemError('draining');
      try {
        await Promise.all([checkVersions(), db.api.query('SELECT 1'), db.tailer.query('SELECT 1')]);
      } catch (error) {
        const fault = asFault(error);
        // Whatever else is wrong with the database: this node cannot serve.
        throw fault instanceof ProblemError ? fault : new ProblemError('unreachable', { cause: error });
      }
    },
    drain: () => {
      isDraining = true;
    },
  };
}
