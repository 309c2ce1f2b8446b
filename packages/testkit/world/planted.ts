/**
 * Defects that the world must find, each planted from outside: a trigger in one of the databases. What is shipped
 * has no switch for them.
 */
import Database from 'better-sqlite3';
import type { Weather } from './weather.ts';
import type { World } from './world.ts';

export interface PlantedDefect {
  readonly name: string;
  plant(world: World): Promise<void>;
}

/** Weather in which much is done and something of everything goes wrong, so that a defect has every occasion. */
export const PLANTED_WEATHER: Partial<Weather> = {
  totems: 2,
  operators: 1,
  latencyMs: 40,
  loss: 0.02,
  repeat: 0.2,
  late: 0.02,
  clog: 0,
  cuts: 0.02,
  totemDeaths: 0.03,
  cloudDeaths: 0.25,
  clocks: 0,
  disks: 0,
  oldImages: 0,
  clones: 0,
  wipes: 0,
  restores: 0,
  prices: 0,
  revocations: 0,
};

export const PLANTED: readonly PlantedDefect[] = [
  onDisks('a reading of the tickets drops what is still to be sent', [
    "AFTER UPDATE ON shape_state WHEN NEW.shape = 'ticket' BEGIN DELETE FROM ticket WHERE id NOT IN (SELECT id FROM server_row WHERE table_name = 'ticket'); END",
    "AFTER INSERT ON shape_state WHEN NEW.shape = 'ticket' BEGIN DELETE FROM ticket WHERE id NOT IN (SELECT id FROM server_row WHERE table_name = 'ticket'); END",
  ]),
  onDisks('numbers are not counted on', [
    'AFTER UPDATE ON code_counter WHEN NEW.last % 4 = 0 BEGIN UPDATE code_counter SET last = last - 2 WHERE prefix = NEW.prefix AND business_day = NEW.business_day; END',
  ]),
  onDisks('a ticket is written without its entry', [
    'AFTER INSERT ON audit_log WHEN NEW.seq % 5 = 0 BEGIN DELETE FROM audit_log WHERE tenant_id = NEW.tenant_id AND id = NEW.id; END',
  ]),
  atCloud(
    'the business day is reckoned anew at the cloud',
    'ticket',
    'INSERT',
    'NEW.business_day := NEW.business_day + 1; RETURN NEW;',
  ),
  atCloud(
    'the price is read at the cloud',
    'ticket',
    'INSERT',
    'NEW.price_cents := NEW.price_cents + 1; RETURN NEW;',
  ),
  atCloud('the cursor stays where it was', 'ledger_cursor', 'UPDATE', 'RETURN OLD;'),
  atCloud(
    'a change is captured for nobody',
    'change_log',
    'INSERT',
    'IF NEW.number % 5 = 0 THEN RETURN NULL; END IF; RETURN NEW;',
  ),
];

/** Triggers in the file of each totem, as if its program did that. */
function onDisks(name: string, triggers: readonly string[]): PlantedDefect {
  return {
    name,
    plant: async ({ branches }) => {
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
function atCloud(name: string, table: string, event: 'INSERT' | 'UPDATE', body: string): PlantedDefect {
  return {
    name,
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
