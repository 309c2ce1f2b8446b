/**
 * Capture of changes in a database that is not ours, by triggers, because they need no setting of the server and no role with
 * special rights. What they write lies in a schema of its own.
 *
 * The order of changes is the order of commits by the same means as in the product: a number is drawn under a lock that is
 * taken last before the commit and freed after the transaction is visible. Here the lock is one for the whole database, an
 * advisory one, so that a transaction over several tables takes no two. Rows are kept at once and without a number; a deferred
 * trigger of the log itself, not of the followed table, draws the numbers. So a writer waits for nobody before its commit,
 * and its own table has no pending trigger that would forbid a TRUNCATE or an ALTER TABLE in the same transaction.
 */
import { quoted, type TableDescription } from './catalog.ts';
import { type AnyDatabase, type Sql, sqlStateOf, TEXT_SETTINGS } from './database.ts';

/** Two numbers that name the lock in `pg_locks`. */
const LOCK = '7301, 1';
/** unique_violation, duplicate_object and their kin: another server of this kind was faster. */
const LOST_RACE = /^(23505|42710|42P06|42P07|42723|XX000)$/;

const SETTINGS = Object.entries({ ...TEXT_SETTINGS, search_path: 'pg_catalog, pg_temp' })
  .map(([name, value]) => `SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`)
  .join(' ');

const SCHEMA = `
CREATE SCHEMA totem_shapes;
CREATE SEQUENCE totem_shapes.number;
-- \`followed\` is the table that a trigger was put on, \`relation\` the partition of it that was written.
CREATE TABLE totem_shapes.change (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number int8 UNIQUE,
  tx text NOT NULL DEFAULT pg_current_xact_id()::text,
  followed oid NOT NULL,
  relation oid NOT NULL,
  op text NOT NULL,
  old_row text,
  new_row text
);
CREATE INDEX change_followed ON totem_shapes.change (followed, number);
CREATE INDEX change_truncated ON totem_shapes.change (followed, number) WHERE op = 'truncate';
CREATE TABLE totem_shapes.state (one int4 PRIMARY KEY DEFAULT 1 CHECK (one = 1), epoch uuid NOT NULL, floor int8 NOT NULL);
INSERT INTO totem_shapes.state (epoch, floor) VALUES (gen_random_uuid(), 0);
-- Shapes that somebody has deleted, so that their handles hold no more.
CREATE TABLE totem_shapes.deleted (definition text PRIMARY KEY, times int4 NOT NULL);

CREATE FUNCTION totem_shapes.capture_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${SETTINGS} AS $$
DECLARE
  v_old text := CASE WHEN TG_OP <> 'INSERT' THEN OLD::text END;
  v_new text := CASE WHEN TG_OP <> 'DELETE' THEN NEW::text END;
BEGIN
  IF v_old IS DISTINCT FROM v_new THEN
    INSERT INTO totem_shapes.change (followed, relation, op, old_row, new_row)
    VALUES (TG_ARGV[0]::oid, TG_RELID, lower(TG_OP), v_old, v_new);
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION totem_shapes.capture_truncate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${SETTINGS} AS $$
BEGIN
  INSERT INTO totem_shapes.change (followed, relation, op) VALUES (TG_ARGV[0]::oid, TG_RELID, 'truncate');
  RETURN NULL;
END $$;
CREATE FUNCTION totem_shapes.draw_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${SETTINGS} AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK});
  UPDATE totem_shapes.change SET number = nextval('totem_shapes.number') WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER draw_number AFTER INSERT ON totem_shapes.change DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION totem_shapes.draw_number();
-- Also for what is written by replication.
ALTER TABLE totem_shapes.change ENABLE ALWAYS TRIGGER draw_number`;

/** Makes the schema in which changes are kept, if it is not there. */
export async function installSchema(db: AnyDatabase): Promise<void> {
  const [found] = await db.rows(`SELECT to_regnamespace('totem_shapes') IS NOT NULL AS there`);
  if (found?.there === 't') return;
  try {
    await db.transaction('BEGIN', (sql) => sql.rows(SCHEMA));
  } catch (error) {
    if (!LOST_RACE.test(sqlStateOf(error))) throw error;
  }
}

/**
 * Has the changes of a table captured from now on. The lock that a trigger needs is only given when no transaction that has
 * written to the table is still open, so a snapshot taken after this misses nothing.
 */
export async function followTable(db: AnyDatabase, table: TableDescription): Promise<void> {
  const [found] = await db.rows(IS_FOLLOWED, [table.oid, `totem_shapes_row_${table.oid}`]);
  if (found?.there === 't') return;
  const name = `${quoted(table.schema)}.${quoted(table.table)}`;
  try {
    await db.transaction('BEGIN', async (sql) => {
      for (const statement of triggersOf(name, table)) await sql.rows(statement);
    });
  } catch (error) {
    if (!LOST_RACE.test(sqlStateOf(error))) throw error;
  }
}

const IS_FOLLOWED = `SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger
  WHERE tgrelid = $1 AND tgname = $2) AS there`;

function triggersOf(name: string, { oid, isPartitioned }: TableDescription): readonly string[] {
  const create = (trigger: string, event: string, each: string, capture: string): readonly string[] => [
    `CREATE TRIGGER ${trigger} AFTER ${event} ON ${name} FOR EACH ${each} EXECUTE FUNCTION totem_shapes.${capture}(${oid})`,
    // A replica role fires only these; a partitioned table leaves the choice to its partitions.
    ...(isPartitioned && each === 'ROW' ? [] : [`ALTER TABLE ${name} ENABLE ALWAYS TRIGGER ${trigger}`]),
  ];
  return [
    // Partitions inherit a trigger with its name, and may be followed themselves.
    ...create(`totem_shapes_row_${oid}`, 'INSERT OR UPDATE OR DELETE', 'ROW', 'capture_row'),
    ...create(`totem_shapes_truncate_${oid}`, 'TRUNCATE', 'STATEMENT', 'capture_truncate'),
  ];
}

/** Forgets the oldest changes, at most `kept` of which stay. @returns how many. */
export async function forgetChanges(db: AnyDatabase, kept: number): Promise<number> {
  // The floor moves first: a reader below it starts over, whether the rows are gone yet or not.
  await db.rows(MOVE_FLOOR, [kept]);
  const removed = await db.rows(REMOVE);
  return removed.length;
}

const MOVE_FLOOR = `UPDATE totem_shapes.state SET floor = greatest(floor,
  coalesce((SELECT number FROM totem_shapes.change WHERE number IS NOT NULL ORDER BY number DESC OFFSET $1 LIMIT 1), 0))`;
/** What a table was emptied by stays: its number is part of the table's epoch. */
const REMOVE = `DELETE FROM totem_shapes.change
  WHERE number <= (SELECT floor FROM totem_shapes.state) AND op <> 'truncate' RETURNING 1`;

/** How often shapes were deleted, by definition. */
export async function readDeleted(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.rows('SELECT definition, times FROM totem_shapes.deleted');
  return new Map(rows.map(({ definition, times }) => [String(definition), Number(times)]));
}

/** Counts one more deletion of a shape. @returns how many there were. */
export async function countDeletion(sql: Sql, definition: string): Promise<number> {
  const [row] = await sql.rows(
    `INSERT INTO totem_shapes.deleted AS d VALUES ($1, 1)
     ON CONFLICT (definition) DO UPDATE SET times = d.times + 1 RETURNING times`,
    [definition],
  );
  return Number(row?.times);
}
