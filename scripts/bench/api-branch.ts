/** A branch with many operators, as the `api` bench asks for it: people, counters and tickets, all made over the API. */
import { type ApiClient, createApiClient, ROUTES } from '@totem/api';
import { createDatabase, createPasswords, type EmbeddedPostgres, seedDemo } from '@totem/cloud';
import { type CommandInput, newId, type SiteId } from '@totem/domain';
import { createLog, systemEnv } from '@totem/host';
import pg from 'pg';

const PASSWORD = 'ipe amarelo na serra';
const OWN_PASSWORD = 'rio manso que corre';

export interface BranchAtWork {
  /** Issues tickets at the reception. */
  issue(count: number, atOnce: number): Promise<{ readonly seconds: number; readonly ms: readonly number[] }>;
  /** All operators call, start and finish until nobody waits. `ms` are the calls. */
  callAll(): Promise<{ readonly ms: readonly number[]; readonly called: number; readonly twice: number }>;
  /** Asks for every kind of list of a tenant, several times. @returns milliseconds. */
  lists(times: number, tenantId: string): Promise<readonly number[]>;
  signIn(count: number, atOnce: number): Promise<readonly number[]>;
  /** Requests that were not answered as they should. */
  failures(): number;
}

export async function branchAtWork(
  url: string,
  postgres: EmbeddedPostgres,
  operators: number,
): Promise<BranchAtWork> {
  const clientOf = (token?: string): ApiClient =>
    createApiClient({
      baseUrl: url,
      fetch: (address, init) => fetch(address, init as RequestInit),
      headers: () => (token === undefined ? {} : { authorization: `Bearer ${token}` }),
      newKey: () => newId<'key'>(systemEnv),
    });
  const signIn = async (username: string, password: string, newPassword?: string): Promise<string> => {
    const body = { username, password, ...(newPassword === undefined ? {} : { newPassword }) };
    return (await clientOf().call(ROUTES.signIn, { body })).accessToken;
  };
  const db = createDatabase(
    { api: postgres.urls.api, tailer: postgres.urls.tailer },
    createLog('bench', { level: 'silent' }),
  );
  const passwords = { admin: PASSWORD, operador: PASSWORD, operador2: PASSWORD };
  const { siteId } = await seedDemo({ db, env: systemEnv, hashing: createPasswords() }, passwords);
  await db.close();
  const admin = clientOf(await signIn('admin', PASSWORD));
  let failed = 0;
  const command = async (client: ApiClient, body: Distributed<CommandInput>) => {
    const asked = { ...body, id: newId<'command'>(systemEnv) } as CommandInput;
    return client.call(ROUTES.runCommand, { body: asked });
  };
  const staff: ApiClient[] = [];
  for (let number = 1; number <= operators; number += 1)
    staff.push(await operatorAt(admin, siteId, number, { clientOf, signIn, command }));
  const services = (await admin.call(ROUTES.listServices, { query: { active: 'true' } })).items.filter(
    ({ paymentPolicy }) => paymentPolicy !== 'before_queue',
  );
  const [priority] = (await admin.call(ROUTES.listPriorityClasses, {})).items;
  if (priority === undefined) throw new Error('there are no priority classes');
  return {
    failures: () => failed,
    issue: async (count, atOnce) => {
      const start = performance.now();
      const ms = await inLanes(count, atOnce, async (number) => {
        const offered = services[number % services.length];
        if (offered === undefined) throw new Error('there are no services');
        const operator = staff[number % staff.length] ?? admin;
        await command(operator, {
          type: 'ticket.create',
          serviceId: offered.id,
          priorityClassId: priority.id,
          partySize: 1,
        }).catch(() => {
          failed += 1;
        });
      });
      return { ms, seconds: (performance.now() - start) / 1_000 };
    },
    callAll: async () => {
      const called: string[] = [];
      const ms: number[] = [];
      await Promise.all(
        staff.map(async (operator) => {
          for (;;) {
            const start = performance.now();
            const answer = await command(operator, { type: 'ticket.call_next' }).catch((error) => error);
            if (answer instanceof Error) {
              if (!('code' in answer) || answer.code !== 'queue_empty') failed += 1;
              return;
            }
            ms.push(performance.now() - start);
            const ticketId = (answer as { readonly ticket: { readonly id: string } }).ticket.id as never;
            called.push(ticketId);
            await command(operator, { type: 'ticket.start', ticketId });
            await command(operator, { type: 'ticket.finish', ticketId });
          }
        }),
      );
      return { ms, called: called.length, twice: called.length - new Set(called).size };
    },
    lists: async (times, tenantId) => {
      const client = clientOf(await signIn(await adminIn(postgres.urls.superuser, tenantId), PASSWORD));
      const ms: number[] = [];
      const sites = (await client.call(ROUTES.listSites, {})).items;
      for (let time = 0; time < times; time += 1)
        for (const ask of listsOf(client, sites[time % sites.length]?.id)) {
          const start = performance.now();
          await ask();
          ms.push(performance.now() - start);
        }
      return ms;
    },
    signIn: (count, atOnce) =>
      inLanes(count, atOnce, async (number) => {
        await signIn(usernameOf(1 + (number % operators)), OWN_PASSWORD);
      }),
  };
}

type Distributed<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Doors {
  clientOf(token?: string): ApiClient;
  signIn(username: string, password: string, newPassword?: string): Promise<string>;
  command(client: ApiClient, body: Distributed<CommandInput>): Promise<unknown>;
}

const usernameOf = (number: number): string => `bancada.${number}`;

/** A new operator, who sits at a new counter. */
async function operatorAt(
  admin: ApiClient,
  siteId: SiteId,
  number: number,
  doors: Doors,
): Promise<ApiClient> {
  const { clientOf, signIn, command } = doors;
  const username = usernameOf(number);
  const counter = { siteId, name: `Bancada ${number}`, number: 1_000 + number };
  const { id: counterId } = await admin.call(ROUTES.createCounter, { body: counter });
  const person = { username, fullName: 'Bancada', role: 'operator' as const, password: PASSWORD };
  await admin.call(ROUTES.createUser, { body: { ...person, siteIds: [siteId] } });
  const client = clientOf(await signIn(username, PASSWORD, OWN_PASSWORD));
  await command(client, { type: 'counter.open', counterId });
  return client;
}

/** Every kind of list of what grows with the years. */
function listsOf(client: ApiClient, siteId: SiteId | undefined): readonly (() => Promise<unknown>)[] {
  const site = siteId === undefined ? {} : { siteId };
  return [
    () => client.call(ROUTES.listTickets, {}),
    () => client.call(ROUTES.listTickets, { query: { ...site, state: 'waiting' as never } }),
    () => client.call(ROUTES.listTickets, { query: { ...site, limit: 200 } }),
    () => client.call(ROUTES.listPayments, { query: site }),
    () => client.call(ROUTES.listEntries, {}),
    () => client.call(ROUTES.listEquipment, { query: site }),
    () => client.call(ROUTES.listUsers, { query: site }),
  ];
}

/** Makes somebody who may see everything of a tenant. @returns their user name. */
async function adminIn(superuserUrl: string, tenantId: string): Promise<string> {
  const hashed = await createPasswords().hash(PASSWORD);
  const username = `bancada.admin.${tenantId.slice(0, 8)}`;
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO app_user (tenant_id, id, created_at, username, full_name, hashed_password, role, active)
       VALUES ($1, gen_random_uuid(), now(), $2, 'Bancada', $3, 'admin', true) ON CONFLICT DO NOTHING`,
      [tenantId, username, hashed],
    );
    return username;
  } finally {
    await client.end();
  }
}

/** Runs numbered work in so many lanes. @returns the milliseconds of each. */
async function inLanes(
  count: number,
  lanes: number,
  work: (number: number) => Promise<void>,
): Promise<number[]> {
  const ms: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) {
        const number = next;
        next += 1;
        const start = performance.now();
        await work(number);
        ms.push(performance.now() - start);
      }
    }),
  );
  return ms;
}
