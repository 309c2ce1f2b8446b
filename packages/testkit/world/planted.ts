/**
 * Defects that the world must find, each planted from outside: a trigger in one of the databases, or something that sits on
 * the network, at the kiosk or in the cloud's connections. What is shipped has no switch for them. Their kinds are those that
 * sync commonly has; those of them that this world cannot show are listed with the reason.
 */

import { newId } from '@totem/domain';
import Database from 'better-sqlite3';
import type { WireAnswer, WireRequest } from './cloud-node.ts';
import { kindOf } from './network.ts';
import type { Weather } from './weather.ts';
import type { World } from './world.ts';

interface Found {
  /** The kind of defect, as the field knows it. */
  readonly of: string;
  /** A seed that finds it, and the promise that it then sees broken. */
  readonly seed: number;
  readonly breaks: string;
}

export interface PlantedDefect extends Found {
  readonly name: string;
  /** In place of the planted weather's. */
  readonly weather?: Partial<Weather>;
  plant(world: World): Promise<void> | void;
}

/** Weather in which much is done and something of everything goes wrong, so that a defect has every occasion. */
export const PLANTED_WEATHER: Partial<Weather> = {
  totems: 2,
  operators: 1,
  nodes: 1,
  latencyMs: 40,
  loss: 0.02,
  repeat: 0.2,
  late: 0.02,
  clog: 0,
  cuts: 0.02,
  totemDeaths: 0.03,
  cloudDeaths: 0.25,
  pointDeaths: 0,
  clocks: 0,
  disks: 0,
  oldImages: 0,
  clones: 0,
  wipes: 0,
  restores: 0,
  prices: 0,
  revocations: 0,
  hub: false,
  hubMoves: 0,
};

export const PLANTED: readonly PlantedDefect[] = [
  onDisks(
    'an entry counts as acknowledged when it is written',
    { of: 'acknowledgement before the commit', seed: 8002, breaks: 'I-02' },
    [
      'AFTER UPDATE OF seq ON origin_state BEGIN UPDATE origin_state SET acked = NEW.seq WHERE origin = NEW.origin; END',
    ],
  ),
  {
    name: 'an answer is given before the commit',
    of: 'acknowledgement before the commit',
    seed: 8005,
    breaks: 'I-02',
    weather: { cloudDeaths: 0.5 },
    plant: ({ cloud }) => cloud.answerTooEarly(),
  },
  onNetwork(
    'a position is kept without its rows',
    { of: 'position stored before its rows', seed: 8002, breaks: 'I-09' },
    (request, answer) =>
      kindOf(request) === 'ticket' && answer?.status === 200
        ? { ...answer, body: withoutRows(answer.body) }
        : answer,
  ),
  onDisks(
    'a reading of the tickets drops what is still to be sent',
    { of: 'must-refetch drops pending writes', seed: 8002, breaks: 'I-01' },
    [
      "AFTER UPDATE ON shape_state WHEN NEW.shape = 'ticket' BEGIN DELETE FROM ticket WHERE id NOT IN (SELECT id FROM server_row WHERE table_name = 'ticket'); END",
      "AFTER INSERT ON shape_state WHEN NEW.shape = 'ticket' BEGIN DELETE FROM ticket WHERE id NOT IN (SELECT id FROM server_row WHERE table_name = 'ticket'); END",
    ],
  ),
  onDisks(
    'what is not acknowledged is forgotten',
    { of: 'pruned before the acknowledgement', seed: 8002, breaks: 'I-09' },
    [
      'AFTER INSERT ON audit_log WHEN NEW.seq % 6 = 0 BEGIN DELETE FROM audit_log WHERE origin = NEW.origin AND seq <= NEW.seq - 3; END',
    ],
  ),
  onDisks('numbers are not counted on', { of: 'a number drawn twice', seed: 8002, breaks: 'I-21' }, [
    'AFTER UPDATE ON code_counter WHEN NEW.last % 4 = 0 BEGIN UPDATE code_counter SET last = last - 2 WHERE prefix = NEW.prefix AND business_day = NEW.business_day; END',
  ]),
  {
    ...onDisks(
      'a number is how many tickets of its service are there',
      { of: 'number from count(*) + 1', seed: 8003, breaks: 'I-21' },
      [
        `AFTER UPDATE ON code_counter BEGIN UPDATE code_counter SET last = (SELECT count(*) + 1 FROM ticket
       WHERE service_id IN (SELECT id FROM service WHERE prefix = NEW.prefix) AND business_day = NEW.business_day AND lane = NEW.lane)
       WHERE prefix = NEW.prefix AND business_day = NEW.business_day; END`,
      ],
    ),
    weather: { operators: 3, cloudDeaths: 0.02 },
  },
  {
    name: 'numbers begin anew with each start',
    of: 'numbers reset at a restart',
    seed: 8002,
    breaks: 'I-21',
    weather: { totemDeaths: 0.15 },
    plant: ({ branches }) => {
      for (const { totem } of branches) totem.beforeStart((db) => db.exec('DELETE FROM code_counter'));
    },
  },
  {
    ...onDisks(
      'a command is forgotten when it is done',
      { of: 'window of deduplication too short', seed: 8003, breaks: 'I-08' },
      ['AFTER INSERT ON command BEGIN DELETE FROM command WHERE id = NEW.id; END'],
    ),
    weather: { totemDeaths: 0.3 },
  },
  {
    name: 'a repetition is another command',
    of: 'retry with a new idempotency key',
    seed: 8002,
    breaks: 'I-08',
    weather: { totemDeaths: 0.3 },
    plant: ({ branches }) => {
      for (const { totem, kiosk } of branches)
        kiosk.onGive((command) => ({ ...command, id: newId<'command'>(totem.clock.env) }));
    },
  },
  onDisks(
    'a ticket is written without its entry',
    { of: 'outbox in a second transaction', seed: 8002, breaks: 'I-09' },
    [
      'AFTER INSERT ON audit_log WHEN NEW.seq % 5 = 0 BEGIN DELETE FROM audit_log WHERE tenant_id = NEW.tenant_id AND id = NEW.id; END',
    ],
  ),
  onDisks(
    'a cancellation wins at totems alone',
    { of: 'cancel beats finish on one side only', seed: 8002, breaks: 'I-09' },
    [
      "AFTER UPDATE ON ticket WHEN NEW.state = 'finished' BEGIN UPDATE ticket SET state = 'canceled' WHERE id = NEW.id; END",
    ],
  ),
  atCloud(
    'the business day is reckoned anew at the cloud',
    { of: 'business day reckoned at sync, or centrally', seed: 8002, breaks: 'I-01' },
    'ticket',
    'INSERT',
    'NEW.business_day := NEW.business_day + 1; RETURN NEW;',
  ),
  atCloud(
    'the price is read at the cloud',
    { of: 'price read at payment instead of at confirmation', seed: 8002, breaks: 'I-01' },
    'ticket',
    'INSERT',
    'NEW.price_cents := NEW.price_cents + 1; RETURN NEW;',
  ),
  atCloud(
    'the newest clock wins',
    { of: 'last writer wins by device time', seed: 8002, breaks: 'replay' },
    'ticket',
    'UPDATE',
    "IF NEW.updated_at <= OLD.updated_at + interval '1 minute' THEN RETURN OLD; END IF; RETURN NEW;",
  ),
  atCloud(
    'the cursor stays where it was',
    { of: 'entries applied twice', seed: 8002, breaks: 'I-03' },
    'ledger_cursor',
    'UPDATE',
    'RETURN OLD;',
  ),
  atCloud(
    'one cursor stands for all devices',
    { of: 'key of deduplication without the device', seed: 8002, breaks: 'I-03' },
    'ledger_cursor',
    'UPDATE',
    'NEW.seq := greatest(NEW.seq, (SELECT max(c.seq) FROM ledger_cursor c WHERE c.tenant_id = NEW.tenant_id)); RETURN NEW;',
  ),
  atCloud(
    'one entry that the cloud stumbles over stops the rest',
    { of: 'dead letter stops the queue', seed: 8003, breaks: 'I-09' },
    'audit_log',
    'INSERT',
    "IF NEW.seq % 4 = 0 AND NEW.action = 'TICKET_CREATE' THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW;",
  ),
  atCloud(
    'a change is captured for nobody',
    { of: 'change lost on its way down', seed: 8002, breaks: 'I-09' },
    'change_log',
    'INSERT',
    'IF NEW.number % 5 = 0 THEN RETURN NULL; END IF; RETURN NEW;',
  ),
  {
    ...atCloud(
      'a revocation is heard a day later',
      { of: 'revocation cached for a day', seed: 8003, breaks: 'I-34' },
      'equipment',
      'UPDATE',
      'IF OLD.suspended_at IS NULL THEN NEW.suspended_at := NULL; END IF; RETURN NEW;',
    ),
    weather: { revocations: 0.05 },
  },
  onNetwork(
    'a shape has a row of another company',
    { of: 'tenant filter missing in a shape', seed: 8002, breaks: 'I-09' },
    (request, answer) =>
      kindOf(request) === 'service' && answer?.status === 200
        ? { ...answer, body: withForeignRow(answer.body) }
        : answer,
  ),
];

/** Until then a world with a defect has converged, or has been found out. */
const CONVERGED_MS_MAX = 3 * 60_000;

/** The run in which a defect is looked for. */
export function plantedWorld({ weather, plant }: PlantedDefect) {
  return { weather: { ...PLANTED_WEATHER, ...weather }, plant, convergedMsMax: CONVERGED_MS_MAX };
}

/** Defects that sync commonly has too, and that no run of this world can show: with the reason, and what holds them instead. */
export const NOT_PLANTED: readonly { readonly of: string; readonly why: string }[] = [
  {
    of: 'synchronous = NORMAL',
    why: 'a power cut here is a crash and a reopened file, which keeps what was committed; the pragma is held by packages/edge/store/store.test.ts',
  },
  {
    of: 'call-next without a lock',
    why: 'one thing happens after the other in this world; real races are in cloud/commands/fifty-operators.pg.test.ts',
  },
  {
    of: 'order of priority that is not total',
    why: 'no promise of the world is about who is called first; packages/domain/conformance/queue-order.ts is',
  },
  {
    of: 'hybrid clock not persisted; clock advanced on a failed batch',
    why: 'no clock decides any order in this design',
  },
  {
    of: 'nonces known to one process only',
    why: 'a repeated assertion only gives its own device a token',
  },
  {
    of: 'a timeout taken for a failure; paid by a callback without a query; amounts not compared; refunds not summed',
    why: 'the world has no payments yet',
  },
  { of: 'erasure that misses the outbox', why: 'nothing is erased in the world yet' },
  { of: 'another webhook id at each attempt', why: 'the world has no webhooks yet' },
];

/** Triggers in the file of each totem, as if its program did that. */
function onDisks(name: string, found: Found, triggers: readonly string[]): PlantedDefect {
  return {
    name,
    ...found,
    plant: ({ branches }) => {
      for (const { totem } of branches) {
        const db = new Database(totem.databasePath);
        for (const [index, trigger] of triggers.entries())
          db.exec(`CREATE TRIGGER planted_${index} ${trigger}`);
        db.close();
      }
    },
  };
}

/** A trigger at the cloud, for the company of this world alone. */
function atCloud(
  name: string,
  found: Found,
  table: string,
  event: 'INSERT' | 'UPDATE',
  body: string,
): PlantedDefect {
  return {
    name,
    ...found,
    plant: async ({ look, tenant }) => {
      const id = `planted_${table}_${tenant.tenantId.replaceAll('-', '')}`;
      await look.rows(`CREATE FUNCTION ${id}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`);
      await look.rows(
        `CREATE TRIGGER ${id} BEFORE ${event} ON ${table} FOR EACH ROW
         WHEN (NEW.tenant_id = '${tenant.tenantId}') EXECUTE FUNCTION ${id}()`,
      );
    },
  };
}

type Change = (request: WireRequest, answer: WireAnswer | undefined) => WireAnswer | undefined;

function onNetwork(name: string, found: Found, change: Change): PlantedDefect {
  return {
    name,
    ...found,
    plant: ({ network }) => network.onAnswer((_actor, request, answer) => change(request, answer)),
  };
}

interface Message {
  readonly key?: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

const messagesIn = (body: string): readonly Message[] => (body === '' ? [] : JSON.parse(body));

function withoutRows(body: string): string {
  return body && JSON.stringify(messagesIn(body).filter(({ headers }) => 'control' in headers));
}

const FOREIGN = '00000000-0000-7000-8000-00000000f0f0';

/** Each service once more, as if it were another's too. */
function withForeignRow(body: string): string {
  const twice = messagesIn(body).flatMap((one) => {
    if (one.headers.operation !== 'insert' || one.key === undefined) return [one];
    const value = { ...one.value, tenant_id: FOREIGN, id: FOREIGN };
    return [one, { ...one, key: one.key.replace(/"[^"]*"$/, `"${FOREIGN}"`), value }];
  });
  return body && JSON.stringify(twice);
}
