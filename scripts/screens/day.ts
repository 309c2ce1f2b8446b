/** A day at the demo's branch, played through the product's own doors, so that pictures show what a branch looks like at work. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { DEMO_PASSWORD } from '../demo/demo.ts';
import { totemDoor } from '../e2e/backstage.ts';
import { type Door, send } from '../e2e/bad-input.ts';
import type { Stage } from '../e2e/stage.ts';

/** Who came, in order: at which totem, for which service, with which priority (its English name). */
const ARRIVALS = [
  [1, 'A', 'General'],
  [1, 'D', 'General'],
  [2, 'C', '60 or older'],
  [1, 'A', 'Pregnant or breastfeeding'],
  [2, 'R', 'General'],
  [1, 'C', 'General'],
  [1, 'D', 'General'],
  [2, 'A', 'General'],
  [1, 'E', 'Person with a disability'],
  [1, 'T', 'General'],
  [2, 'C', 'General'],
  [1, 'A', '80 or older'],
  [1, 'D', 'With a small child in arms'],
  [2, 'A', 'General'],
] as const;
/** How many of them are there before the counters open. */
const BEFORE_OPENING = 7;
const OPERATORS = [
  { username: 'operador', counter: 1 },
  { username: 'operador2', counter: 2 },
] as const;
/** Who calls, in order; each finishes whom they called, but for the last call of the second. */
const CALLS = [1, 0, 1, 0, 1] as const;

const MINUTE_MS = 60_000;
const FIRST_ARRIVAL_MINUTES = 48;
const BETWEEN_ARRIVALS_MINUTES = 3.3;
const FIRST_CALL_MINUTES = 27;
const BETWEEN_CALLS_MINUTES = 5.4;

/** Plays the day: the arrivals, and the calls of two operators. */
export async function playDay(stage: Stage): Promise<void> {
  const arrive = await arrivals(stage);
  for (const arrival of ARRIVALS.slice(0, BEFORE_OPENING)) await arrive(arrival);
  await inPostgres(stage, BEFORE_OPENING);
  const desks = await Promise.all(OPERATORS.map((operator) => openDesk(stage, operator)));
  for (const [index, at] of CALLS.entries()) {
    const desk = desks[at];
    if (desk === undefined) throw new Error('there is no such desk');
    await command(desk, { type: 'ticket.call_next' }).then(async (ticketId) => {
      if (index === CALLS.length - 1) return;
      await command(desk, { type: 'ticket.start', ticketId });
      await command(desk, { type: 'ticket.finish', ticketId });
    });
  }
  for (const arrival of ARRIVALS.slice(BEFORE_OPENING)) await arrive(arrival);
  await inPostgres(stage, ARRIVALS.length);
}

/** Puts what was played within seconds at the times of a day. The order of everything stays. */
export async function spreadOverTheLastHour(owner: pg.Client): Promise<void> {
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * MINUTE_MS);
  const tickets = await owner.query<{ id: string }>('SELECT id FROM ticket ORDER BY issued_at, id');
  for (const [index, { id }] of tickets.rows.entries())
    await owner.query(
      `UPDATE ticket SET issued_at = $2, stage_since = $2,
        waiting_since = CASE WHEN waiting_since IS NULL THEN NULL ELSE $2::timestamptz END WHERE id = $1`,
      [id, at(FIRST_ARRIVAL_MINUTES - index * BETWEEN_ARRIVALS_MINUTES)],
    );
  const calls = await owner.query<{ id: string }>('SELECT id FROM call ORDER BY number');
  for (const [index, { id }] of calls.rows.entries())
    await owner.query('UPDATE call SET called_at = $2 WHERE id = $1', [
      id,
      at(FIRST_CALL_MINUTES - index * BETWEEN_CALLS_MINUTES),
    ]);
}

/** Who comes by appointment around now; the second has been checked in. */
export async function bookToday(owner: pg.Client): Promise<void> {
  await owner.query(
    `WITH made AS (
       INSERT INTO appointment (tenant_id, id, created_at, site_id, service_id, slot, duration_minutes, code, state)
       SELECT s.tenant_id, gen_random_uuid(), now(), s.id, v.id, date_trunc('hour', now()) + (n - 2) * interval '20 minutes', 20,
         'K7MPQ' || n + 1, CASE n WHEN 2 THEN 'checked_in' ELSE 'booked' END
       FROM site s JOIN service v ON v.tenant_id = s.tenant_id AND v.prefix = 'D' CROSS JOIN generate_series(1, 6) n
       WHERE s.slug = 'centro' RETURNING tenant_id, id, code)
     INSERT INTO appointment_person (tenant_id, appointment_id, name)
     SELECT made.tenant_id, made.id, people.name FROM made JOIN (VALUES ('K7MPQ2', 'Ana Conceição'), ('K7MPQ3', 'Rui Antunes'),
       ('K7MPQ4', 'Beatriz da Silva Pereira'), ('K7MPQ5', 'João Pedro Alves'), ('K7MPQ6', 'Carla Menezes'),
       ('K7MPQ7', 'Luísa Prado')) AS people(code, name) ON people.code = made.code`,
  );
}

/** The rooms of a picture fill only when the cloud has heard of everybody. */
const inPostgres = (stage: Stage, count: number) =>
  stage.until(async () => Number((await stage.rows('SELECT count(*) AS n FROM ticket'))[0]?.n) === count);

async function arrivals(stage: Stage): Promise<(arrival: (typeof ARRIVALS)[number]) => Promise<void>> {
  const services = await stage.rows('SELECT id, prefix FROM service');
  const classes = await stage.rows(`SELECT id, name ->> 'en' AS name FROM priority_class`);
  const doors = new Map([1, 2].map((number) => [number, totemDoor(stage, number)]));
  return async ([number, prefix, priority]) => {
    const door = await doors.get(number);
    if (door === undefined) throw new Error(`there is no totem ${number}`);
    await command(door, {
      type: 'ticket.create',
      serviceId: services.find((row) => row.prefix === prefix)?.id,
      priorityClassId: classes.find((row) => row.name === priority)?.id,
    });
  };
}

async function openDesk(stage: Stage, operator: (typeof OPERATORS)[number]): Promise<Door> {
  const { username, counter } = operator;
  const answer = await fetch(`${stage.demo.cloudUrl}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: DEMO_PASSWORD }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const door = { ...(await totemDoor(stage, 1)), url: stage.demo.cloudUrl, token: accessToken };
  const [row] = await stage.rows(`SELECT id FROM counter WHERE number = ${counter}`);
  await command(door, { type: 'counter.open', counterId: row?.id });
  return door;
}

/** Asks for something that must be done. @returns the ticket's id, if it was about one. */
async function command(door: Door, asked: object): Promise<string> {
  const { status, body } = await send(
    door,
    { body: JSON.stringify({ id: randomUUID(), ...asked }) },
    'pt-BR',
  );
  if (status !== 200) throw new Error(`${JSON.stringify(asked)}: ${JSON.stringify(body)}`);
  return (body.ticket as { id: string } | undefined)?.id ?? '';
}
