/** A person of the demo at a screen, in tests: gives commands and reads shapes over HTTP. */
import {
  type CommandInput,
  NAMED_SHAPES,
  newId,
  rowFromSql,
  type ShapeName,
  type Table,
} from '@totem/domain';
import { systemEnv } from '@totem/host';
import type { TestCloud } from '@totem/testkit/postgres';

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> & { readonly id?: string } : never;
export type Ask = WithoutId<CommandInput>;

export interface Screen {
  readonly token: string;
  /** Gives a command; a new id unless one is given. */
  ask(command: Ask, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  /** Gives a command that must succeed. @returns what the door answers. */
  done(command: Ask): Promise<Reply['body']>;
  /** The first rows of a shape, as rows of its table. */
  rows(shape: ShapeName): Promise<Readonly<Record<string, unknown>>[]>;
}

export function screenOf(test: Pick<TestCloud, 'url' | 'seed'>, token: string): Screen {
  const authorization = `Bearer ${token}`;
  const ask = async (command: Ask, headers: Readonly<Record<string, string>> = {}): Promise<Reply> => {
    const answer = await fetch(`${test.url}/v1/commands`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ id: newId<'command'>(systemEnv), ...command }),
    });
    return { status: answer.status, body: (await answer.json()) as Reply['body'] };
  };
  return {
    token,
    ask,
    done: async (command) => {
      const { status, body } = await ask(command);
      if (status !== 200) throw new Error(`${command.type}: ${JSON.stringify(body)}`);
      return body;
    },
    rows: async (shape) => {
      const { tenantId, siteId } = test.seed;
      const query = new URLSearchParams({ shape, tenant: tenantId, site: siteId, offset: '-1' });
      const answer = await fetch(`${test.url}/v1/shape?${query}`, { headers: { authorization } });
      const messages = (await answer.json()) as { value?: Record<string, string | null> }[];
      const table: Table = NAMED_SHAPES[shape].table;
      return messages.flatMap(({ value }) =>
        value === undefined ? [] : [rowFromSql(table, value) as Record<string, unknown>],
      );
    },
  };
}
