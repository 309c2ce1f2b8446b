/**
 * What the office asks of a device. The device is told when it says how it is, takes what it is told once, and says what came of
 * it; what it has not taken in ten minutes it never will.
 */
import type { Routes } from '@totem/api';
import {
  type Env,
  type EquipmentId,
  epochMsOf,
  type Id,
  instantText,
  newId,
  type PrincipalOf,
  ProblemError,
} from '@totem/domain';
import { and, count, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import { deviceCommand } from '../db/schema/devices.ts';
import type { ReadHandle, WriteHandle } from '../db/with-tenant.ts';
import { record, userOf } from '../rest/entries.ts';
import { type Handler, read, write } from '../rest/mount.ts';
import { equipmentRow, placed } from '../rest/resources/equipment.ts';

export const COMMAND_MS = 10 * 60_000;
/** Waiting for one device. */
const WAITING_MAX = 5;
const SHOWN_MAX = 20;
/** What was asked longer ago is forgotten, with its log; that it was asked is in the ledger. */
const KEPT_MS = 30 * 24 * 3_600_000;
const OBEYING_TYPES: readonly string[] = ['totem', 'display'];

type Row = typeof deviceCommand.$inferSelect;

/** What a device is told. */
export interface ToldCommand {
  readonly id: Id<'device_command'>;
  readonly kind: Row['kind'];
}

export const deviceCommandHandlers = {
  askDevice: write(async (tx, asked) => {
    const { principal, env, body } = asked;
    const userId = userOf(principal);
    const device = await equipmentRow(tx, asked);
    if (userId === null) throw new ProblemError('forbidden');
    if (device.deletedAt !== null) throw new ProblemError('not_found');
    if (!OBEYING_TYPES.includes(device.type)) throw new ProblemError('device_takes_no_commands');
    const now = env.now();
    await keepWithinMax(tx, device.id, now);
    await tx.orm
      .delete(deviceCommand)
      .where(and(ofDevice(tx, device.id), lt(deviceCommand.createdAt, instantText(now - KEPT_MS))));
    const row: Row = {
      tenantId: tx.tenantId,
      id: newId<'device_command'>(env),
      createdAt: instantText(now),
      equipmentId: device.id,
      kind: body.kind,
      state: 'waiting',
      createdBy: userId,
      expiresAt: instantText(now + COMMAND_MS),
      takenAt: null,
      endedAt: null,
      log: null,
    };
    await tx.orm.insert(deviceCommand).values(row);
    await record(tx, asked, { action: 'DEVICE_ASKED', ...placed(device), data: { kind: body.kind } });
    return { body: view(row, now) };
  }),
  listDeviceCommands: read(async (tx, asked) => {
    const device = await equipmentRow(tx, asked);
    const rows = await tx.orm
      .select()
      .from(deviceCommand)
      .where(ofDevice(tx, device.id))
      .orderBy(desc(deviceCommand.createdAt), desc(deviceCommand.id))
      .limit(SHOWN_MAX);
    return { body: { items: rows.map((row) => view(row, asked.env.now())) } };
  }),
  getDeviceLog: read(async (tx, asked) => {
    const [row] = await tx.orm
      .select()
      .from(deviceCommand)
      .where(and(eq(deviceCommand.tenantId, tx.tenantId), eq(deviceCommand.id, asked.params.id)));
    if (row?.log == null) throw new ProblemError('not_found');
    // Whoever may not see the device sees nothing of what it says.
    await equipmentRow(tx, { ...asked, params: { id: row.equipmentId } });
    return { body: { log: row.log } };
  }),
  endDeviceCommand: write(async (tx, { principal, params, body, env }) => {
    const { equipmentId } = principal as PrincipalOf<'device'>;
    const [row] = await tx.orm
      .select({ id: deviceCommand.id })
      .from(deviceCommand)
      .where(and(ofDevice(tx, equipmentId), eq(deviceCommand.id, params.id)));
    if (row === undefined) throw new ProblemError('not_found');
    await tx.orm
      .update(deviceCommand)
      .set({ state: body.isDone ? 'done' : 'failed', endedAt: instantText(env.now()), log: body.log })
      .where(
        and(
          ofDevice(tx, equipmentId),
          eq(deviceCommand.id, params.id),
          inArray(deviceCommand.state, ['waiting', 'taken']),
        ),
      );
    return { body: undefined };
  }),
} satisfies { [N in keyof Routes]?: Handler<Routes[N]> };

/** What a device is to do, each told until it has said what came of it: an answer may be lost, and it knows what it did. */
export async function toldCommands(
  tx: WriteHandle,
  env: Env,
  equipmentId: EquipmentId,
): Promise<ToldCommand[]> {
  const now = instantText(env.now());
  const open = and(
    ofDevice(tx, equipmentId),
    inArray(deviceCommand.state, ['waiting', 'taken']),
    gt(deviceCommand.expiresAt, now),
  );
  const rows = await tx.orm
    .select({ id: deviceCommand.id, kind: deviceCommand.kind, state: deviceCommand.state })
    .from(deviceCommand)
    .where(open)
    .orderBy(deviceCommand.createdAt, deviceCommand.id);
  const fresh = rows.filter(({ state }) => state === 'waiting').map(({ id }) => id);
  if (fresh.length > 0)
    await tx.orm
      .update(deviceCommand)
      .set({ state: 'taken', takenAt: now })
      .where(and(ofDevice(tx, equipmentId), inArray(deviceCommand.id, fresh)));
  return rows.map(({ id, kind }) => ({ id, kind }));
}

function ofDevice(tx: ReadHandle, equipmentId: EquipmentId) {
  return and(eq(deviceCommand.tenantId, tx.tenantId), eq(deviceCommand.equipmentId, equipmentId));
}

/** @throws ProblemError `limit_reached` */
async function keepWithinMax(tx: ReadHandle, equipmentId: EquipmentId, now: number): Promise<void> {
  const [row] = await tx.orm
    .select({ waiting: count() })
    .from(deviceCommand)
    .where(
      and(
        ofDevice(tx, equipmentId),
        inArray(deviceCommand.state, ['waiting', 'taken']),
        gt(deviceCommand.expiresAt, instantText(now)),
      ),
    );
  if ((row?.waiting ?? 0) >= WAITING_MAX)
    throw new ProblemError('limit_reached', { params: { max: WAITING_MAX } });
}

function view({ tenantId: _, equipmentId: __, log, state, ...row }: Row, now: number) {
  const isOpen = state === 'waiting' || state === 'taken';
  const isOver = isOpen && epochMsOf(row.expiresAt) <= now;
  return { ...row, state: isOver ? ('expired' as const) : state, hasLog: log !== null };
}
