/** The read door of the real cloud: the official client follows the product's own shapes, and nobody reads what is not theirs. */
import { FetchError, Shape, ShapeStream } from '@electric-sql/client';
import { NAMED_SHAPES, newId, type ShapeName, type SiteId, type TenantId } from '@totem/domain';
import { systemEnv } from '@totem/host';
import { type TestCloud, testCloud } from '@totem/testkit/postgres';
import { virtualWorld } from '@totem/testkit/virtual';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_SERVICE_ID, enrolTotem } from '../testing/branch.ts';
import { type Onlooker, onlooker } from '../testing/owner.ts';
import { type Screen, screenOf } from '../testing/person.ts';

const DAY_MS = 86_400_000;
const clock = virtualWorld();
let cloud: TestCloud;
let look: Onlooker;
let ana: Screen;
let display: string;
let tenantId: TenantId;
let siteId: SiteId;

beforeAll(async () => {
  cloud = await testCloud({ env: { ...systemEnv, now: clock.env.now } });
  look = await onlooker(cloud.urls);
  ({ tenantId, siteId } = cloud.seed);
  ana = screenOf(cloud, await cloud.signIn('admin'));
  display = await cloud.cloud.mintDeviceToken(tenantId, cloud.seed.displayId, 30 * 86_400);
  const counters = (await ana.rows('counter')) as { id: never }[];
  await ana.done({ type: 'counter.open', counterId: counters[0]?.id as never });
});
afterAll(async () => {
  await look.close();
  await cloud.close();
});

const urlOf = (shape: string, over: Record<string, string> = {}) =>
  `${cloud.url}/v1/shape?${new URLSearchParams({ shape, tenant: tenantId, site: siteId, ...over })}`;
const get = (url: string, token = ana.token) => fetch(url, { headers: { authorization: `Bearer ${token}` } });

interface TicketText {
  readonly id: string;
  readonly code: string;
  readonly state: string;
  readonly [column: string]: string | null;
}

/** Follows a shape until it is told to stop. */
function follow(shape: ShapeName, url = urlOf(shape)) {
  const stopping = new AbortController();
  const stream = new ShapeStream({
    url,
    headers: { authorization: `Bearer ${ana.token}` },
    signal: stopping.signal,
    onError: (error) => {
      throw error;
    },
  });
  // The client's own types do not agree under exactOptionalPropertyTypes.
  const held = new Shape(stream as ConstructorParameters<typeof Shape>[0]);
  /** Resolves when the copy is as asked. */
  const until = (isTrue: (rows: readonly TicketText[]) => boolean) =>
    new Promise<readonly TicketText[]>((resolve) => {
      const look = () => {
        const rows = held.currentRows as unknown as readonly TicketText[];
        if (held.isUpToDate && isTrue(rows)) resolve(rows);
      };
      held.subscribe(look);
      look();
    });
  return { until, stop: () => stopping.abort() };
}

const issue = async (screen = ana) => {
  const classes = await screen.rows('priority_class');
  clock.advance(1_000);
  const { ticket } = await screen.done({
    type: 'ticket.create',
    serviceId: DEMO_SERVICE_ID,
    priorityClassId: classes[0]?.id as never,
  });
  return ticket as TicketText;
};

describe('the official client', () => {
  test('sees tickets come, be called and end, without asking for anything', async () => {
    const copy = follow('ticket');
    const { id } = await issue();
    await copy.until((rows) => rows.some((row) => row.id === id && row.state === 'waiting'));
    await ana.done({ type: 'ticket.call', ticketId: id as never });
    await copy.until((rows) => rows.some((row) => row.id === id && row.state === 'called'));
    await ana.done({ type: 'ticket.start', ticketId: id as never });
    await ana.done({ type: 'ticket.finish', ticketId: id as never });
    await copy.until((rows) => rows.some((row) => row.id === id && row.state === 'finished'));
    copy.stop();
  });

  test('gets a transaction that commits late after the ones that overtook it', async () => {
    const [slow, fast] = [await issue(), await issue()];
    const copy = follow('ticket');
    await copy.until((rows) => rows.some(({ id }) => id === fast.id));
    const client = new pg.Client({ connectionString: cloud.urls.api });
    await client.connect();
    await client.query('BEGIN');
    await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenantId]);
    await client.query(`UPDATE ticket SET held_reason = 'slow' WHERE tenant_id = $1 AND id = $2`, [
      tenantId,
      slow.id,
    ]);
    await ana.done({ type: 'ticket.cancel', ticketId: fast.id as never, reason: 'other' });
    await copy.until((rows) => rows.some(({ id, state }) => id === fast.id && state === 'canceled'));
    await client.query('COMMIT');
    await client.end();
    const rows = await copy.until((now) => now.some(({ held_reason: held }) => held === 'slow'));
    expect(rows.find(({ id }) => id === slow.id)).toMatchObject({ state: 'waiting' });
    copy.stop();
  });

  test('sees on one node what another node has written', async () => {
    const other = await testCloud({ database: cloud.urls, env: { ...systemEnv, now: clock.env.now } });
    const copy = follow('ticket');
    const there = screenOf(other, await other.signIn('admin'));
    const { id } = await issue(there);
    await copy.until((rows) => rows.some((row) => row.id === id));
    copy.stop();
    await other.close();
  });

  test('reads every shape that the cloud has', async () => {
    const totem = await enrolTotem(cloud);
    for (const [shape, { place }] of Object.entries(NAMED_SHAPES)) {
      const answer = await get(urlOf(shape, { offset: '-1' }), totem.token);
      expect([shape, answer.status]).toEqual([shape, place === 'everywhere' ? 200 : 404]);
      if (place !== 'everywhere') continue;
      const schema = JSON.parse(answer.headers.get('electric-schema') ?? '{}') as object;
      expect(Object.keys(schema)).toContain('tenant_id');
    }
  });
});

describe('what a caller may not see', () => {
  const unknown = async (over: Record<string, string>, token = ana.token) => {
    const answer = await get(urlOf('ticket', { offset: '-1', ...over }), token);
    return { status: answer.status, body: await answer.text() };
  };

  test('answers exactly as what does not exist', async () => {
    const otherTenant = newId<'tenant'>(systemEnv);
    const otherSite = newId<'site'>(systemEnv);
    await look.rows(`INSERT INTO tenant (id, name, slug, created_at) VALUES ($1, 'B', 'b', now())`, [
      otherTenant,
    ]);
    await look.rows(
      `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
       VALUES ($1, $2, now(), 'B', 'b', 'America/Sao_Paulo', 0, 'BRL', 'pt-BR', '{}')`,
      [otherTenant, otherSite],
    );
    const nothing = await unknown({ shape: 'secrets' });
    expect(nothing.status).toBe(404);
    expect(await unknown({ tenant: otherTenant, site: otherSite })).toEqual(nothing);
    expect(await unknown({ tenant: newId<'tenant'>(systemEnv) })).toEqual(nothing);
    expect(await unknown({ site: otherSite })).toEqual(nothing);
    expect(await unknown({ site: newId<'site'>(systemEnv) })).toEqual(nothing);
    expect(await unknown({ site: `' OR true --` })).toEqual(nothing);
  });

  test("is a person's own sites at most", async () => {
    const operator = await cloud.signIn('operador');
    await look.rows(
      `INSERT INTO site (tenant_id, id, created_at, name, slug, timezone, rollover_hour, currency, default_locale, queue_rules)
       VALUES ($1, $2, now(), 'Sul', 'sul', 'America/Sao_Paulo', 0, 'BRL', 'pt-BR', '{}')`,
      [tenantId, '01a20a9a-e94e-756a-8a74-6ff357f6bead'],
    );
    const south = { site: '01a20a9a-e94e-756a-8a74-6ff357f6bead' };
    expect((await unknown(south, operator)).status).toBe(404);
    expect((await unknown(south)).status).toBe(200);
    await look.rows('DELETE FROM site WHERE id = $1', [south.site]);
  });

  test('is refused by role: a display reads calls and no tickets', async () => {
    expect((await get(urlOf('call', { offset: '-1' }), display)).status).toBe(200);
    const refused = await get(urlOf('ticket', { offset: '-1' }), display);
    expect([refused.status, await refused.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'forbidden' }),
    ]);
  });

  test.each([
    ['no token', {}],
    ['a token of someone else', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
  ])('is refused with %s', async (_, headers: Record<string, string>) => {
    const answer = await fetch(urlOf('ticket', { offset: '-1' }), { headers });
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'unauthorized' }),
    ]);
  });

  test('cannot be widened by the query', async () => {
    for (const over of [
      { table: 'app_user' },
      { where: 'true' },
      { columns: 'hashed_password' },
      { 'params[1]': 'x' },
    ])
      expect((await unknown(over)).status).toBe(400);
  });

  test('ends the stream of the official client, and says why', async () => {
    const failed = new Promise<FetchError>((resolve) => {
      const stream = new ShapeStream({
        url: urlOf('ticket'),
        headers: { authorization: `Bearer ${display}` },
        onError: (error) => {
          if (error instanceof FetchError) resolve(error);
        },
      });
      stream.subscribe(() => {});
    });
    expect((await failed).status).toBe(403);
  });
});

test('a copy begins at the day of its first request, and starts over when that is long past', async () => {
  await issue();
  const first = await get(urlOf('ticket', { offset: '-1' }));
  const place = {
    handle: first.headers.get('electric-handle') ?? '',
    offset: first.headers.get('electric-offset') ?? '',
  };
  clock.advance(DAY_MS);
  ana = screenOf(cloud, await cloud.signIn('admin'));
  expect((await get(urlOf('ticket', place))).status).toBe(200);
  const fresh = await get(urlOf('ticket', { offset: '-1' }));
  expect(fresh.headers.get('electric-has-data')).toBe('false');
  clock.advance(2 * DAY_MS);
  ana = screenOf(cloud, await cloud.signIn('admin'));
  const late = await get(urlOf('ticket', place));
  expect([late.status, late.headers.has('electric-handle')]).toEqual([409, true]);
});

test('pages of allowed origins may read the headers that the client needs', async () => {
  const own = await testCloud({ database: cloud.urls, allowedOrigins: ['https://painel.example'] });
  const preflight = (origin: string) =>
    fetch(`${own.url}/v1/shape`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
  const allowed = await preflight('https://painel.example');
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://painel.example');
  expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
  expect((await preflight('https://painel.example.evil')).headers.has('access-control-allow-origin')).toBe(
    false,
  );
  const answer = await fetch(`${own.url}/v1/health`, { headers: { origin: 'https://painel.example' } });
  expect(answer.headers.get('access-control-expose-headers')).toContain('electric-handle');
  await own.close();
});
