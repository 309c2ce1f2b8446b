/**
 * Clients that ask a database without a pause, each on a connection of its own, with limits on every wait. What fails is
 * kept: whoever starts a load asserts at its end that nothing did.
 */
import pg from 'pg';
import type { Query, ReleasedRequest } from './released-requests.ts';

export interface Load {
  /** How many requests were answered so far. */
  answered(): number;
  /** Waits until so many more were answered. */
  answers(more: number): Promise<void>;
  /** What failed, as sentences. */
  readonly failures: readonly string[];
  /** Ends the clients after what they are asking. */
  stop(): Promise<void>;
}

export interface LoadParts {
  readonly url: string;
  readonly clients: number;
  readonly tenant: string;
  /** No statement and no lock takes longer, or it fails. */
  readonly waitMsMax: number;
  /** What is asked in turn. @param round counts the turns of all clients. */
  requests(round: number): readonly ReleasedRequest[];
}

export async function startLoad(parts: LoadParts): Promise<Load> {
  const failures: string[] = [];
  const waiting = new Set<{ readonly from: number; done(): void }>();
  let answered = 0;
  let round = 0;
  let stopping = false;
  const count = () => {
    answered += 1;
    for (const waiter of waiting) if (answered >= waiter.from) waiter.done();
  };
  const ask = async (client: pg.Client) => {
    while (!stopping) {
      round += 1;
      for (const request of parts.requests(round)) {
        if (stopping) return;
        const failure = await failureOf(client, parts.tenant, request);
        if (failure !== undefined) failures.push(failure);
        count();
      }
    }
  };
  const clients = await Promise.all(Array.from({ length: parts.clients }, () => connect(parts)));
  const asking = clients.map(ask);
  return {
    answered: () => answered,
    answers: (more) =>
      new Promise((resolve) => {
        const waiter = {
          from: answered + more,
          done: () => {
            waiting.delete(waiter);
            resolve();
          },
        };
        waiting.add(waiter);
      }),
    failures,
    stop: async () => {
      stopping = true;
      await Promise.all(asking);
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

async function connect({ url, waitMsMax }: LoadParts): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'load',
    statement_timeout: waitMsMax,
    lock_timeout: waitMsMax,
  });
  await client.connect();
  return client;
}

async function failureOf(
  client: pg.Client,
  tenant: string,
  request: ReleasedRequest,
): Promise<string | undefined> {
  let at: Query | undefined;
  try {
    await client.query('BEGIN');
    await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenant]);
    for (const query of request) {
      at = query;
      await client.query({ name: query.name, text: query.sql, values: [...query.values] });
    }
    at = undefined;
    await client.query('COMMIT');
    return undefined;
  } catch (error) {
    await client.query('ROLLBACK');
    return `${at?.name ?? 'commit'}: ${error instanceof Error ? error.message : error}`;
  }
}
