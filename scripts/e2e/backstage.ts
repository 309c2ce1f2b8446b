/** What a test does behind the screens: changes a row as its owner would, asks a totem's own doors, signs an operator in. */
import {
  rowFromSql,
  type ServiceRow,
  type ShapeName,
  type SiteRow,
  serviceTable,
  siteTable,
} from '@totem/domain';
import pg from 'pg';
import type { DemoTotem } from '../demo/branch.ts';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { createTicket, type Door, send } from './bad-input.ts';
import type { Stage } from './stage.ts';

/** A totem of the demo by its number. */
export function totemOf(stage: Stage, number: number): DemoTotem {
  const totem = stage.demo.totems.find((one) => one.number === number);
  if (totem === undefined) throw new Error(`there is no totem ${number}`);
  return totem;
}

/** A connection to PostgreSQL as the owner of the tables, within the demo's tenant. */
export async function ownerOf(stage: Stage): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stage.demo.postgres.urls.owner });
  await client.connect();
  await client.query(`SELECT set_config('app.tenant_id', $1, false)`, [stage.demo.seed.tenantId]);
  return client;
}

/** The services that a totem knows, by prefix, as its own screen reads them. */
export async function servicesAt(
  stage: Stage,
  number: number,
): Promise<Readonly<Record<string, ServiceRow>>> {
  const rows = (await rowsAt(stage, number, 'service')).map((row) => rowFromSql(serviceTable, row));
  return Object.fromEntries(rows.map((row) => [row.prefix, row]));
}

/** The site as a totem knows it. */
export async function siteAt(stage: Stage, number: number): Promise<SiteRow | undefined> {
  const [row] = await rowsAt(stage, number, 'site');
  return row && rowFromSql(siteTable, row);
}

export async function rowsAt(
  stage: Stage,
  number: number,
  shape: ShapeName,
): Promise<Readonly<Record<string, string | null>>[]> {
  const { url, token } = readyOf(totemOf(stage, number));
  const { tenantId, siteId } = stage.demo.seed;
  const query = new URLSearchParams({ shape, tenant: tenantId, site: siteId, offset: '-1' });
  const answer = await fetch(`${url}/v1/shape?${query}`, { headers: { authorization: `Bearer ${token}` } });
  const messages = (await answer.json()) as { value?: Record<string, string | null> }[];
  return messages.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

/** The write door of a totem. Its open service is `A`, its closed one whatever `closed` names. */
export async function totemDoor(stage: Stage, number: number): Promise<Door> {
  const { url, token } = readyOf(totemOf(stage, number));
  const [ordinary] = await stage.rows('SELECT id FROM priority_class WHERE tier = 0');
  const services = await stage.rows('SELECT id, prefix FROM service');
  const idOf = (prefix: string) => String(services.find((row) => row.prefix === prefix)?.id);
  return {
    url,
    token,
    openService: idOf('A'),
    closedService: idOf('E'),
    priorityClass: String(ordinary?.id),
  };
}

/** The write door of the cloud, for an operator. */
export async function cloudDoor(stage: Stage): Promise<Door> {
  const answer = await fetch(`${stage.demo.cloudUrl}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'operador2', password: DEMO_PASSWORD }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { ...(await totemDoor(stage, 1)), url: stage.demo.cloudUrl, token: accessToken };
}

/** Issues a ticket at a door. @returns its code. */
export async function codeOf(door: Door): Promise<string> {
  const { body } = await send(door, { body: createTicket(door) }, 'pt-BR');
  return (body.ticket as { code: string }).code;
}

/** The number in a code: 7 in `A007` and in `A2-007`. */
export function numberOf(code: string): number {
  return Number(/\d+$/.exec(code)?.[0]);
}

function readyOf(totem: DemoTotem): { url: string; token: string } {
  const ready = totem.process.ready();
  if (ready === undefined) throw new Error(`totem ${totem.number} does not run`);
  return { url: ready.url, token: ready.token ?? '' };
}
